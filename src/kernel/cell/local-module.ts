/** @file A local file as the module that Node loads: without types, with the names of CommonJS that it uses, and with its checks for stops. */
import { dirname, extname } from "node:path";
import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { analyseBindings } from "./bindings.ts";
import { commonJsNames, namesIn } from "./commonjs-names.ts";
import { isCommonJs } from "./module-version.ts";
import { resolveFile } from "./resolver.ts";
import { insertStops } from "./stops.ts";
import { child, children, type Node, optionalChild } from "./syntax.ts";
import { transpile } from "./transpile.ts";
import { compilerOptions } from "./tsconfig.ts";

interface LocalModule {
  readonly code: string;
  /** Source map from the code to the file's JavaScript, as JSON text. */
  readonly map: () => string;
  /** And from there to TypeScript, where it is some. */
  readonly transpiledMap?: string;
}

const SCOPE = JSON.stringify(new URL("./local-scope.js", import.meta.url).href);
const COMMON_JS = ["require", "module", "exports", "__filename", "__dirname"];

/**
 * A TypeScript file as a module.
 *
 * @param path of the file, absolute
 * @throws SourceError when it is no TypeScript
 */
export function localModule(source: string, path: string): LocalModule {
  const options = compilerOptions(dirname(path));
  const transpiled = transpile(source, path, { options, keepsImports: false });
  const program = parseSync("file.js", transpiled.code, { sourceType: "module" }).program as unknown as Node;
  const text = new MagicString(transpiled.code);
  const bindings = analyseBindings(program);
  const { references, declared, moduleSyntax } = bindings;
  insertStops(bindings, text);
  const used = new Set(references.map(({ name }) => name).filter((name) => !declared.has(name)));
  const names = COMMON_JS.filter((name) => used.has(name));
  const prologue: string[] = [];
  if (names.length > 0) {
    if (names.includes("exports") && !names.includes("module")) names.push("module");
    prologue.push(`import { commonJsScope as __commonJsScope } from ${SCOPE};`);
    prologue.push(`let { ${names.join(", ")} } = __commonJsScope(${JSON.stringify(path)});`);
  }
  if (moduleSyntax.some(({ type }) => type === "MetaProperty")) {
    prologue.push(`import { plainMeta as __plainMeta } from ${SCOPE}; __plainMeta(import.meta);`);
  }
  const statements = children(program, "body");
  rewriteCommonJsImports(statements, path, text);
  const exports = statements.some(({ type }) => type.startsWith("Export"));
  if (names.includes("module") && !exports) {
    text.append(`\n${exportsOf("module.exports")} ${namedExports(namesIn(transpiled.code))}`);
  }
  text.prepend(prologue.join(" "));
  return {
    code: text.toString(),
    map: () => mapOf(text),
    transpiledMap: transpiled.map,
  };
}

/** A value as CommonJS exports it: the default of an import, and what `require` gives. */
function exportsOf(value: string): string {
  return `const __exported = ${value}; export { __exported as default, __exported as "module.exports" };`;
}

/**
 * Names from a CommonJS module are taken from its exports, as their types promise: Node finds not all of them in its text.
 */
function rewriteCommonJsImports(statements: readonly Node[], path: string, text: MagicString): void {
  let count = 0;
  for (const statement of statements) {
    const isImport = statement.type === "ImportDeclaration";
    const source = optionalChild(statement, "source");
    if ((!isImport && statement.type !== "ExportNamedDeclaration") || source === undefined) continue;
    const specifiers = children(statement, "specifiers");
    const [named, others] = [specifiers.filter(isNamed), specifiers.filter((specifier) => !isNamed(specifier))];
    if (named.length === 0) continue;
    const file = resolveFile(path, String(source.value));
    if (file === undefined || !isCommonJs(file)) continue;
    const whole = `__cjs${++count}`;
    const request = text.original.slice(source.start, source.end);
    const field = isImport ? "imported" : "local";
    const parts = named.map((specifier, at) => {
      const local = isImport ? String(child(specifier, "local").name) : `${whole}_${at}`;
      return `${JSON.stringify(nameOf(child(specifier, field)))}: ${local}`;
    });
    const lines = [`import ${whole} from ${request};`, `const { ${parts.join(", ")} } = ${whole};`];
    if (isImport && others.length > 0) {
      const kept = others.map(({ type, local }) => {
        const name = String((local as Node).name);
        return type === "ImportNamespaceSpecifier"
          ? `* as ${name}`
          : type === "ImportSpecifier"
            ? `{ default as ${name} }`
            : name;
      });
      lines.push(`import ${kept.join(", ")} from ${request};`);
    }
    if (!isImport) {
      const out = named.map((specifier, at) => `${whole}_${at} as ${exportedName(specifier, text)}`);
      const rest = others.map((specifier) => `default as ${exportedName(specifier, text)}`);
      lines.push(`export { ${out.join(", ")} };`);
      if (rest.length > 0) lines.push(`export { ${rest.join(", ")} } from ${request};`);
    }
    text.update(statement.start, statement.end, lines.join(" "));
  }
}

/** `default` is Node's own for every CommonJS module. */
function isNamed(specifier: Node): boolean {
  if (specifier.type === "ImportSpecifier") return nameOf(child(specifier, "imported")) !== "default";
  return specifier.type === "ExportSpecifier" && nameOf(child(specifier, "local")) !== "default";
}

function exportedName(specifier: Node, text: MagicString): string {
  const { start, end } = child(specifier, "exported");
  return text.original.slice(start, end);
}

function nameOf({ type, name, value }: Node): string {
  return String(type === "Literal" ? value : name);
}

/** A JavaScript module, which finds the names of CommonJS files that it imports, and stops as TypeScript does. */
export function localJavaScript(source: string, path: string): LocalModule {
  const program = parseSync("file.js", source, { sourceType: "module" }).program as unknown as Node;
  const text = new MagicString(source);
  insertStops(analyseBindings(program), text);
  rewriteCommonJsImports(children(program, "body"), path, text);
  return { code: text.toString(), map: () => mapOf(text) };
}

function mapOf(text: MagicString): string {
  return text.generateMap({ source: "file.js", hires: "boundary" }).toString();
}

/** A module that gives the exports of a CommonJS file as it is now, whole and by their names. */
export function commonJsModule(path: string): string {
  const scope = `import { commonJsScope as __commonJsScope } from ${SCOPE};`;
  const text = JSON.stringify(path);
  const exported = exportsOf(`__commonJsScope(${text}).require(${text})`);
  return `${scope} ${exported} ${namedExports(commonJsNames(path))}`;
}

/** Members of what `exportsOf` exports, by their names. */
function namedExports(names: ReadonlySet<string>): string {
  const lines = [...names].map((name, at) => {
    const key = JSON.stringify(name);
    return `const __${at} = __exported?.[${key}]; export { __${at} as ${key} };`;
  });
  return lines.join(" ");
}

/** A module that gives the value of a JSON file, and its members by name where they are names. */
export function jsonModule(source: string): string {
  const value = JSON.parse(source) as unknown;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const keys = isObject ? Object.keys(value).filter((key) => key !== "default") : [];
  const names = keys.map((key, at) => ({ key: JSON.stringify(key), local: `__${at}` }));
  const lines = names.map(({ key, local }) => `const ${local} = __value[${key}]; export { ${local} as ${key} };`);
  return `const __value = JSON.parse(${JSON.stringify(source)}); export default __value; ${lines.join(" ")}`;
}

/** True for a file that is loaded as one of these. */
export function isJson(path: string): boolean {
  return extname(path) === ".json";
}
