/** @file TypeScript to JavaScript, by oxc: types are removed, nothing is checked. */

import { type OxcError, type TransformResult, transformSync } from "oxc-transform";
import { firstDecorator } from "./decorators.ts";

/** Syntax that this Node lacks is written in what it has: `using`, above all. */
const TARGET = `node${process.versions.node.split(".")[0]}`;

export interface Transpiled {
  readonly code: string;
  /** Source map from the code to the TypeScript, as JSON text. */
  readonly map: string;
}

/** A cell or file that cannot be parsed; the stack holds where. */
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

/**
 * JavaScript of a TypeScript source.
 *
 * @param source TypeScript text, a module
 * @param filename shown in messages; its ending chooses the dialect
 * @returns the code and its source map
 * @throws SourceError when the text is not TypeScript
 */
export function transpile(source: string, filename: string): Transpiled {
  let result = transform(source, filename, filename.endsWith(".tsx") ? "tsx" : "ts");
  const error = errorOf(result);
  if (error !== undefined) {
    result = transform(source, filename, "js"); // what TypeScript refuses may be JavaScript: a field declared twice
    if (errorOf(result) !== undefined) throw sourceError(error, source);
  }
  const decorator = firstDecorator(source);
  if (decorator !== undefined) {
    throw new SourceError("Decorators are not supported (hint: call the decorator as a function)", source, decorator);
  }
  return { code: result.code, map: JSON.stringify(result.map ?? { version: 3, sources: [], names: [], mappings: "" }) };
}

function transform(source: string, filename: string, lang: "ts" | "tsx" | "js"): TransformResult {
  return transformSync(filename, source, {
    lang,
    sourceType: "module",
    sourcemap: true,
    target: TARGET,
    typescript: { onlyRemoveTypeImports: true },
  });
}

function errorOf({ errors }: TransformResult): OxcError | undefined {
  return errors.find(({ severity }) => severity === "Error");
}

function sourceError(error: OxcError, source: string): SourceError {
  const help = error.helpMessage ? ` (hint: ${error.helpMessage})` : "";
  const label = error.labels[0];
  if (label === undefined) return new SourceError(error.message + help, source);
  return new SourceError(error.message + help, source, utf16Offset(source, label.start));
}

/** oxc-transform counts bytes of UTF-8 where JavaScript counts UTF-16 units. */
function utf16Offset(source: string, byteOffset: number): number {
  return Buffer.from(source).subarray(0, byteOffset).toString().length;
}

function excerpt(source: string, offset: number): string {
  const before = source.slice(0, offset);
  const line = before.split("\n").length;
  const column = offset - before.lastIndexOf("\n") - 1;
  const gutter = `${line} | `;
  return `${gutter}${source.split("\n")[line - 1] ?? ""}\n${" ".repeat(gutter.length + column)}^`;
}
