/** @file A TypeScript source as the architecture rules see it: its lines, its comments, and every module it names. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { type Comment, type ParseResult, parseSync, Visitor, type VisitorObject } from "oxc-parser";

/**
 * One place where a source names a module: `import`, `export ... from`, `import()`, `require()`, `import("...").Type` or
 * `new Worker(new URL("...", import.meta.url))`.
 */
export interface Import {
  specifier: string;
  line: number;
  /** path from the repository's root of the file that answers, or null for a package or a built-in */
  target: string | null;
}

/** A file and what it needs. */
export interface Linked {
  /** from the repository's root, with forward slashes */
  path: string;
  imports: Import[];
}

export interface Source extends Linked {
  text: string;
  comments: readonly Comment[];
  lineOf(offset: number): number;
  visit(visitor: VisitorObject): void;
}

/** Package door (`@eightfold/toolkit/scaling`) to the source behind it (`src/toolkit/scaling/index.ts`). */
export type Doors = ReadonlyMap<string, string>;

/** Parses one source. Throws when the text is not TypeScript: the rules could then vouch for nothing. */
export function parseSource(path: string, text: string, doors: Doors): Source {
  const parsed = parseSync(path, text);
  const [syntaxError] = parsed.errors;
  if (syntaxError !== undefined) throw new SyntaxError(`${path}: ${syntaxError.message}`);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const imports = modulesNamed(parsed, text).map(({ specifier, start }) => ({
    specifier,
    line: lineOf(start),
    target: resolve(path, specifier, doors),
  }));
  return {
    path,
    text,
    imports,
    comments: parsed.comments,
    lineOf,
    visit: (visitor) => new Visitor(visitor).visit(parsed.program),
  };
}

/** Every TypeScript file of the given folders, in path order. */
export function readSources(root: string, folders: readonly string[]): Source[] {
  const doors = readDoors(root);
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
        .filter((path) => path.endsWith(".ts") && !/(^|\/)(dist|node_modules|fixtures)\//.test(path)),
    )
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8"), doors));
}

/** The doors that the workspaces' package.json files open, each with the source that stands behind it. */
export function readDoors(root: string): Doors {
  const doors = new Map<string, string>();
  for (const name of readdirSync(join(root, "src"))) {
    const manifest = JSON.parse(readFileSync(join(root, "src", name, "package.json"), "utf8")) as Manifest;
    for (const [door, condition] of Object.entries(manifest.exports ?? {})) {
      const file = typeof condition === "string" ? condition : (condition.default ?? condition.types);
      const source = file.replace(/^\.\/dist\//, "./").replace(/(\.d\.ts|\.js)$/, ".ts");
      doors.set(posix.join(manifest.name, door), posix.join("src", name, source));
    }
  }
  return doors;
}

interface Manifest {
  name: string;
  exports?: Record<string, string | { types: string; default?: string }>;
}

function resolve(from: string, specifier: string, doors: Doors): string | null {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  return doors.get(specifier) ?? null;
}

interface Named {
  specifier: string;
  start: number;
}

function modulesNamed(parsed: ParseResult, text: string): Named[] {
  const named: Named[] = [];
  const add = (specifier: unknown, start: number): void => {
    if (typeof specifier === "string") named.push({ specifier, start });
  };
  for (const { moduleRequest } of parsed.module.staticImports) add(moduleRequest.value, moduleRequest.start);
  for (const { entries } of parsed.module.staticExports) {
    const moduleRequest = entries[0]?.moduleRequest;
    if (moduleRequest != null) add(moduleRequest.value, moduleRequest.start);
  }
  for (const { moduleRequest } of parsed.module.dynamicImports) {
    const literal = /^["'](.*)["']$/.exec(text.slice(moduleRequest.start, moduleRequest.end));
    add(literal?.[1], moduleRequest.start);
  }
  new Visitor({
    NewExpression: ({ callee, arguments: [address] }) => {
      if (callee.type !== "Identifier" || callee.name !== "Worker" || address?.type !== "NewExpression") return;
      const [file] = address.arguments; // built: a thread starts from JavaScript
      if (file?.type === "Literal") add(String(file.value).replace(/\.js$/, ".ts"), file.start);
    },
    CallExpression: ({ callee, arguments: [request] }) => {
      const isRequire = callee.type === "Identifier" && callee.name === "require";
      if (isRequire && request?.type === "Literal") add(request.value, request.start);
    },
    TSImportType: ({ source }) => add(source.value, source.start),
  }).visit(parsed.program);
  return named.sort((a, b) => a.start - b.start);
}
