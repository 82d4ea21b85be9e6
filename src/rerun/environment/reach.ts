/** @file What a notebook can reach: the files it names, those it imports, and what these import in turn. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { textOf } from "../json-text.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { isFile } from "./files.ts";

export interface Reach {
  /** Files and whole folders, whether or not they still exist. */
  readonly paths: ReadonlySet<string>;
  /** The sources in which a file may be named: the notebook's own cells and the files it imports. */
  readonly texts: readonly string[];
  /** Whether something is reached in a way that its text does not tell. */
  readonly doubt: boolean;
}

/** More files than this are not followed: the notebook is then in doubt. */
const MOST_FILES = 2_000;

/** Names that are put together as the program runs, other programs, and folders that are searched. */
const DYNAMIC =
  /\b(?:import|require)\s*\(\s*(?!["'][^"']*["']\s*[),])|\bimportlib\b|\b__import__\b|\bsys\.path\b|\bexec\s*\(|\beval\s*\(|\bsubprocess\b|\bchild_process\b|\bos\.(?:system|popen|exec|spawn)|^\s*[!%]|\bget_ipython\b|\brunpy\b|\b(?:glob|listdir|scandir|iterdir|rglob|readdir|readdirSync|opendir)\b|\bos\.walk\b/m;

/**
 * Follows a notebook's imports through the files of its repository.
 *
 * @param notebook of TypeScript, JavaScript or Python; another language is in doubt
 * @param top the repository's folder: files outside are not its matter
 */
export function reachOf(notebook: Notebook, top: string): Reach {
  const folder = dirname(realpathSync(notebook.path));
  const cells = notebook.cells.filter(({ type }) => type === "code").map(({ source }) => source);
  const reach = { paths: new Set<string>(), texts: [] as string[], doubt: !isKnownLanguage(notebook) };
  const queue: { text: string; folder: string }[] = [{ text: cells.join("\n"), folder }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    reach.texts.push(next.text);
    if (DYNAMIC.test(next.text)) reach.doubt = true;
    const found = [...scriptImports(next.text, next.folder), ...pythonImports(next.text, [next.folder, folder], top)];
    for (const path of [...found, ...filesNamed(next.text, folder)]) {
      if (reach.paths.has(path)) continue;
      reach.paths.add(path);
      if (!path.startsWith(top + sep)) continue;
      if (reach.paths.size > MOST_FILES) return { ...reach, doubt: true };
      for (const file of sourcesAt(path)) queue.push({ text: readFileSync(file, "utf8"), folder: dirname(file) });
    }
  }
  return reach;
}

function isKnownLanguage({ kernelName, document }: Notebook): boolean {
  const metadata = document.metadata as { language_info?: { name?: unknown }; kernelspec?: { language?: unknown } };
  const words = [kernelName, metadata.language_info?.name, metadata.kernelspec?.language].map((word) => textOf(word));
  return words.some((word) => /python|typescript|javascript|eightfold|deno|tslab/i.test(word));
}

/** Existing files whose path, as the kernel would resolve it, stands as a text. */
function filesNamed(text: string, folder: string): string[] {
  const quoted = Array.from(text.matchAll(/(["'`])([^"'`\n]{1,1000})\1/g), ([, , name = ""]) => resolve(folder, name));
  return quoted.filter(isFile).map((path) => realpathSync(path));
}

/** The files of a path whose own imports are followed. */
function sourcesAt(path: string): string[] {
  const isSource = (file: string) =>
    /\.(?:[cm]?[jt]sx?|py)$/.test(file) && isFile(file) && statSync(file).size < 2 ** 22;
  if (isFile(path)) return isSource(path) ? [path] : [];
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => !name.includes("node_modules"))
    .map((name) => join(path, name))
    .filter(isSource);
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/** Local files, in every way that an import may mean them, and packages that lie in this repository. */
function scriptImports(text: string, folder: string): string[] {
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(["'])([^"'\n]+)\1/g);
  return Array.from(found, ([, , name = ""]) => name.replace(/^file:\/\//, "")).flatMap((name) => {
    if (/^(?:node|npm|jsr|https?|data):/.test(name) || builtinModules.includes(name)) return [];
    if (/^(?:\.{1,2}(?:\/|$)|\/)/.test(name)) return scriptFiles(resolve(folder, name));
    const [scope = "", own = ""] = name.split("/");
    const packageName = scope.startsWith("@") ? `${scope}/${own}` : scope;
    const places = createRequire(join(folder, "notebook.js")).resolve.paths(packageName) ?? [];
    const place = places.map((path) => join(path, packageName)).find((path) => existsSync(path));
    if (place === undefined) return []; // an alias of a tsconfig.json, or nothing: its text is no path
    const real = realpathSync(place);
    return real.includes(`${sep}node_modules${sep}`) ? [] : [real];
  });
}

function scriptFiles(path: string): string[] {
  const bare = path.replace(/\.[cm]?js$/, "");
  const direct = [path, bare].flatMap((base) => ENDINGS.map((ending) => base + ending));
  const all = [...direct, ...ENDINGS.slice(1).map((ending) => join(path, `index${ending}`))];
  return all.filter((candidate) => candidate !== path || isFile(candidate) || !existsSync(candidate));
}

/** Modules and packages of Python by every folder in which it may look for them here. */
function pythonImports(text: string, folders: readonly string[], top: string): string[] {
  const modules = new Set<string>();
  for (const [, list = ""] of text.matchAll(/^[ \t]*(?:>>>[ \t]*)?import[ \t]+([\w., \t]+)/gm)) {
    for (const word of list.split(",")) modules.add(word.trim().split(/\s/)[0] ?? "");
  }
  for (const [, from = "", list = ""] of text.matchAll(
    /^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)/gm,
  )) {
    modules.add(from);
    for (const word of list.replace(/[()\\]/g, " ").split(",")) {
      const name = word.trim().split(/\s/)[0] ?? "";
      if (/^\w+$/.test(name)) modules.add(from.endsWith(".") ? from + name : `${from}.${name}`);
    }
  }
  return [...modules].flatMap((module) => {
    const [, dots = "", name = ""] = /^(\.*)(.*)$/.exec(module) ?? [];
    const parts = name.split(".").filter((part) => part !== "");
    if (dots !== "") {
      const base = resolve(folders[0] ?? top, ...Array.from({ length: dots.length - 1 }, () => ".."));
      return parts.length === 0 ? [join(base, "__init__.py")] : modulesAt(base, parts);
    }
    if (parts.length === 0) return [];
    return [...new Set(folders.flatMap((folder) => placesOf(folder, top)))].flatMap((base) => modulesAt(base, parts));
  });
}

/** The folder, those above it within the repository, and the usual places of sources below these. */
function placesOf(folder: string, top: string): string[] {
  const places: string[] = [];
  for (let place = folder; place === top || place.startsWith(top + sep); place = dirname(place)) {
    places.push(place, join(place, "src"), join(place, "lib"));
    if (place === top) break;
  }
  return places.length === 0 ? [folder] : places;
}

/** a.b means a.py, or a/b.py, or the package in a: the whole folder of a package that there is. */
function modulesAt(base: string, parts: readonly string[]): string[] {
  const first = join(base, parts[0] ?? "");
  const isPackage = existsSync(first) && !isFile(first);
  return [
    `${first}.py`,
    join(base, ...parts, "__init__.py"),
    `${join(base, ...parts)}.py`,
    ...(isPackage ? [first] : []),
  ];
}
