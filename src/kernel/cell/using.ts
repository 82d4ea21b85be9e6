/** @file `using` at the top of a cell: what it declares lives as long as the cell runs. */
import { parseSync } from "oxc-parser";
import { child, children, type Node } from "./syntax.ts";

/** How each name is disposed of. */
export type Usings = ReadonlyMap<string, "sync" | "async">;

export interface WithoutUsing {
  /** The same text, of the same length, with `const` in place of each `using`. */
  readonly code: string;
  readonly usings: Usings;
}

/**
 * Takes the `using` declarations from the top of a cell; those inside of blocks and functions stay.
 *
 * @param source TypeScript text
 * @source https://github.com/tc39/proposal-explicit-resource-management
 * @example takeUsing("using file = open(); 1").code // => "const file = open(); 1"
 */
export function takeUsing(source: string): WithoutUsing {
  const usings = new Map<string, "sync" | "async">();
  if (!/\busing\b/.test(source)) return { code: source, usings };
  let code = source;
  const program = parseSync("cell.ts", source, { sourceType: "module" }).program as unknown as Node;
  for (const statement of children(program, "body")) {
    if (statement.type !== "VariableDeclaration" || !/using$/.test(String(statement.kind))) continue;
    const keyword = /^(await\s+)?using/.exec(source.slice(statement.start))?.[0] ?? "";
    const end = statement.start + keyword.length;
    code = code.slice(0, statement.start) + "const".padEnd(keyword.length) + code.slice(end);
    const kind = keyword === "using" ? "sync" : "async";
    for (const declarator of children(statement, "declarations"))
      usings.set(String(child(declarator, "id").name), kind);
  }
  return { code, usings };
}
