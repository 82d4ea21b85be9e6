/** @file Where a cell catches: what it caught gets a message without the rewriter's names, before the cell can read it. */
import type MagicString from "magic-string";
import type { Fields, Node } from "./syntax.ts";

/** What is written; each is taken out again of the text of a function that someone looks at. */
const WRITTEN = {
  openPattern: "__caught){let ",
  afterPattern: "=__stop.caught(__caught);{",
  closePattern: "}/*\u00a7*/",
  openRejected: "__stop.rejected(",
  closeRejected: "/*\u00a7*/)",
} as const;

const SHOWN: Readonly<Record<string, string>> = { [WRITTEN.afterPattern]: "){" };

const ANY = new RegExp(
  [
    ...Object.values(WRITTEN).map((text) => text.replace(/\W/g, "\\$&")),
    "/\\*\u00a7\\*/__stop\\.caught\\([^)]*\\);",
  ].join("|"),
  "g",
);

/** A text as it was before `insertHandlers`. */
export function withoutHandlers(text: string): string {
  return text.includes("\u00a7*/") ? text.replace(ANY, (written) => SHOWN[written] ?? "") : text;
}

/**
 * Writes what makes messages plain.
 *
 * @param handlers each a `catch` clause, or what is given to a promise's `catch` or as the second argument of its `then`
 */
export function insertHandlers(handlers: readonly Node[], text: MagicString): void {
  for (let at = 0; at < handlers.length; at++) {
    const handler = handlers[at] as Fields;
    if (handler.type === "CatchClause") insertCaught(handler, text);
    else {
      text.prependRight(handler.start, WRITTEN.openRejected);
      text.appendLeft(handler.end, WRITTEN.closeRejected);
    }
  }
}

function insertCaught({ param, body }: Fields, text: MagicString): void {
  if (param === null) return;
  if (param.type === "Identifier") {
    text.appendLeft(body.start + 1, `/*\u00a7*/__stop.caught(${(param as Fields).name});`);
    return;
  }
  text.prependRight(param.start, WRITTEN.openPattern);
  text.update(param.end, body.start + 1, WRITTEN.afterPattern);
  text.appendLeft(body.end, WRITTEN.closePattern);
}

/** What a call of a promise's `catch` or `then` gives for its rejection. */
export function rejectionHandler({ callee, arguments: given }: Fields): Node | undefined {
  const { type, computed, property } = callee as Fields;
  if (type !== "MemberExpression" || computed) return undefined;
  const { name } = property as Fields;
  const handler = name === "catch" ? given[0] : name === "then" ? given[1] : undefined;
  return handler?.type === "SpreadElement" || handler?.type === "Literal" ? undefined : handler;
}
