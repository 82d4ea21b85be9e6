/** @file Runs of the re-run command for the tests: real kernels, in a folder of their own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../src/rerun/eightfold.mjs", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written to standard error so far. */
  said(): string;
}

/**
 * Starts the command in a folder.
 *
 * @param through a program and its words that start it in turn, such as one that changes the user
 */
export function startCommand(
  folder: string,
  words: readonly string[],
  env: Record<string, string> = {},
  through: readonly string[] = [],
): Started {
  const [program = "", ...rest] = [...through, process.execPath, command, ...words];
  const child = spawn(program, rest, { cwd: folder, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, ended, said: () => stderr };
}

/** A JSON file of a folder. */
export function readJson(folder: string, name: string) {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}

/** Waits until a process has gone. A killed one is listed until its parent, or the system in its place, has taken note. */
export async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ESRCH";
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  return false;
}
