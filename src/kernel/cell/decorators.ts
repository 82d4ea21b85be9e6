/** @file Decorators are refused in words: no Node runs them, and oxc writes only the ones from before the standard. */
import { parseSync } from "oxc-parser";
import { children, descend, type Node } from "./syntax.ts";

/** Cheap, and true of every decorator: the mark, and what could be its name. */
const LOOKS_DECORATED = /(?:^|[\s;{}()])@[\p{ID_Start}$_(]/u;

/**
 * The first decorator of a source.
 *
 * @param source TypeScript text, a module
 * @returns where it starts, in UTF-16 units; undefined when there is none
 * @example firstDecorator("@sealed class A {}") // => 0
 * @example firstDecorator('mail("me @home")') // => undefined
 */
export function firstDecorator(source: string): number | undefined {
  if (!LOOKS_DECORATED.test(source)) return undefined;
  return find(parseSync("cell.ts", source, { sourceType: "module" }).program as unknown as Node);
}

function find(node: Node): number | undefined {
  const [decorator] = children(node, "decorators");
  if (decorator !== undefined) return decorator.start;
  for (const below of descend(node)) {
    const found = find(below);
    if (found !== undefined) return found;
  }
  return undefined;
}
