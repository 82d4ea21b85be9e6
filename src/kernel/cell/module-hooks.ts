/** @file Node's module loader, taught TypeScript and the imports of cells, https://nodejs.org/api/module.html#customization-hooks. */
import { readFileSync } from "node:fs";
import {
  createRequire,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from "node:module";
import { dirname, extname, resolve as resolvePath } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decodeCellImport } from "./cell-import.ts";
import { foreignPackage, isRemote, remoteImport } from "./foreign-specifiers.ts";
import { isReloadable, isTypeScript, isVersioned, localFile, versionedAddress } from "./module-version.ts";
import { withStopChecks } from "./stops.ts";
import { SourceError, transpile } from "./transpile.ts";
import { mappedPaths } from "./tsconfig-paths.ts";

/** What oxc's output calls for syntax that this Node lacks; it stands beside the kernel, wherever the file does. */
const HELPERS = "@oxc-project/runtime/";

/** Names that are always this kernel's, also where a package of that name is installed: it would speak to another kernel. */
const OWN_MODULES: Readonly<Record<string, string>> = {
  tslab: pathToFileURL(createRequire(import.meta.url).resolve("@eightfold/kernel/tslab")).href,
};

type Next<Context, Output> = (specifier: string, context: Context) => Output;

/**
 * Where a specifier leads. A local file that a cell imports, or such a file, gets its last change as a query, so that an
 * edit is seen; TypeScript gets it wherever it is imported.
 */
export function resolve<Output extends ResolveFnOutput | Promise<ResolveFnOutput>>(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, Output>,
): Output {
  const cell = decodeCellImport(specifier);
  if (cell !== undefined)
    return resolveFrom(nodes(cell.specifier), { ...context, parentURL: cell.parentURL }, true, next);
  return resolveFrom(
    nodes(specifier),
    context,
    context.parentURL !== undefined && isVersioned(context.parentURL),
    next,
  );
}

/** A specifier as Node knows it. */
function nodes(specifier: string): string {
  if (isRemote(specifier)) throw remoteImport(specifier);
  return foreignPackage(specifier)?.specifier ?? specifier;
}

function resolveFrom<Output extends ResolveFnOutput | Promise<ResolveFnOutput>>(
  specifier: string,
  context: ResolveHookContext,
  reloads: boolean,
  next: Next<ResolveHookContext, Output>,
): Output {
  const own = OWN_MODULES[specifier];
  if (own !== undefined) return { url: own, format: "module", shortCircuit: true } as Output;
  if (specifier.startsWith(HELPERS)) return next(specifier, { ...context, parentURL: import.meta.url });
  const file = localFiles(specifier, context.parentURL)
    .map(localFile)
    .find((found) => found !== undefined);
  const requires = context.conditions.includes("require"); // which knows no URLs, and endings itself
  if (file !== undefined && (isTypeScript(file) || (reloads && !requires && isReloadable(file))))
    return versioned(file) as Output;
  const byNode = file === undefined || requires;
  const found = next(byNode ? specifier : pathToFileURL(file).href, context);
  return (found instanceof Promise ? found.then(versionResult) : versionResult(found)) as Output;
}

/** A package may point at TypeScript too, as a workspace does. */
function versionResult(found: ResolveFnOutput): ResolveFnOutput {
  const path = found.url.startsWith("file:") && !found.url.includes("?") ? fileURLToPath(found.url) : "";
  return isTypeScript(path) ? versioned(path) : found;
}

function versioned(file: string): ResolveFnOutput {
  return { url: versionedAddress(file), format: extname(file) === ".json" ? "json" : "module", shortCircuit: true };
}

/** Absolute paths that a specifier may mean: a path of its own, or by the `paths` of the importer's tsconfig.json. */
function localFiles(specifier: string, parentURL: string | undefined): string[] {
  if (specifier.startsWith("file:")) return [fileURLToPath(new URL(specifier))];
  if (specifier.startsWith("/")) return [specifier];
  if (!parentURL?.startsWith("file:") || specifier.startsWith("node:")) return [];
  const parent = fileURLToPath(parentURL);
  if (/^\.\.?(\/|$)/.test(specifier)) return [resolvePath(dirname(parent), specifier)];
  return parent.includes("/node_modules/") ? [] : mappedPaths(dirname(parent), specifier);
}

/** JavaScript of a TypeScript file, and that of other local modules, both with what makes them stop; all else is left to Node. */
export function load<Output extends LoadFnOutput | Promise<LoadFnOutput>>(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, Output>,
): Output {
  const path = url.startsWith("file:") ? fileURLToPath(new URL(url)) : "";
  if (!isTypeScript(path)) {
    const loaded = next(url, context);
    if (!isVersioned(url)) return loaded;
    return (loaded instanceof Promise ? loaded.then(checkedModule) : checkedModule(loaded)) as Output;
  }
  const source = readFileSync(path, "utf8");
  return { format: "module", source: transpileFile(source, path), shortCircuit: true } as Output;
}

function checkedModule(loaded: LoadFnOutput): LoadFnOutput {
  if (loaded.format !== "module" || !loaded.source) return loaded;
  const source = typeof loaded.source === "string" ? loaded.source : new TextDecoder().decode(loaded.source);
  return { ...loaded, source: withStopChecks(source).code };
}

function transpileFile(source: string, path: string): string {
  try {
    return withStopChecks(transpile(source, path).code).code;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new SyntaxError(`${path}: ${error.message}\n${error.excerpt}`);
  }
}
