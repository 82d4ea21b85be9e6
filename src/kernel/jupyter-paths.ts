/** @file Jupyter's own folders, https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";

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
