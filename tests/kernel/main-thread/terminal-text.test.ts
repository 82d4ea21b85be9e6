/** @file A line that is drawn over itself, as a notebook shows it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminalText } from "../../../src/kernel/main-thread/terminal-text.ts";

/** What a frontend shows of a stream: a carriage return writes over the line. */
function screen(text: string): string {
  const lines = text.split("\n").map((line) => {
    let shown = "";
    for (const part of line.split("\r")) shown = part + shown.slice(part.length);
    return shown.trimEnd();
  });
  return lines.join("\n");
}

const DRAWN: readonly (readonly [what: string, writes: readonly string[], shown: string])[] = [
  ["text without escapes", ["a\n", "b", "c"], "a\nbc"],
  ["colours", ["\u001b[32mgreen\u001b[39m"], "\u001b[32mgreen\u001b[39m"],
  ["cursorTo(0) and clearLine(0)", ["long line", "\u001b[2K", "\u001b[1G", "short"], "short"],
  ["clearLine(1) at the begin", ["long line", "\u001b[1G", "\u001b[0K", "ab"], "ab"],
  ["clearLine(1) behind a shorter line", ["long line", "\u001b[1G", "ab", "\u001b[K", "\u001b[1G", "abc"], "abc"],
  ["a cursor that is hidden and shown", ["\u001b[?25lx\u001b[?25h\n"], "x\n"],
  ["moves upward", ["one\n", "\u001b[1A", "\u001b[2K", "two"], "one\ntwo"],
  ["a cleared screen", ["ab\u001b[1;1H\u001b[0Jc"], "abc"],
  ["a carriage return of its own", ["10 %\r20 %\u001b[0K"], "20 %"],
];

for (const [what, writes, shown] of DRAWN) {
  test(`${what}: a notebook shows what a terminal would`, () => {
    const text = createTerminalText();
    assert.equal(screen(writes.map(text).join("")), shown);
  });
}
