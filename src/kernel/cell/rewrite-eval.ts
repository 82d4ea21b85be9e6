/** @file The text of a direct `eval`, so that it finds the session's variables and still those of the functions around it. */
import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { analyseBindings } from "./bindings.ts";
import { type KnownNames, rewriteEvalCall, rewriteModuleSyntax, rewriteReference } from "./rewrite.ts";
import { insertStops } from "./stops.ts";
import type { Node } from "./syntax.ts";

/**
 * Rewrites a text that is about to be evaluated; what it declares stays its own.
 *
 * @param text what `eval` is given; no string is left alone, and so is a text that cannot be parsed: `eval` says why
 * @param known what the cells declared
 * @param locals names that are bound around the call
 */
export function rewriteEval(text: unknown, known: KnownNames, locals: readonly string[]): unknown {
  if (typeof text !== "string") return text;
  const parsed = parseSync("eval.js", text, { sourceType: "module" });
  const program = parsed.program as unknown as Node;
  // `new.target`, `super` and private names may be right where the call stands: `eval` knows, and the parser goes on
  if (parsed.errors.length > 0 && parsed.program.body.length === 0) return text;
  const bindings = analyseBindings(program);
  const rewritten = new MagicString(text);
  insertStops(bindings, rewritten);
  const edit = { text: rewritten, bindings, known, usings: new Map() };
  for (const reference of bindings.references) {
    const isOwn = bindings.declared.has(reference.name) || locals.includes(reference.name);
    if (!isOwn) rewriteReference(reference, edit);
  }
  for (const node of bindings.moduleSyntax) if (node.type === "ImportExpression") rewriteModuleSyntax(node, edit);
  const bound = [...locals, ...bindings.declared.keys()];
  for (const [call, inner] of bindings.evals) rewriteEvalCall(call, [...inner, ...bound], edit);
  return rewritten.toString();
}
