/** @file Text files read and written whole: a reader never meets half a file, and a line once added outlives a crash. */
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";

/**
 * @param path relative to the working directory (in a notebook: the notebook's folder)
 * @returns the text, UTF-8
 * @throws Error in one line that names the file
 */
export async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    const what = error.code === "ENOENT" ? "no such file" : error.message;
    throw new Error(`${path}: ${what} (hint: the path is relative to ${process.cwd()})`, { cause: error });
  });
}

/** Replaces the file by `text` at one stroke: whoever reads meanwhile, or after a crash, sees the old text or the new. */
export async function replaceText(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}.${drafts++}.tmp`; // in the same folder: a rename across disks is a copy
  try {
    await using(await open(draft, "wx"), async (file) => {
      await file.writeFile(text, "utf8");
      await file.sync();
    });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

let drafts = 0;

/**
 * Adds whole lines to the end in one write, on the disk before it returns. A file that ends inside a line, as a crash
 * leaves it, gets a line break first, so that the torn line stays apart from the new ones.
 */
export async function appendLines(path: string, lines: string): Promise<void> {
  await using(await open(path, "a+"), async (file) => {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const bytes = Buffer.from(size > 0 && last[0] !== LINE_BREAK ? `\n${lines}` : lines, "utf8");
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw new Error(`${path}: ${bytesWritten} of ${bytes.length} bytes were written`);
    await file.sync();
  });
}

const LINE_BREAK = 10;

async function using(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
  } finally {
    await file.close();
  }
}
