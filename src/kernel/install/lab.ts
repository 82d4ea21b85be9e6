/** @file JupyterLab with this kernel in it for as long as it runs: nothing is installed, so nothing has to be taken back.
 *
 * `npx` may run this package from a folder that it clears later, and a kernel spec that stays would name files that are gone. So the spec
 * and the extension stand in a folder of this one server, which JUPYTER_PATH names to it.
 */
import { spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, statSync } from "node:fs";
import { constants as system, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { isatty } from "node:tty";
import { prefixDataFolder } from "../jupyter-paths.ts";
import { installFiguresExtension } from "./figures-extension.ts";
import { installKernelSpec } from "./kernel-spec.ts";

const KERNEL = "eightfold";

/** The option that puts a kernel first in the launcher. */
const DEFAULT_KERNEL = "MultiKernelManager.default_kernel_name";

const PROGRAM = process.platform === "win32" ? "jupyter-lab.exe" : "jupyter-lab";

/**
 * Runs the JupyterLab of the active Python environment, else the first on the PATH, until it ends.
 *
 * @param words handed on to JupyterLab
 * @returns its exit code; 128 and the signal's number when a signal ended it
 * @throws Error in one line when there is no JupyterLab
 */
export async function runLab(words: readonly string[]): Promise<number> {
  const program = findLab();
  if (program === undefined) {
    const where = "with its environment active";
    throw new Error(`lab requires JupyterLab, got no ${PROGRAM} on the PATH (hint: pip install jupyterlab; ${where})`);
  }
  const prefix = mkdtempSync(join(tmpdir(), "eightfold-lab-"));
  try {
    installKernelSpec({ name: KERNEL, prefix });
    installFiguresExtension(prefix);
    const asksAnother = words.some((word) => word.includes(DEFAULT_KERNEL)); // JupyterLab takes no option twice
    return await endOf(program, asksAnother ? words : [`--${DEFAULT_KERNEL}=${KERNEL}`, ...words], prefix);
  } finally {
    rmSync(prefix, { recursive: true });
  }
}

function findLab(): string | undefined {
  const { VIRTUAL_ENV, PATH = "" } = process.env;
  const active = VIRTUAL_ENV ? [join(VIRTUAL_ENV, process.platform === "win32" ? "Scripts" : "bin")] : [];
  const folders = [...active, ...PATH.split(delimiter).filter((folder) => folder !== "")];
  return folders.map((folder) => join(folder, PROGRAM)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Its end is waited for whatever signal comes: JupyterLab asks before it obeys Ctrl-C, and shuts its kernels down. */
async function endOf(program: string, words: readonly string[], prefix: string): Promise<number> {
  const JUPYTER_PATH = [prefixDataFolder(prefix), process.env.JUPYTER_PATH].filter(Boolean).join(delimiter);
  const child = spawn(program, words, { stdio: "inherit", env: { ...process.env, JUPYTER_PATH } });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const hasIt = signal === "SIGINT" && isatty(0); // a terminal sends Ctrl-C to JupyterLab too, which takes a second one for a yes
    process.on(signal, () => hasIt || child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : system.signals[signal])));
  });
}
