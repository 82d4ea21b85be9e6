/** @file Text files read whole, and added to: a line once added outlives a crash. */
import { open, readFile } from "node:fs/promises";

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

/**
 * Adds whole lines to the end in one write, on the disk before it returns. A file that ends inside a line, as a crash
 * leaves it, gets a line break first, so that the torn line stays apart from the new ones.
 */
export async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const bytes = Buffer.from(size > 0 && last[0] !== LINE_BREAK ? `\n${lines}` : lines, "utf8");
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw new Error(`${path}: ${bytesWritten} of ${bytes.length} bytes were written`);
    await file.sync();
  } finally {
    await file.close();
  }
}

const LINE_BREAK = 10;
