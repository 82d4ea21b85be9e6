/** @file A folder to begin with: notebooks that fit a curve and train a policy, claims, and what starts them elsewhere. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../version.ts";
import { PACKAGE, templateFolder } from "./kernel-spec.ts";

/** Files whose names begin with a point, or stand in such a folder: npm leaves some of them out of a package. */
const HIDDEN = /^(?:gitignore|devcontainer|binder)(?=\/|$)/;

/**
 * Writes a new project.
 *
 * @param folder it is made; one that holds anything is not touched
 * @returns the paths written, from the folder
 * @throws Error in one line when the folder holds anything, or its name is none for a package
 */
export function newProject(folder: string): string[] {
  const name = basename(resolve(folder));
  if (!/^[a-z\d][a-z\d._-]{0,99}$/.test(name))
    throw new Error(`new requires a folder's name of small letters, digits, - . and _, got ${JSON.stringify(name)}`);
  if (existsSync(folder) && (!statSync(folder).isDirectory() || readdirSync(folder).length > 0))
    throw new Error(`${folder} is there already, and not empty (hint: name another folder)`);
  const template = join(templateFolder(), "new");
  const files = readdirSync(template, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(template, file)).isFile(),
  );
  const values = { name, ...packages(folder) };
  return files.sort().map((file) => {
    const path = file.replaceAll("\\", "/").replace(HIDDEN, ".$&");
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, filled(readFileSync(join(template, file), "utf8"), values));
    if (path.endsWith("postBuild")) chmodSync(target, 0o755);
    return path;
  });
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(name|kernel|rerun|toolkit)\}/g, (_, key: string) => values[key] ?? "");
}

/** Where the project takes our packages from: this checkout, or a registry in this very version. */
function packages(folder: string): Record<string, string> {
  const source = join(fileURLToPath(PACKAGE), "..");
  const isCheckout = existsSync(join(source, "toolkit/index.ts"));
  const from = (name: string) => `file:${relative(resolve(folder), join(source, name))}`;
  return Object.fromEntries(["kernel", "rerun", "toolkit"].map((name) => [name, isCheckout ? from(name) : version]));
}
