/** @file Which checkpoint a study begins with: a path, and what tells a changed file from the one that stages were made with. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

export interface CheckpointFile {
  /** absolute: a folder as transformers saves them, or a GGUF file */
  readonly path: string;
  readonly bytes: number;
  /** of its latest file, milliseconds since 1970 */
  readonly modified: number;
}

/** @throws RangeError where there is no such file */
export function checkpointFile(given: string): CheckpointFile {
  const path = resolve(given);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new RangeError(`${given}: expected a model's folder or a .gguf file, got no such file`);
  const files = found.isDirectory() ? readdirSync(path).map((name) => statSync(join(path, name))) : [found];
  return {
    path,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    modified: Math.max(0, ...files.map(({ mtimeMs }) => Math.round(mtimeMs))),
  };
}
