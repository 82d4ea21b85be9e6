/** @file Jupyter's own folders, https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files. */
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";

/** The data folder of this user; the paths of macOS and Windows are written from the documentation and not tried. */
export function userDataFolder(): string {
  const { JUPYTER_DATA_DIR, APPDATA, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return join(homedir(), "Library", "Jupyter");
  if (process.platform === "win32") return join(APPDATA ?? join(homedir(), "AppData", "Roaming"), "jupyter");
  return join(XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "jupyter");
}

/** The data folder below a prefix, such as a virtual environment. */
export function prefixDataFolder(prefix: string): string {
  return join(resolve(prefix), "share", "jupyter");
}

/** What is installed is written below: of a prefix, or this user's own when it is undefined. */
export function dataFolder(prefix: string | undefined): string {
  return prefix === undefined ? userDataFolder() : prefixDataFolder(prefix);
}

/**
 * Where Jupyter may look for kernel specs and extensions: the user's folder, JUPYTER_PATH, the Python environment that is active, and the
 * machine's own folders.
 *
 * @param prefix of one more environment
 */
export function dataFolders(prefix: string | undefined): string[] {
  const { JUPYTER_PATH = "", VIRTUAL_ENV, CONDA_PREFIX, PROGRAMDATA } = process.env;
  const environments = [prefix, VIRTUAL_ENV, CONDA_PREFIX].filter((folder) => folder !== undefined && folder !== "");
  const ofTheMachine =
    process.platform === "win32"
      ? [join(PROGRAMDATA ?? "C:\\ProgramData", "jupyter")]
      : ["/usr/local/share/jupyter", "/usr/share/jupyter"];
  const named = JUPYTER_PATH.split(delimiter).filter((folder) => folder !== "");
  const folders = [userDataFolder(), ...named, ...environments.map((folder) => prefixDataFolder(String(folder)))];
  return [...new Set([...folders, ...ofTheMachine])];
}
