/** @file Node's module loader, taught TypeScript and the imports of cells, https://nodejs.org/api/module.html#customization-hooks. */
import { readFileSync } from "node:fs";
import {
  createRequire,
  type LoadFnOutput,
  type LoadHookContext,
  type ResolveFnOutput,
  type ResolveHookContext,
} from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { decodeCellImport } from "./cell-import.ts";
import { foreignPackage, isRemote, remoteImport } from "./foreign-specifiers.ts";
import { commonJsModule, isJson, jsonModule, localJavaScript, localModule } from "./local-module.ts";
import {
  isCommonJs,
  isInstalled,
  isReloadable,
  isTypeScript,
  isVersioned,
  versionedAddress,
} from "./module-version.ts";
import { forgetFiles, resolveFile } from "./resolver.ts";
import { SourceError } from "./source-error.ts";

/** What oxc's output calls for syntax that this Node lacks; it stands beside the kernel, wherever the file does. */
const HELPERS = "@oxc-project/runtime/";

/** Names that are always this kernel's, also where a package of that name is installed: it would speak to another kernel. */
const OWN_MODULES: Readonly<Record<string, string>> = {
  tslab: pathToFileURL(createRequire(import.meta.url).resolve("@eightfold/kernel/tslab")).href,
};

type Next<Context, Output> = (specifier: string, context: Context) => Output;

/**
 * Where a specifier leads. A local file that a cell imports, or such a file, gets its content as a query, so that an
 * edit is seen; TypeScript gets it wherever it is imported. What a package imports is left to Node.
 */
export function resolve<Output extends ResolveFnOutput | Promise<ResolveFnOutput>>(
  specifier: string,
  context: ResolveHookContext,
  next: Next<ResolveHookContext, Output>,
): Output {
  const cell = decodeCellImport(specifier);
  if (cell === undefined) {
    const reloads = context.parentURL !== undefined && isVersioned(context.parentURL);
    if (!reloads && context.parentURL !== undefined && isInstalled(context.parentURL)) return next(specifier, context);
    return resolveFrom(nodes(specifier), context, reloads, next);
  }
  forgetFiles();
  return resolveFrom(nodes(cell.specifier), { ...context, parentURL: cell.parentURL }, true, next);
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
  if (!context.parentURL?.startsWith("file:")) return next(specifier, context);
  const file = resolveFile(fileURLToPath(context.parentURL), specifier, context.conditions);
  if (file === undefined) return next(specifier, context);
  const requires = context.conditions.includes("require"); // which knows no URLs, and loads JavaScript and JSON itself
  if (isTypeScript(file) || (reloads && !requires && isReloadable(file))) return versioned(file, context) as Output;
  return next(requires ? specifier : pathToFileURL(file).href, context);
}

function versioned(file: string, { importAttributes }: ResolveHookContext): ResolveFnOutput {
  const format = isJson(file) && importAttributes?.type === "json" ? "json" : "module";
  return { url: versionedAddress(file), format, shortCircuit: true };
}

/** JavaScript of a local file, and of JSON that is imported as if it were a module; every other kind is left to Node. */
export function load<Output extends LoadFnOutput | Promise<LoadFnOutput>>(
  url: string,
  context: LoadHookContext,
  next: Next<LoadHookContext, Output>,
): Output {
  const isLocal = isVersioned(url);
  if (!isLocal && !/\.(json|[cm]?tsx?)$/.test(url)) return next(url, context);
  if (!url.startsWith("file:")) return next(url, context);
  const path = fileURLToPath(new URL(url));
  const source = moduleOf(path, isLocal, context);
  return source === undefined ? next(url, context) : ({ format: "module", source, shortCircuit: true } as Output);
}

function moduleOf(
  path: string,
  isLocal: boolean,
  { importAttributes, conditions }: LoadHookContext,
): string | undefined {
  if (isTypeScript(path)) return transpileFile(readFileSync(path, "utf8"), path);
  const requires = conditions?.includes("require") === true;
  if (isJson(path))
    return importAttributes?.type === "json" || requires ? undefined : jsonModule(readFileSync(path, "utf8"));
  if (!isLocal) return undefined;
  return isCommonJs(path) ? commonJsModule(path) : localJavaScript(readFileSync(path, "utf8"), path).code;
}

function transpileFile(source: string, path: string): string {
  try {
    return localModule(source, path).code;
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new SyntaxError(`${path}: ${error.message}\n${error.excerpt}`);
  }
}
