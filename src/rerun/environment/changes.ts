/** @file Which notebooks a change since a commit can have touched. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import type { Notebook } from "../notebook/notebook.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { filesNamedIn } from "./environment.ts";
import { folderWith } from "./files.ts";

/**
 * The notebooks whose results may have changed: those that were changed themselves, or of which a file was changed that
 * they name, a package of this repository that they import, the lock file, or the claims.
 *
 * @param notebooks of one repository
 * @param commit a commit, branch or tag of git
 * @param claims path of the claims file, when there is one
 * @returns the notebooks to run; or why git could not tell
 */
export function changedSince(
  notebooks: readonly Notebook[],
  commit: string,
  claims: string | undefined,
): Outcome<Notebook[]> {
  const folder = dirname(resolve(notebooks[0]?.path ?? "."));
  const changed = changedFiles(commit, folder);
  if (!changed.ok) return changed;
  const isChanged = (path: string) => {
    const real = existsSync(path) ? realpathSync(path) : path;
    return changed.value.some((file) => file === real || file.startsWith(real + sep));
  };
  const root = folderWith("package-lock.json", folder);
  const shared = [
    ...(root === undefined ? [] : [join(root, "package-lock.json")]),
    ...(claims ? [resolve(claims)] : []),
  ];
  if (shared.some(isChanged)) return success([...notebooks]);
  return success(
    notebooks.filter((notebook) =>
      [resolve(notebook.path), ...filesNamedIn(notebook), ...importsOf(notebook)].some(isChanged),
    ),
  );
}

/** Files that differ from a commit, untracked ones included. */
function changedFiles(commit: string, folder: string): Outcome<string[]> {
  const git = (...words: string[]) =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  try {
    const top = git("rev-parse", "--show-toplevel").trim();
    const tracked = git("diff", "--name-only", "-z", commit, "--");
    const untracked = git("ls-files", "--others", "--exclude-standard", "--full-name", "-z", "--", top);
    return success(
      `${tracked}${untracked}`
        .split("\0")
        .filter((name) => name !== "")
        .map((name) => join(top, name)),
    );
  } catch (error) {
    const said = String((error as { stderr?: unknown }).stderr ?? (error as Error).message)
      .trim()
      .split("\n")[0];
    return failure(`--since ${commit}: git cannot tell what changed: ${said}`);
  }
}

/** Local files and the packages of this repository that code cells import; packages from a registry are the lock file's matter. */
function importsOf(notebook: Notebook): string[] {
  const folder = dirname(resolve(notebook.path));
  const require = createRequire(join(folder, "notebook.js"));
  const sources = notebook.cells.filter(({ type }) => type === "code").map(({ source }) => source);
  const names = sources.flatMap((source) =>
    Array.from(
      source.matchAll(/(?:from\s+|import\s*\(?\s*|require\s*\(\s*)(["'])([^"'\n]+)\1/g),
      ([, , name = ""]) => name,
    ),
  );
  return [...new Set(names)].flatMap((name) => {
    if (name.startsWith(".")) return [resolve(folder, name)];
    const [scope = "", own = ""] = name.split("/");
    const packageName = scope.startsWith("@") ? `${scope}/${own}` : scope;
    const places = (require.resolve.paths(packageName) ?? []).map((place) => join(place, packageName));
    const found = places.find((place) => existsSync(place));
    const real = found === undefined ? undefined : realpathSync(found);
    return real === undefined || real.includes(`${sep}node_modules${sep}`) ? [] : [real];
  });
}
