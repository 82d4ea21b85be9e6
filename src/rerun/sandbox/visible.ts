/** @file What a sandboxed notebook may read: the system, its kernel, and the project it belongs to; not the home folder. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";

/** Parts of the system that programs read; of /etc no file with secrets, whoever may read it. */
const SYSTEM = [
  "/usr",
  "/etc/alternatives",
  "/etc/fonts",
  "/etc/hosts",
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/localtime",
  "/etc/mime.types",
  "/etc/ssl/certs",
];

/** Names that hold keys and passwords, in a project too. */
const SECRET =
  /^(\.git|\.env(\..*)?|\.npmrc|\.yarnrc.*|\.netrc|\.pypirc|\.ssh|\.aws|\.gnupg|\.docker|\.kube|\.config|id_\w+)$/;

export interface Visible {
  readonly visible: readonly string[];
  readonly hidden: readonly string[];
}

/**
 * Paths for a notebook's sandbox.
 *
 * @param launch its kernel
 * @param folder the notebook's folder
 */
export function visiblePaths(launch: KernelLaunch, folder: string): Visible {
  const project = projectRoot(resolve(folder));
  const own = [realpathSync(process.execPath), ...kernelPaths(launch), ...(project === undefined ? [] : [project])];
  const safe = own.filter((path) => existsSync(path) && !holdsHome(path));
  const paths = [...new Set([...SYSTEM.filter((path) => existsSync(path)), ...safe])];
  const visible = paths.filter((path) => !paths.some((other) => path !== other && isInside(path, other)));
  const searched = project === undefined ? [] : [...new Set([project, resolve(folder)])];
  const hidden = searched.flatMap((place) =>
    readdirSync(place)
      .filter((name) => SECRET.test(name))
      .map((name) => join(place, name)),
  );
  return { visible: visible.sort(), hidden };
}

/** The project of a folder: the nearest one that is kept under git or has a lock file, else the folder itself. */
function projectRoot(folder: string): string | undefined {
  for (let place = folder; !holdsHome(place); place = dirname(place)) {
    if ([".git", "package-lock.json", "pyproject.toml"].some((name) => existsSync(join(place, name)))) return place;
  }
  return holdsHome(folder) ? undefined : folder;
}

function kernelPaths({ argv, folder }: KernelLaunch): string[] {
  const [word = ""] = argv;
  const program = isAbsolute(word) ? word : onPath(word);
  const said = argv.slice(1).filter((argument) => isAbsolute(argument) && existsSync(argument));
  const installations = said.map((path) => installationOf(realpathSync(path)));
  const spec = folder === undefined ? [] : [folder];
  if (program === undefined) return [...installations, ...spec];
  const python = /^python/.test(basename(program)) ? pythonPaths(program) : [];
  return [program, realpathSync(program), ...python, ...installations, ...spec];
}

/** The outermost folder above a script that holds its packages; the script itself when there is none. */
function installationOf(script: string): string {
  let found = script;
  for (let place = dirname(script); !holdsHome(place); place = dirname(place)) {
    if (existsSync(join(place, "node_modules")) || basename(place) === "node_modules") found = place;
  }
  return found;
}

/** Where a Python keeps itself and what it imports, by its own word. */
function pythonPaths(program: string): string[] {
  const question = "import sys; print('\\n'.join([sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path]))";
  const answer = execFileSync(program, ["-c", question], { encoding: "utf8", cwd: "/", timeout: 20_000 });
  return answer.split("\n").filter((path) => isAbsolute(path));
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Whether showing a folder would show somebody's home. */
function holdsHome(path: string): boolean {
  return [homedir(), userInfo().homedir].some((home) => isInside(resolve(home), path)) || path === "/home";
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
