/** @file The version of the code that makes results: a hash of its sources, so that a change of it makes old results stale. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";

/** The folders of the toolkit whose code makes the numbers of a stage; fits, figures and theory only read them. */
const MAKERS = ["core", "tensor", "engine", "model", "tasks", "rollout", "train", "evaluate", "experiment"];

/** TypeScript in a checkout, JavaScript in the package. */
const ENDING = extname(import.meta.filename);

/**
 * 12 hexadecimal digits of the SHA-256 of the sources.
 *
 * @param toolkit the toolkit's folder
 */
export function codeVersion(toolkit: string): string {
  const hash = createHash("sha256");
  for (const folder of MAKERS) {
    for (const path of readdirSync(join(toolkit, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (path.endsWith(ENDING)) hash.update(`${folder}/${path}\n`).update(readFileSync(join(toolkit, folder, path)));
    }
  }
  return hash.digest("hex").slice(0, 12);
}
