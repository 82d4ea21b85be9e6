/** @file What a sandboxed notebook may read: the system, its kernel, and the project it belongs to; not the home folder. */
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { basename, delimiter, dirname, isAbsolute, join, resolve, sep } from "node:path";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";
import { attempt } from "./processes.ts";
import { secretsIn } from "./secrets.ts";

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

/** Parts of these in which people, and not packages of the system, put things. */
const PEOPLES = ["/usr/local", "/usr/src"].filter((path) => existsSync(path));

export interface Visible {
  readonly visible: readonly string[];
  readonly hidden: readonly string[];
}

/**
 * Paths for a notebook's sandbox. No program is asked for them: one in the notebook's project is the stranger's.
 *
 * @param launch its kernel
 * @param folder the notebook's folder, a real path
 */
export function visiblePaths(launch: KernelLaunch, folder: string): Visible {
  const project = projectOf(folder);
  const kernel = kernelPaths(launch, project);
  const own = [realpathSync(process.execPath), ...kernel, ...(project === undefined ? [] : [project])];
  const safe = own.filter((path) => existsSync(path) && !isEverybodys(path));
  const visible = outermost([...SYSTEM.filter((path) => existsSync(path)), ...safe]);
  const searched = [...safe, ...PEOPLES].filter((path) => !SYSTEM.includes(path) && statSync(path).isDirectory());
  return { visible, hidden: outermost(searched).flatMap(secretsIn) };
}

/** Which files, wherever links lead, a sandboxed notebook of a folder finds in its project. */
export function showsOf(folder: string): (path: string) => boolean {
  const project = projectOf(realpathSync(folder));
  const hidden = project === undefined ? [] : secretsIn(project);
  return (path) => {
    const real = attempt(() => realpathSync(path));
    if (real === undefined || project === undefined) return false;
    return isInside(real, project) && !hidden.some((secret) => isInside(real, secret));
  };
}

/** The project of a folder: the nearest one that is kept under git or has a lock file, else the folder itself; undefined for everybody's. */
function projectOf(folder: string): string | undefined {
  for (let place = folder; !isEverybodys(place); place = dirname(place)) {
    if ([".git", "package-lock.json", "pyproject.toml"].some((name) => existsSync(join(place, name)))) return place;
  }
  return isEverybodys(folder) ? undefined : folder;
}

function kernelPaths({ argv, folder }: KernelLaunch, project: string | undefined): string[] {
  const [word = ""] = argv;
  const program = isAbsolute(word) ? word : onPath(word);
  const prefixes = program === undefined ? [] : pythonPrefixes(program);
  // what a kernel.json of the stranger's names is his choice, and not to be shown for it
  if (project !== undefined && folder !== undefined && isInside(realpathSync(folder), project)) return prefixes;
  const said = argv.slice(1).filter((argument) => isAbsolute(argument) && existsSync(argument));
  const installations = said.map((path) => installationOf(realpathSync(path)));
  const programs = program === undefined || !existsSync(program) ? [] : [program, realpathSync(program)];
  return [...programs, ...prefixes, ...installations, ...(folder === undefined ? [] : [folder])];
}

/** The outermost folder above a script that holds its packages, but none above its repository; the script itself when there is none. */
function installationOf(script: string): string {
  let found = script;
  for (let place = dirname(script); !isEverybodys(place); place = dirname(place)) {
    if (existsSync(join(place, "node_modules")) || basename(place) === "node_modules") found = place;
    if ([".git", "package-lock.json"].some((name) => existsSync(join(place, name)))) break;
  }
  return found;
}

/** Where a Python keeps itself and its packages: its own folder, and the one that a virtual environment was made from. */
function pythonPrefixes(program: string): string[] {
  const own = dirname(dirname(program));
  const real = attempt(() => dirname(dirname(realpathSync(program))));
  const settings = attempt(() => readFileSync(join(own, "pyvenv.cfg"), "utf8"));
  const home = settings === undefined ? undefined : /^home\s*=\s*(.+)$/m.exec(settings)?.[1];
  const base = home === undefined ? undefined : attempt(() => dirname(realpathSync(home.trim())));
  const withLibrary = [own, real, base].filter((prefix) => prefix !== undefined && holdsPython(prefix));
  return [...(settings === undefined ? [] : [own]), ...withLibrary.filter((prefix) => prefix !== undefined)];
}

/** Whether a folder is what it is said to be: one that holds Python's own library. */
function holdsPython(prefix: string): boolean {
  const library = attempt(() => readdirSync(join(prefix, "lib"))) ?? [];
  return library.some((name) => /^python3/.test(name) && existsSync(join(prefix, "lib", name, "os.py")));
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Whether to show a path would be to show somebody's home, or a folder where everyone puts things, such as /tmp. */
function isEverybodys(path: string): boolean {
  const homes = [homedir(), attempt(() => userInfo().homedir)].filter((home) => home !== undefined && home !== "");
  const reals = homes.map((home) => attempt(() => realpathSync(String(home))) ?? resolve(String(home)));
  if (path === "/home" || dirname(path) === "/home" || reals.some((home) => isInside(home, path))) return true;
  const found = attempt(() => statSync(path));
  return found?.isDirectory() === true && (found.mode & 0o1000) !== 0; // the sticky bit
}

function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => path !== other && isInside(path, other))).sort();
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
