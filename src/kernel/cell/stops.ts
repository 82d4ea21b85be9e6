/** @file Where a cell can be stopped: checks are written into its JavaScript, so that nothing of it runs after a stop. */
import type MagicString from "magic-string";
import type { FreeSyntax } from "./references.ts";
import { each, type Fields, isFunction, type Node } from "./syntax.ts";

/** In Latin-1, so that the text of a script takes no more memory. */
const MARK = "/*\u00a4*/";

/** What is written; each is taken out again of the text of a function that someone looks at. */
const WRITTEN = {
  /** A function begins: costs nothing, and says whose code it is. */
  enter: MARK,
  check: `${MARK}__stop.on();`,
  openCheck: `(${MARK}__stop.on(),`,
  /** Messages that would call it by this name say "(intermediate value)", as V8 says of an await (`plain-names.ts`). */
  openAwait: "__stop.on(",
  openThen: "__stop.callback(",
  close: `${MARK})`,
  openBlock: "{/*\u00a6*/",
  closeBlock: "/*\u00a6*/}",
  openFinally: "const __fin=__stop.enter();try{",
  closeFinally: "}finally{__stop.leave(__fin)}",
} as const;

const ANY = new RegExp(
  Object.values(WRITTEN)
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replace(/[^\w\u00a4\u00a6]/g, "\\$&"))
    .join("|"),
  "g",
);

/** True for the text of a function that `insertStops` has seen. */
export function hasStops(text: string): boolean {
  return text.includes(MARK);
}

/** A text as it was before `insertStops`. */
export function withoutStops(text: string): string {
  return hasStops(text) ? text.replace(ANY, "") : text;
}

/**
 * Writes the checks: after each await, at the begin of async functions and of what a promise calls, and where a `try` waits
 * at the begin of its `catch` and around its `finally`, which runs to its end. Nothing is written into loops and calls that never wait: those
 * are ended from outside, and cost what they cost without the kernel.
 *
 * Outer texts are written after inner ones, since that is how they come to stand outside of them.
 */
export function insertStops({ stops }: Pick<FreeSyntax, "stops">, text: MagicString): void {
  const labelled = new Set<Node>();
  for (let at = 0; at < stops.length; at++) {
    const { type, body } = stops[at] as Fields;
    if (type === "LabeledStatement") labelled.add(body);
  }
  for (let at = 0; at < stops.length; at++) {
    const node = stops[at] as Fields;
    switch (node.type) {
      case "AwaitExpression":
        around(node, WRITTEN.openAwait, WRITTEN.close, text);
        break;
      case "TryStatement":
        insertTry(node, text);
        break;
      case "CallExpression":
        if (isThen(node.callee as Fields)) each(node.arguments, (argument) => insertCallback(argument as Fields, text));
        break;
      case "ForOfStatement":
        insertLoop(node, text);
        if (!labelled.has(node)) insertAfter(node, text);
        break;
      case "LabeledStatement":
        if (!labelled.has(node) && isAwaitingLoop(node.body as Fields)) insertAfter(node, text);
        break;
      default:
        insertFunction(node, text);
    }
  }
}

/** A `for await` waits before each round. */
function insertLoop({ body }: Fields, text: MagicString): void {
  if (body.type === "BlockStatement") begin(body, WRITTEN.check, text);
  else around(body, WRITTEN.openBlock + WRITTEN.check, WRITTEN.closeBlock, text);
}

/** Only one that waits: nothing else throws into a stopped cell, and a `try` in a loop of millions costs what it did. */
function insertTry({ handler, finalizer }: Fields, text: MagicString): void {
  if (handler !== null) begin((handler as Fields).body, WRITTEN.check, text);
  if (finalizer === null) return;
  begin(finalizer, WRITTEN.openFinally, text);
  text.prependRight(finalizer.end - 1, WRITTEN.closeFinally);
}

/** A `for await` waits once more before what follows it; the label belongs to the loop. */
function isAwaitingLoop({ type, body, await: waits }: Fields): boolean {
  return type === "LabeledStatement" ? isAwaitingLoop(body as Fields) : type === "ForOfStatement" && waits;
}

function insertAfter(statement: Node, text: MagicString): void {
  around(statement, WRITTEN.openBlock, WRITTEN.check + WRITTEN.closeBlock, text);
}

/** What is given to a promise's `then`, `catch` or `finally`, written there or kept in a variable. */
function insertCallback(argument: Fields, text: MagicString): void {
  if (argument.type === "SpreadElement" || argument.type === "Literal") return;
  if (!isFunction(argument)) around(argument, WRITTEN.openThen, WRITTEN.close, text);
  else if (argument.async !== true) insertCheck(argument.body, text);
}

function isThen({ type, computed, property }: Fields): boolean {
  return type === "MemberExpression" && !computed && /^(then|catch|finally)$/.test((property as Fields).name);
}

function insertFunction({ body, async: checks }: Fields, text: MagicString): void {
  if (checks === true) insertCheck(body, text);
  else if (body.type === "BlockStatement") begin(body, WRITTEN.enter, text);
  else text.prependRight(body.start, WRITTEN.enter);
}

function insertCheck(body: Node, text: MagicString): void {
  if (body.type === "BlockStatement") begin(body, WRITTEN.check, text);
  else around(body, WRITTEN.openCheck, WRITTEN.close, text);
}

/** After the brace: what stands behind it may be removed later, with all that was written before it. */
function begin(block: Node, written: string, text: MagicString): void {
  text.appendLeft(block.start + 1, written);
}

function around(node: Node, before: string, after: string, text: MagicString): void {
  text.prependRight(node.start, before);
  text.appendLeft(node.end, after);
}
