/** @file A cell or file that cannot be parsed. */

/** The stack holds where. */
export class SourceError extends SyntaxError {
  /** The line and a mark below the place, ready to print under the message. */
  readonly excerpt: string;
  /** Where the error starts in the source, in UTF-16 units; undefined when the parser gave no place. */
  readonly start: number | undefined;

  constructor(message: string, source: string, start?: number) {
    super(message);
    this.name = "SyntaxError";
    this.excerpt = start === undefined ? "" : excerpt(source, start);
    this.start = start;
  }
}

function excerpt(source: string, offset: number): string {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n") - 1;
  const gutter = `${line} | `;
  return `${gutter}${source.split("\n")[line - 1] ?? ""}\n${" ".repeat(gutter.length + column)}^`;
}
