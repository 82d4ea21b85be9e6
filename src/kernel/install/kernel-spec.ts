/** @file Where Jupyter finds this kernel, https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolder, dataFolders } from "../jupyter-paths.ts";

/** The package's folder, where its stable entry stands: a spec that names it survives moves inside of dist. */
export const PACKAGE = new URL("../../", import.meta.url);

/** What the placeholders of a template's argv become. */
const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  "{node}": [process.execPath],
  // without it, interrupting a loop inside a timer's callback aborts the process
  "{flags}": ["--no-force-async-hooks-checks"],
  "{cli}": [fileURLToPath(new URL("eightfold-kernel.mjs", PACKAGE))],
};

/** Stands in every kernel.json we write, so that no one else's is overwritten. */
const OWNER = "eightfold";

export interface KernelCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface KernelSpecPlace {
  readonly name: string;
  /** DIR of DIR/share/jupyter/kernels; the user's own Jupyter folder when undefined. */
  readonly prefix: string | undefined;
}

/**
 * Program, arguments and environment of a kernel process of this very installation.
 *
 * @param connectionFile path of the connection file, or Jupyter's placeholder `{connection_file}`
 */
export function kernelCommand(connectionFile: string): KernelCommand {
  return { argv: filled(["{node}", "{flags}", "{cli}", "start", connectionFile]), env: {} };
}

function filled(argv: readonly string[]): string[] {
  return argv.flatMap((word) => PLACEHOLDERS[word] ?? word);
}

/** What a spec says beside its template. */
export interface KernelSpecWishes {
  /** In the launcher; the template's when undefined. */
  readonly displayName?: string | undefined;
  /** Variables of the kernel's environment, beside those of the template. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Writes the kernel spec, as its template says.
 *
 * @param wishes where it is not to be as the template
 * @returns the folder it stands in
 * @throws Error when another kernel has that name
 */
export function installKernelSpec(place: KernelSpecPlace, { displayName, env = {} }: KernelSpecWishes = {}): string {
  const folder = kernelSpecFolder(place);
  requireOurs(folder);
  const config = templateFolder();
  const template: Template = JSON.parse(readFileSync(join(config, "kernel.json"), "utf8"));
  mkdirSync(folder, { recursive: true });
  for (const logo of ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"])
    cpSync(join(config, logo), join(folder, logo));
  const environment = { ...template.env, ...env };
  const spec = {
    ...template,
    argv: filled(template.argv),
    display_name: displayName ?? template.display_name,
    ...(Object.keys(environment).length > 0 && { env: environment }),
  };
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return folder;
}

interface Template {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** It travels in the package; in a checkout it stands in the root. */
export function templateFolder(): string {
  const travelled = fileURLToPath(new URL("kernel-config/", PACKAGE));
  return existsSync(travelled) ? travelled : fileURLToPath(new URL("../../kernel-config/", PACKAGE));
}

/**
 * Removes the kernel spec.
 *
 * @returns the folder it stood in
 * @throws Error when there is none, or it is another kernel's
 */
export function removeKernelSpec(place: KernelSpecPlace): string {
  const folder = kernelSpecFolder(place);
  if (!existsSync(folder)) throw new Error(`no kernel is installed in ${folder}`);
  requireOurs(folder);
  rmSync(folder, { recursive: true });
  return folder;
}

export interface InstalledSpec {
  readonly name: string;
  readonly folder: string;
  readonly argv: readonly string[];
}

/** The kernel specs that we have written, wherever Jupyter may look; those of a prefix as well when it is given. */
export function listKernelSpecs(prefix: string | undefined): InstalledSpec[] {
  return dataFolders(prefix).flatMap((data) => {
    const kernels = join(data, "kernels");
    const names = existsSync(kernels) ? readdirSync(kernels).sort() : [];
    return names.flatMap((name) => {
      const folder = join(kernels, name);
      const spec = readSpec(folder);
      return spec?.metadata?.owner === OWNER ? [{ name, folder, argv: spec.argv ?? [] }] : [];
    });
  });
}

interface Spec {
  readonly argv?: readonly string[];
  readonly metadata?: { readonly owner?: string };
}

/** Undefined when there is none that can be read: it is then not ours. */
function readSpec(folder: string): Spec | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
  } catch {
    return undefined;
  }
}

function requireOurs(folder: string): void {
  if (!existsSync(folder)) return;
  if (readSpec(folder)?.metadata?.owner !== OWNER)
    throw new Error(`${folder} holds another kernel; nothing was changed (hint: choose another --name)`);
}

function kernelSpecFolder({ name, prefix }: KernelSpecPlace): string {
  if (!/^[a-z0-9._-]+$/i.test(name)) {
    throw new RangeError(`the kernel's name requires letters, digits, '.', '_' and '-', got '${name}'`);
  }
  return join(dataFolder(prefix), "kernels", name.toLowerCase());
}
