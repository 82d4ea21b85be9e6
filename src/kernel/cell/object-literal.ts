/** @file A cell that is nothing but an object literal, which JavaScript takes for a block. */
import { parseSync } from "oxc-parser";
import { children, type Node, optionalChild } from "./syntax.ts";

/**
 * The text in parentheses when all of it is an object literal, as Node's own prompt reads it; any other as it is.
 *
 * @param code TypeScript text
 * @example withObjectLiteral("{ a: 1, b: 2 }") // => "({ a: 1, b: 2 })"
 * @example withObjectLiteral("{ let a = 1; a }") // => "{ let a = 1; a }"
 */
export function withObjectLiteral(code: string): string {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(code)) return code;
  const wrapped = `(${code})`;
  const { program, errors } = parseSync("cell.ts", wrapped, { sourceType: "module", preserveParens: false });
  if (errors.length > 0) return code;
  const [only, more] = children(program as unknown as Node, "body");
  const isObject = only !== undefined && optionalChild(only, "expression")?.type === "ObjectExpression";
  return isObject && more === undefined ? wrapped : code;
}
