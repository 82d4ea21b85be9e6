/** @file Where Jupyter finds this kernel, https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dataFolders, prefixDataFolder, userDataFolder } from "../jupyter-paths.ts";

/** Without it, interrupting a loop inside a timer's callback aborts the process. */
const NODE_FLAGS = ["--no-force-async-hooks-checks"];

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
  const cli = fileURLToPath(new URL("./cli.js", import.meta.url));
  return { argv: [process.execPath, ...NODE_FLAGS, cli, "start", connectionFile], env: {} };
}

/**
 * Writes the kernel spec.
 *
 * @returns the folder it stands in
 * @throws Error when another kernel has that name
 */
export function installKernelSpec(place: KernelSpecPlace): string {
  const folder = kernelSpecFolder(place);
  requireOurs(folder);
  const config = fileURLToPath(new URL("../../../../kernel-config/", import.meta.url));
  const template = JSON.parse(readFileSync(join(config, "kernel.json"), "utf8"));
  mkdirSync(folder, { recursive: true });
  for (const logo of ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"])
    cpSync(join(config, logo), join(folder, logo));
  const spec = { ...template, argv: kernelCommand("{connection_file}").argv };
  writeFileSync(join(folder, "kernel.json"), `${JSON.stringify(spec, null, 2)}\n`);
  return folder;
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
  const data = prefix === undefined ? userDataFolder() : prefixDataFolder(prefix);
  return join(data, "kernels", name.toLowerCase());
}
