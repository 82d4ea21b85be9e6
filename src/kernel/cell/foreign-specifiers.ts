/** @file Imports as Deno and browsers write them: what they mean to Node. */

/** A package that another runtime would download when it is imported. */
export interface ForeignPackage {
  /** Its name as Node imports it, with what is taken of it. */
  readonly specifier: string;
  /** What is installed, with its version. */
  readonly wanted: string;
  readonly registry: "npm" | "jsr";
}

/**
 * What an import by registry means.
 *
 * @param specifier as written
 * @returns undefined for what names no registry
 * @source https://docs.deno.com/runtime/fundamentals/modules/#importing-third-party-modules-and-libraries
 * @example foreignPackage("npm:moment@2/locale/de") // => { specifier: "moment/locale/de", wanted: "moment@2", registry: "npm" }
 */
export function foreignPackage(specifier: string): ForeignPackage | undefined {
  const parts = /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(@[^/]+)?(\/.*)?$/.exec(specifier);
  if (parts === null) return undefined;
  const [, registry, name = "", version = "", path = ""] = parts;
  return { specifier: name + path, wanted: name + version, registry: registry as "npm" | "jsr" };
}

/** Import by address: nothing says what will be there tomorrow, so that nothing that was computed with it can be checked. */
export function isRemote(specifier: string): boolean {
  return /^https?:/.test(specifier);
}

/** The error of such an import. */
export function remoteImport(specifier: string): Error {
  const reason = "what is at an address can change from one run to the next";
  const hint = "install the package from npm and import it by its name, or save the file beside the notebook";
  const error = new Error(`cannot import '${specifier}': ${reason} (hint: ${hint})`);
  return Object.defineProperty(error, "code", { value: "ERR_UNSUPPORTED_ESM_URL_SCHEME" });
}
