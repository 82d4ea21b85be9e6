/** @file Which notebooks a change since a commit can have touched; in doubt, a notebook is run. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Notebook } from "../notebook/notebook.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { type Reach, reachOf } from "./reach.ts";

export interface Changes {
  /** The notebooks to run. */
  readonly touched: readonly Notebook[];
  /** How many are left out and why, in one line. */
  readonly told: string;
}

/** Files that decide what is installed or how it is run: every notebook hangs on them. */
const SHARED =
  /^(package(-lock)?\.json|\.npmrc|\.nvmrc|tsconfig.*\.json|requirements.*\.(txt|in)|.*environment.*\.ya?ml|pyproject\.toml|setup\.(py|cfg)|Pipfile|\.python-version|Dockerfile|Makefile|Project\.toml|Manifest\.toml|DESCRIPTION|.*\.lock|.*lock\.(json|ya?ml))$/i;
/** Files that no notebook computes with, unless it names them. */
const PROSE = /(\.(md|rst|adoc)|(^|\/)(LICENSE|CHANGELOG|\.gitignore|\.gitattributes)[^/]*)$/i;

/**
 * The notebooks whose results may have changed: those that were changed themselves, that reach a changed file by imports
 * or by its name, or of which nobody can say what they reach.
 *
 * @param notebooks of one repository
 * @param commit a commit, branch or tag of git
 * @param asked paths of files that the run itself reads, such as the claims
 * @returns the notebooks to run; or why git could not tell
 */
export function changedSince(
  notebooks: readonly Notebook[],
  commit: string,
  asked: readonly string[],
): Outcome<Changes> {
  const folder = realFolder(notebooks[0]?.path ?? ".");
  const changed = changedFiles(commit, folder);
  if (!changed.ok) return changed;
  const { top, files } = changed.value;
  const shared = files.find((file) => SHARED.test(basename(file)) || asked.some((path) => realPath(path) === file));
  if (shared !== undefined) {
    const told = `--since ${commit}: all notebooks run, since ${relative(top, shared)} was changed`;
    return success({ touched: notebooks, told });
  }
  const touched = notebooks.filter((notebook) => {
    if (files.includes(realPath(notebook.path))) return true;
    const reach = reachOf(notebook, top);
    return files.some((file) => canReach(reach, file, relative(top, file)));
  });
  const left = notebooks.filter((notebook) => !touched.includes(notebook)).map(({ path }) => path);
  const why = left.length === 0 ? "" : `, which reach none of the ${files.length} changed files (${left.join(", ")})`;
  return success({
    touched,
    told: `--since ${commit}: ${left.length} of ${notebooks.length} notebooks left out${why}`,
  });
}

function canReach({ paths, texts, doubt }: Reach, file: string, name: string): boolean {
  if ([...paths].some((path) => file === path || file.startsWith(path + sep))) return true;
  const isNamed = texts.some((text) => text.includes(basename(file)));
  if (isNamed) return true;
  if (file.endsWith(".ipynb") || PROSE.test(name)) return false;
  // a folder that is named may be read whole: "data", or a pattern such as data/*.csv
  const folders = dirname(name)
    .split(sep)
    .filter((part) => part !== "." && part.length > 1);
  const namesFolder = folders.some((part) =>
    texts.some((text) => text.includes(`"${part}`) || text.includes(`'${part}`) || text.includes(`${part}/`)),
  );
  return doubt || namesFolder;
}

/** Files that differ from a commit, untracked ones included. */
function changedFiles(commit: string, folder: string): Outcome<{ top: string; files: string[] }> {
  const git = (...words: string[]) =>
    execFileSync("git", words, {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 2 ** 28,
    });
  try {
    const top = realpathSync(git("rev-parse", "--show-toplevel").replace(/\n$/, ""));
    // a name that begins with "-" is no option of git's
    const base = git("rev-parse", "--verify", "--end-of-options", `${commit}^{commit}`).trim();
    const tracked = git("diff", "--no-ext-diff", "--no-renames", "--name-only", "-z", base, "--");
    const untracked = git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", top);
    const names = `${tracked}${untracked}`.split("\0").filter((name) => name !== "");
    return success({ top, files: names.map((name) => join(top, name)) });
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? (error as Error).message)
      .trim()
      .split("\n")[0];
    return failure(`--since ${commit}: git cannot tell what changed: ${said}`);
  }
}

function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : resolve(path);
}

function realFolder(path: string): string {
  return dirname(realPath(path));
}
