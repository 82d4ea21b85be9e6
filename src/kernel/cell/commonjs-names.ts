/** @file The names that a CommonJS file exports, as far as its text tells: those of its namespace. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { resolveFile } from "./resolver.ts";

type Lexer = typeof import("cjs-module-lexer");

/**
 * What Node finds too: assignments to `exports`, and those of files whose exports a file passes on.
 *
 * @param path of a JavaScript file, absolute
 * @returns without "default", which is all that it exports
 */
export function commonJsNames(path: string, known = new Set<string>()): ReadonlySet<string> {
  if (known.has(path)) return new Set();
  known.add(path);
  const { exports, reexports } = lex(readFileSync(path, "utf8"));
  const names = new Set(exports);
  for (const specifier of reexports) {
    const file = resolveFile(path, specifier, ["node", "require"]);
    if (file === undefined || ![".js", ".cjs"].includes(extname(file))) continue;
    for (const name of commonJsNames(file, known)) names.add(name);
  }
  return named(names);
}

/** Those of a text alone, which another was made into. */
export function namesIn(javascript: string): ReadonlySet<string> {
  return named(new Set(lex(javascript).exports));
}

/** Without what every such file exports. */
function named(names: Set<string>): ReadonlySet<string> {
  names.delete("default");
  names.delete("module.exports");
  return names;
}

function lex(javascript: string): ReturnType<Lexer["parse"]> {
  const { parse } = createRequire(import.meta.url)("cjs-module-lexer") as Lexer; // no start of a kernel waits for it
  try {
    return parse(javascript);
  } catch {
    return { exports: [], reexports: [] }; // no JavaScript: running it says why
  }
}
