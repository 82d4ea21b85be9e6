/** @file The one way that processes of many hosts agree on who was first: a folder, filled in private, is renamed to its place. */
import { rename, rm } from "node:fs/promises";

/**
 * Renames a folder to its place, where one that holds files is never replaced: every file system refuses that, NFS too. So of
 * all that come, the first whole one stands, without a lock, and nobody who reads it sees a file change.
 *
 * @param folder a private one, on the same disk; it is gone afterwards
 * @param place where it is to stand
 * @returns whether this one stands there; false when another came first
 * @throws Error of the file system for any other reason, and the folder stays
 */
export async function publishFolder(folder: string, place: string): Promise<boolean> {
  try {
    await rename(folder, place);
    return true;
  } catch (error) {
    if (!SAYS_OTHER_WAS_FIRST.has((error as NodeJS.ErrnoException).code)) throw error;
    await rm(folder, { recursive: true, force: true });
    return false;
  }
}

/** POSIX leaves the choice between two. */
const SAYS_OTHER_WAS_FIRST: ReadonlySet<string | undefined> = new Set(
  process.platform === "win32" ? ["EPERM"] : ["ENOTEMPTY", "EEXIST"],
);
