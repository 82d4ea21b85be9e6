/** @file Test data that stand beside the checkout and are no part of it: where they are, or why a test is skipped. */
import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * A folder of shared data: in the folder that EIGHTFOLD_SHARED_DATA names, or in ../shared/data beside the checkout.
 *
 * @returns its path, and false or the reason for which a test that needs it is skipped
 */
export function sharedData(name: string): { folder: string; skip: string | false } {
  const root = process.env.EIGHTFOLD_SHARED_DATA ?? join(import.meta.dirname, "../../../../shared/data");
  const folder = join(root, name);
  const skip = `no ${folder}: put the data there, or name their folder in EIGHTFOLD_SHARED_DATA`;
  return { folder, skip: existsSync(folder) ? false : skip };
}
