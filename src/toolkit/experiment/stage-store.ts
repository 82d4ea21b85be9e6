/** @file Results of stages on disk: a folder a stage, finished when its record stands; killed at any point, nothing half-done counts. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../core/replace-file.ts";
import type { StageRecord } from "./stage.ts";

/** A folder of stages. Made by openStageStore. */
export interface StageStore {
  readonly folder: string;
  /** The record of a finished stage; undefined when it is not finished. @throws Error that names a damaged record */
  record(key: string): Promise<StageRecord | undefined>;
  /** The folder in which a stage keeps its files; made when it is not there. What an earlier, killed try left is still in it. */
  workFolder(key: string): Promise<string>;
  /** Marks the stage as finished, at one stroke. */
  finish(record: StageRecord): Promise<void>;
  /** Forgets a stage and its files. */
  forget(key: string): Promise<void>;
  /** Lets another process open the store. */
  close(): Promise<void>;
}

/**
 * Opens a store, made where there is none, for one process at a time.
 *
 * @param folder relative to the working directory
 * @throws Error when a living process holds it
 */
export async function openStageStore(folder: string): Promise<StageStore> {
  await mkdir(folder, { recursive: true });
  const lock = join(folder, "lock");
  await takeLock(lock, folder);
  const recordPath = (key: string): string => join(folder, key, RECORD);
  return {
    folder,
    record: (key) => readRecord(recordPath(key)),
    workFolder: async (key) => {
      const path = join(folder, key);
      await mkdir(path, { recursive: true });
      return path;
    },
    finish: (record) => replaceFile(recordPath(record.key), `${JSON.stringify(record, null, 1)}\n`),
    forget: (key) => rm(join(folder, key), { recursive: true, force: true }),
    close: () => rm(lock, { force: true }),
  };
}

const RECORD = "record.json";

async function readRecord(path: string): Promise<StageRecord | undefined> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as StageRecord;
  } catch (error) {
    throw new Error(`${path}: no JSON (hint: delete its folder and the stage is done again)`, { cause: error });
  }
}

/** The lock holds the process id of its owner; one that a dead process left is taken over. */
async function takeLock(lock: string, folder: string): Promise<void> {
  const taken = await writeFile(lock, String(process.pid), { flag: "wx" }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
  if (taken) return;
  const owner = Number(await readFile(lock, "utf8"));
  if (isAlive(owner)) {
    throw new Error(`${folder} is in use by process ${owner} (hint: wait for it, or give another folder)`);
  }
  await rm(lock, { force: true });
  await takeLock(lock, folder);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // alive, another user's
  }
}
