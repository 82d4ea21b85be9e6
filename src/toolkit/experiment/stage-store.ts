/** @file Results of stages on disk, for many processes of many hosts at once: a folder a try, and the first whole one becomes the stage.
 *
 * A try works in .attempts/KEY.N, begun with a copy of what the try before it left. When it is done it writes its record and the
 * folder is renamed to KEY, which nothing replaces. There is no lock, and no host's clock or process numbers matter.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { endianness } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { secondsNow } from "../core/clock.ts";
import { replaceFile } from "../core/replace-file.ts";
import { type Machine, machineDifference } from "./machine.ts";
import { publishFolder } from "./publish-folder.ts";
import type { StageRecord } from "./stage.ts";

/** A folder of stages. Made by openStageStore. */
export interface StageStore {
  readonly folder: string;
  /** The record of a finished stage; undefined when it is not finished. @throws Error that names a damaged record */
  record(key: string): Promise<StageRecord | undefined>;
  /** Keys of stages that have a folder of their own: one look, where thousands of records would be asked for. */
  keys(): Promise<ReadonlySet<string>>;
  /** The folder of a finished stage. */
  folderOf(key: string): string;
  /** Begins a try. */
  attempt(key: string): Promise<Attempt>;
  /** Why the tries of a stage that is not finished failed, the latest last; of those that were killed nothing is known here. */
  failures(key: string): Promise<Failure[]>;
}

/** A try of a stage. */
export interface Attempt {
  /** of this try alone */
  readonly folder: string;
  /** Marks the stage as finished, at one stroke. @returns the record that stands: that of another try, when it was first */
  publish(record: StageRecord): Promise<StageRecord>;
  /** Leaves word why the try failed. */
  fail(failure: Failure): Promise<void>;
}

export interface Failure {
  readonly reason: string;
  readonly host?: string;
  readonly job?: string;
}

/** The store was made with another engine, or by a machine whose numbers have their bytes in another order. */
export class StoreMismatch extends Error {}

/**
 * Opens a store, made where there is none.
 *
 * @param folder relative to the working directory
 * @param engine that makes its stages: what EIGHTFOLD_ENGINE says, "" for whatever a machine has
 * @throws StoreMismatch when its stages would not be like those of this process
 */
export async function openStageStore(
  folder: string,
  { engine = process.env.EIGHTFOLD_ENGINE ?? "" }: { readonly engine?: string } = {},
): Promise<StageStore> {
  const attempts = join(folder, ".attempts");
  await mkdir(attempts, { recursive: true });
  const made = await firstOf(folder, ".store", { byteOrder: endianness(), engine });
  requireLike(folder, made, { byteOrder: endianness(), engine });
  const folderOf = (key: string): string => join(folder, key);
  const record = (key: string): Promise<StageRecord | undefined> => readRecord(join(folderOf(key), RECORD));
  const tries = async (key: string): Promise<string[]> =>
    (await readdir(attempts))
      .filter((name) => name.startsWith(`${key}.`))
      .sort((a, b) => numberOf(a) - numberOf(b))
      .map((name) => join(attempts, name));
  return {
    folder,
    record,
    folderOf,
    keys: async () => new Set((await readdir(folder)).filter((name) => KEY.test(name))),
    failures: async (key) => {
      const found = await Promise.all((await tries(key)).map((path) => readFailure(join(path, FAILURE))));
      return found.filter((failure) => failure !== undefined);
    },
    attempt: async (key) => {
      const own = await beginAttempt(attempts, key, await tries(key));
      return {
        folder: own,
        fail: (failure) => leaveWord(own, `${JSON.stringify(failure)}\n`),
        publish: async (done) => {
          const { machine } = done;
          const unlikeSiblings = machine && (await differenceToFirst(folder, done.versions.code, machine));
          const whole = unlikeSiblings === undefined ? done : { ...done, unlikeSiblings };
          const published = await publish(own, folderOf(key), whole);
          const stands = published ? whole : await awaitRecord(record, folder, key, CACHES_KNOW_AFTER);
          if (stands === undefined) throw new Error(`${folderOf(key)} holds files and no record (hint: delete it)`);
          for (const other of await tries(key)) await rm(other, { recursive: true, force: true }).catch(() => {});
          return stands;
        },
      };
    },
  };
}

const RECORD = "record.json";
const FAILURE = "failure.json";
const KEY = /^[0-9a-f]{16}$/;

/** Seconds: NFS may deny for so long that a file is there which another host has just made. */
const CACHES_KNOW_AFTER = 60;

/**
 * The record of a stage that is known, or thought, to be finished: another host may have written it, and this one's cache not know yet.
 *
 * @param seconds to wait
 * @returns undefined when it does not turn up
 */
