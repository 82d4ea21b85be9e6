/** @file Syntax that no Node runs and that oxc does not write in older syntax: esbuild does. */
import { createRequire } from "node:module";
import { parseSync } from "oxc-parser";
import { analyseBindings } from "./bindings.ts";
import type { Dialect, Transpiled } from "./dialect.ts";
import { SourceError } from "./source-error.ts";
import { children, descend, type Node } from "./syntax.ts";

/** Cheap, and true of every decorator and accessor: the mark, and what could be its name. */
const LOOKS_LOWERED = /(?:^|[\s;{}()])@[\p{ID_Start}$_(]|\baccessor\b/u;

/**
 * Which of it a source has.
 *
 * @param source TypeScript text, a module
 * @param lang its dialect
 * @example loweredSyntax("@sealed class A {}", "ts") // => "decorator"
 * @example loweredSyntax('mail("me @home")', "ts") // => undefined
 */
export function loweredSyntax(source: string, lang: "ts" | "tsx"): "decorator" | "accessor" | undefined {
  if (!LOOKS_LOWERED.test(source)) return undefined;
  const { program } = parseSync(`cell.${lang}`, source, { sourceType: "module", lang });
  return find(program as unknown as Node);
}

function find(node: Node): "decorator" | "accessor" | undefined {
  if (children(node, "decorators").length > 0) return "decorator";
  let found: "decorator" | "accessor" | undefined = node.type === "AccessorProperty" ? "accessor" : undefined;
  for (const below of descend(node)) {
    const inner = find(below);
    if (inner === "decorator") return inner;
    found ??= inner;
  }
  return found;
}

/**
 * JavaScript of a source, by esbuild: a program of its own, started for each such text, some ten milliseconds.
 *
 * @throws SourceError when the text is not TypeScript
 */
export function transpileLowered(source: string, filename: string, dialect: Dialect, lang: "ts" | "tsx"): Transpiled {
  const { transformSync } = createRequire(import.meta.url)("esbuild") as typeof import("esbuild");
  const { options, keepsImports } = dialect;
  const kept = ["experimentalDecorators", "useDefineForClassFields", "target", "jsx", "jsxFactory"] as const;
  const jsx = ["jsxFragmentFactory", "jsxImportSource"] as const;
  const compilerOptions = Object.fromEntries([...kept, ...jsx].map((name) => [name, options[name]]));
  try {
    const { code, map } = transformSync(source, {
      loader: lang,
      sourcefile: filename,
      sourcemap: "external",
      sourcesContent: false,
      target: `node${process.versions.node}`,
      tsconfigRaw: { compilerOptions: { ...compilerOptions, verbatimModuleSyntax: keepsImports } as object },
    });
    return { code, map, generated: generatedNames(code, source) };
  } catch (error) {
    const [first] = (error as import("esbuild").TransformFailure).errors ?? [];
    if (first === undefined) throw error;
    const { text, location } = first;
    if (location === null) throw new SourceError(text, source);
    const lines = source.split("\n").slice(0, location.line - 1);
    throw new SourceError(
      text,
      source,
      lines.reduce((length, line) => length + line.length + 1, location.column),
    );
  }
}

/** Helpers and the like: a cell keeps them to itself, since the next one brings its own. */
function generatedNames(code: string, source: string): Set<string> {
  const { program } = parseSync("cell.js", code, { sourceType: "module" });
  const names = new Set(analyseBindings(program as unknown as Node).declared.keys());
  for (const [name] of source.matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) names.delete(name);
  return names;
}
