/** @file Where a specifier leads, by Node's rules and those of TypeScript: endings, folders, `paths`, `#imports`, workspaces. */
import { createRequire, isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import type { ResolverFactory } from "oxc-resolver";

/** What an import looks for in a package's `exports`, unless Node says otherwise. */
const CONDITIONS: readonly string[] = ["node", "import", "module-sync", "node-addons"];

const resolvers = new Map<string, ResolverFactory>();

/**
 * The file that a specifier means.
 *
 * @param from absolute path of the importing file
 * @returns its path without symbolic links; undefined for what Node has built in, and when there is none
 */
export function resolveFile(
  from: string,
  specifier: string,
  conditions: readonly string[] = CONDITIONS,
): string | undefined {
  if (isBuiltin(specifier) || specifier.startsWith("data:") || /.[?#]/.test(specifier)) return undefined;
  const request = specifier.startsWith("file:") ? fileURLToPath(specifier) : specifier;
  return resolverOf(conditions).resolveFileSync(from, request).path;
}

/** Loads what resolves, which no start of a kernel waits for. */
export function loadResolver(): void {
  resolverOf(CONDITIONS);
}

/** Files may have come and gone: looks at the disk again. */
export function forgetFiles(): void {
  for (const resolver of resolvers.values()) resolver.clearCache();
}

function resolverOf(conditions: readonly string[]): ResolverFactory {
  const key = conditions.join();
  const known = resolvers.get(key);
  if (known !== undefined) return known;
  const oxc = createRequire(import.meta.url)("oxc-resolver") as typeof import("oxc-resolver");
  const resolver = new oxc.ResolverFactory({
    tsconfig: "auto",
    conditionNames: [...conditions],
    extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"],
    extensionAlias: {
      ".js": [".js", ".ts", ".tsx"],
      ".jsx": [".jsx", ".tsx"],
      ".mjs": [".mjs", ".mts"],
      ".cjs": [".cjs", ".cts"],
    },
  });
  resolvers.set(key, resolver);
  return resolver;
}