export async function awaitRecord(
  record: StageStore["record"],
  folder: string,
  key: string,
  seconds: number,
): Promise<StageRecord | undefined> {
  const end = secondsNow() + seconds;
  for (;;) {
    const found = await record(key);
    if (found !== undefined || secondsNow() > end) return found;
    await readdir(folder); // a folder that is opened is asked for anew
    await setTimeout(200);
  }
}

/** @returns whether this try's folder is the stage's now */
async function publish(own: string, place: string, record: StageRecord): Promise<boolean> {
  try {
    await rm(join(own, FAILURE), { force: true });
    await replaceFile(join(own, RECORD), `${JSON.stringify(record, null, 1)}\n`);
    return await publishFolder(own, place);
  } catch (error) {
    // the winner has cleared this try away; or NFS asked twice, its first answer being lost
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return false;
  }
}

/** On a full disk what the try wrote makes room for the word why it failed: it can be done again. */
async function leaveWord(own: string, text: string): Promise<void> {
  const path = join(own, FAILURE);
  await writeFile(path, text).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOSPC") throw error;
    for (const name of await readdir(own)) await rm(join(own, name), { recursive: true, force: true });
    await writeFile(path, text);
  });
}

/** A folder with the next number, and in it what the latest try left. */
async function beginAttempt(attempts: string, key: string, earlier: readonly string[]): Promise<string> {
  const last = earlier.at(-1);
  for (let number = last === undefined ? 1 : numberOf(last) + 1; ; number++) {
    const own = join(attempts, `${key}.${number}`);
    try {
      await mkdir(own);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") continue; // another process's
      throw error;
    }
    if (last !== undefined) await copyFiles(last, own);
    return own;
  }
}

/** Of a try that may still be at work elsewhere: what is torn is as after a crash, and what vanishes was not needed. */
async function copyFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from).catch(() => []);
  for (const name of names) {
    if (name === FAILURE || name === RECORD || name.endsWith(".tmp")) continue;
    await cp(join(from, name), join(to, name), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
}

function numberOf(attempt: string): number {
  return Number(attempt.slice(attempt.lastIndexOf(".") + 1));
}

/** Reads once more what is torn or stale, as a network's file system shows a file for a moment. */
async function readRecord(path: string): Promise<StageRecord | undefined> {
  for (let again = 0; ; again++) {
    try {
      return JSON.parse(await readFile(path, "utf8")) as StageRecord;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      if (code !== "ESTALE" && !(error instanceof SyntaxError)) throw error;
      if (again === READS_AGAIN) {
        throw new Error(`${path}: no JSON (hint: delete its folder and the stage is done again)`, { cause: error });
      }
    }
    await setTimeout(50 * 2 ** again);
  }
}

const READS_AGAIN = 4; // 0.75 s

/** Undefined when there is none, or it is being written. */
async function readFailure(path: string): Promise<Failure | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Failure;
  } catch {
    return undefined;
  }
}

/** What the first process of all put into a folder of this name. */
async function firstOf<Value extends object>(folder: string, name: string, value: Value): Promise<Value> {
  const place = join(folder, name);
  const path = join(place, "first.json");
  const known = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (known !== undefined) return JSON.parse(known) as Value;
  const draft = await beginAttempt(join(folder, ".attempts"), name, []);
  await writeFile(join(draft, "first.json"), `${JSON.stringify(value)}\n`);
  await publishFolder(draft, place);
  return JSON.parse(await readFile(path, "utf8")) as Value;
}

interface Made {
  readonly byteOrder: "BE" | "LE";
  readonly engine: string;
}

function requireLike(folder: string, made: Made, here: Made): void {
  const hint = "give another store: stages of both would be taken for equals";
  if (made.byteOrder !== here.byteOrder) {
    throw new StoreMismatch(
      `${folder} is a store of machines with bytes in the order ${made.byteOrder}, this one has ${here.byteOrder} (hint: ${hint})`,
    );
  }
  if (made.engine !== here.engine) {
    const name = (engine: string): string => (engine === "" ? "unset" : `"${engine}"`);
    throw new StoreMismatch(
      `${folder} is a store of stages made with EIGHTFOLD_ENGINE ${name(made.engine)}, here it is ${name(here.engine)} (hint: set it so, or ${hint})`,
    );
  }
}

/** To the machine that did the first stage of this code in the store. */
async function differenceToFirst(
  folder: string,
  code: string | undefined,
  machine: Machine,
): Promise<string | undefined> {
  return machineDifference(machine, await firstOf(folder, `.first-machine-${code}`, machine));
}
