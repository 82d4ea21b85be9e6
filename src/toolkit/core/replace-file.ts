/** @file The one way to write a file whole: whoever reads it meanwhile, or after a crash, sees the old contents or the new. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Replaces the file at one stroke; on the disk before it returns. A writer that is killed leaves a draft PATH.N.tmp.
 *
 * @param path relative to the working directory; its folder is there
 * @param contents text, written as UTF-8, or bytes in parts
 * @throws Error of the file system; what was at `path` is still there, and no draft
 */
export async function replaceFile(path: string, contents: string | Iterable<Uint8Array>): Promise<void> {
  // in the same folder: a rename across disks is a copy; by chance: processes of two hosts may have one number
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(draft, "wx");
    try {
      for (const part of typeof contents === "string" ? [contents] : contents) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A rename is on the disk when its folder is. Windows opens no folder to sync it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
