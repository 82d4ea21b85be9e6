/** @file Links that a stranger's project may have laid where results are written, so that they land elsewhere. */
import { lstatSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { attempt } from "./processes.ts";

/**
 * Looks for links among what will be written to.
 *
 * @param paths files, and folders for files
 * @returns one line about the first link; undefined when results stay where they are meant to be
 */
export function detourOf(paths: readonly string[]): string | undefined {
  const link = paths.flatMap((path) => [...steps(process.cwd(), path), ...entries(path)]).find(isLink);
  if (link === undefined) return undefined;
  const hint = "hint: remove it, or choose another place";
  return `${link} is a link, by which a stranger's project could have results written elsewhere: nothing was run (${hint})`;
}

/** A path and the folders above it, as far as they lie in a base. */
function steps(base: string, path: string): string[] {
  const place = resolve(base, path);
  return place.startsWith(`${base}/`) ? [...steps(base, dirname(place)), place] : [];
}

function entries(folder: string): string[] {
  return (attempt(() => readdirSync(folder)) ?? []).map((name) => join(folder, name));
}

function isLink(path: string): boolean {
  return attempt(() => lstatSync(path))?.isSymbolicLink() ?? false;
}
