/** @file What draws figures in JupyterLab and Notebook: a prebuilt extension beside the kernel specs.
 *
 * https://jupyterlab.readthedocs.io/en/stable/extension/extension_dev.html#prebuilt-extensions; its source is the template's `figures/`.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { dataFolder, dataFolders } from "../jupyter-paths.ts";
import { version } from "../version.ts";
import { listKernelSpecs, templateFolder } from "./kernel-spec.ts";

export const FIGURES_EXTENSION = "@eightfold/figures";

const require = createRequire(import.meta.url);

/** The files that a page loads; the second is Plotly's basic bundle, as its package has it. */
const ENTRY = "static/remoteEntry.js";
const PLOTLY = "static/plotly.js";

/**
 * Writes the extension, where JupyterLab finds it without a build.
 *
 * @param prefix DIR of DIR/share/jupyter/labextensions; the user's own Jupyter folder when undefined
 * @returns the folder it stands in
 * @throws Error when another package has installed an extension of that name
 */
export function installFiguresExtension(prefix: string | undefined): string {
  const folder = extensionFolder(dataFolder(prefix));
  requireOurs(folder);
  const template = join(templateFolder(), "figures");
  mkdirSync(folder, { recursive: true });
  cpSync(template, folder, { recursive: true });
  const manifest = readJson(join(template, "package.json"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  cpSync(require.resolve("plotly.js-basic-dist-min"), join(folder, PLOTLY));
  return folder;
}

/**
 * Removes the extension, unless a kernel of ours that stands beside it still wants it.
 *
 * @returns the folder it stood in; undefined when it was not there, or stays
 */
export function removeFiguresExtension(prefix: string | undefined): string | undefined {
  const data = dataFolder(prefix);
  const folder = extensionFolder(data);
  const isWanted = listKernelSpecs(prefix).some((spec) => dirname(dirname(spec.folder)) === data);
  if (isWanted || !isOurs(folder)) return undefined;
  rmSync(folder, { recursive: true });
  if (readdirSync(dirname(folder)).length === 0) rmdirSync(dirname(folder));
  return folder;
}

export interface InstalledExtension {
  readonly folder: string;
  /** Of the package that wrote it. */
  readonly version: string;
  /** Whether all files that a page loads are there. */
  readonly isWhole: boolean;
}

/** The extensions that we have written, wherever Jupyter may look; that of a prefix as well when it is given. */
export function listFiguresExtensions(prefix: string | undefined): InstalledExtension[] {
  const folders = dataFolders(prefix).map(extensionFolder).filter(isOurs);
  return folders.map((folder) => ({
    folder,
    version: String(readJson(join(folder, "package.json"))?.version),
    isWhole: [ENTRY, PLOTLY].every((file) => existsSync(join(folder, file))),
  }));
}

function extensionFolder(data: string): string {
  return join(data, "labextensions", ...FIGURES_EXTENSION.split("/"));
}

/** Jupyter asks each package that installs an extension to leave its name. */
function isOurs(folder: string): boolean {
  return readJson(join(folder, "install.json"))?.packageName === "@eightfold/kernel";
}

function requireOurs(folder: string): void {
  if (existsSync(folder) && !isOurs(folder))
    throw new Error(`${folder} holds another's extension; nothing was changed (hint: --no-figures leaves ours out)`);
}

/** Undefined when there is no such file, or it cannot be read. */
function readJson(file: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
