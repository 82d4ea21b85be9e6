/** @file TypeScript to JavaScript, by oxc: types are removed, nothing is checked. */
import { type JsxOptions, type OxcError, type TransformResult, transformSync } from "oxc-transform";
import type { Dialect, Transpiled } from "./dialect.ts";
import { loweredSyntax, transpileLowered } from "./lowered-syntax.ts";
import { SourceError } from "./source-error.ts";
import type { CompilerOptions } from "./tsconfig.ts";

/** Syntax that this Node lacks is written in what it has: `using`, above all. */
const TARGET = `node${process.versions.node.split(".")[0]}`;

const NO_NAMES: ReadonlySet<string> = new Set();

/** Of a cell in no project. */
const CELL: Dialect = { options: {}, keepsImports: true };

/** oxc's word for `namespace N { export let n }`. */
const MUTABLE_NAMESPACE = "Namespaces exporting non-const";

/**
 * JavaScript of a TypeScript source.
 *
 * A text that TypeScript refuses may be JavaScript, in which a field is declared twice, or have JSX, which a cell may have too.
 *
 * @param source TypeScript text, a module
 * @param filename shown in messages; its ending chooses the dialect
 * @returns the code and its source map
 * @throws SourceError when the text is not TypeScript
 */
export function transpile(source: string, filename: string, dialect: Dialect = CELL): Transpiled {
  const isFile = /\.[cm]?tsx?$/.test(filename);
  const first = filename.endsWith(".tsx") ? "tsx" : "ts";
  const result = transform(source, filename, dialect, first);
  const error = errorOf(result);
  if (result.errors.some(({ message }) => message.startsWith(MUTABLE_NAMESPACE))) {
    return transpileLowered(source, filename, dialect, first);
  }
  if (error === undefined) return lowered(source, filename, dialect, first) ?? transpiled(result);
  if (!isFile || filename === "cell.ts") {
    const withJsx = transform(source, filename, dialect, "tsx");
    if (errorOf(withJsx) === undefined) return lowered(source, filename, dialect, "tsx") ?? transpiled(withJsx);
  }
  const javascript = transform(source, filename, dialect, "js");
  if (errorOf(javascript) !== undefined) throw sourceError(error, source);
  return transpiled(javascript);
}

/** Decorators of before the standard are oxc's, where the project asks for them: it writes their metadata too. */
function lowered(source: string, filename: string, dialect: Dialect, lang: "ts" | "tsx"): Transpiled | undefined {
  const syntax = loweredSyntax(source, lang);
  const isForOxc = syntax === undefined || (syntax === "decorator" && dialect.options.experimentalDecorators === true);
  return isForOxc ? undefined : transpileLowered(source, filename, dialect, lang);
}

function transform(source: string, filename: string, { options, keepsImports }: Dialect, lang: "ts" | "tsx" | "js") {
  return transformSync(filename, source, {
    lang,
    sourceType: "module",
    sourcemap: true,
    target: TARGET,
    jsx: jsxOf(options),
    decorator: {
      legacy: options.experimentalDecorators === true,
      emitDecoratorMetadata: options.emitDecoratorMetadata === true,
    },
    typescript: {
      onlyRemoveTypeImports: keepsImports || options.verbatimModuleSyntax === true,
      removeClassFieldsWithoutInitializer: options.useDefineForClassFields === false,
    },
  });
}

/** `React.createElement` unless the project says otherwise, as TypeScript and esbuild have it. */
function jsxOf({ jsx, jsxFactory, jsxFragmentFactory, jsxImportSource }: CompilerOptions): JsxOptions {
  const isAutomatic = jsx === "react-jsx" || jsx === "react-jsxdev";
  if (isAutomatic) {
    const source = jsxImportSource === undefined ? {} : { importSource: jsxImportSource };
    return { runtime: "automatic", development: jsx === "react-jsxdev", ...source };
  }
  return {
    runtime: "classic",
    pragma: jsxFactory ?? "React.createElement",
    pragmaFrag: jsxFragmentFactory ?? "React.Fragment",
  };
}

function transpiled({ code, map }: TransformResult): Transpiled {
  const mapText = JSON.stringify(map ?? { version: 3, sources: [], names: [], mappings: "" });
  return { code, map: mapText, generated: NO_NAMES };
}

function errorOf({ errors }: TransformResult): OxcError | undefined {
  return errors.find(({ severity }) => severity === "Error");
}

function sourceError(error: OxcError, source: string): SourceError {
  const help = error.helpMessage ? ` (hint: ${error.helpMessage})` : "";
  const label = error.labels[0];
  if (label === undefined) return new SourceError(error.message + help, source);
  return new SourceError(error.message + help, source, utf16Offset(source, label.start));
}

/** oxc-transform counts bytes of UTF-8 where JavaScript counts UTF-16 units. */
function utf16Offset(source: string, byteOffset: number): number {
  return Buffer.from(source).subarray(0, byteOffset).toString().length;
}
