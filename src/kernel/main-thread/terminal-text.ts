/** @file What programs write to a terminal, as a notebook shows it: a line that is drawn over itself, and no cursor elsewhere. */

/** Of one stream. */
export type TerminalText = (text: string) => string;

/** Sequences that begin with an escape, but for colours: https://ecma-international.org/publications-and-standards/standards/ecma-48/. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const CONTROL = /\u001b(?:\[([?\d;]*)([A-Za-ln-z])|[78])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const COLOUR = /\u001b\[[\d;]*m/g;

/**
 * The text of one stream, from now on: moves to the begin of the line become carriage returns, what is cleared is
 * overwritten, and other moves of the cursor are left out.
 */
export function createTerminalText(): TerminalText {
  let column = 0;
  let width = 0; // of the line that the cursor is on

  function write(text: string): string {
    const line = text.slice(text.lastIndexOf("\n") + 1);
    if (line.length < text.length) column = width = 0;
    if (line === "") return text;
    for (const [at, part] of line.replace(COLOUR, "").split("\r").entries()) {
      if (at > 0) column = 0;
      column += part.length;
      width = Math.max(width, column);
    }
    return text;
  }

  function control(parameter: string, command: string | undefined): string {
    switch (command) {
      case "G":
        return Number(parameter || 1) === 1 ? write("\r") : "";
      case "K":
      case "J": {
        const isRest = parameter === "" || parameter === "0";
        if (!isRest) write("\r");
        const begin = column;
        const cleared = " ".repeat(width - column);
        width = column;
        if (begin === 0 && cleared !== "") return `${isRest ? "" : "\r"}${cleared}\r`;
        column += cleared.length; // the cursor stays behind what was cleared: the next move begins the line again
        return `${isRest ? "" : "\r"}${cleared}`;
      }
    }
    return "";
  }

  return (text) => {
    if (!text.includes("\u001b")) return write(text);
    let shown = "";
    let rest = text;
    for (let found = CONTROL.exec(rest); found !== null; found = CONTROL.exec(rest)) {
      shown += write(rest.slice(0, found.index)) + control(found[1] ?? "", found[2]);
      rest = rest.slice(found.index + found[0].length);
    }
    return shown + write(rest);
  };
}
