/** @file What a fault is tried with: a store of its own, a login node in a process, and the comparison with a run on this machine alone. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { localExecutor, runStudy, type SlurmOptions } from "@eightfold/toolkit/experiment";
import { createWorkerPool } from "../../../src/toolkit/experiment/worker-pool.ts";
import { type FaultConfig, type FaultRecord, faultStudy } from "./fault-study.ts";

/** Name of a stage, its status, its error. */
export type ToldState = readonly [name: string, status: string, error: string];

export interface Scenario {
  readonly folder: string;
  readonly store: string;
  readonly config: FaultConfig;
  /** makes a stage misbehave from now on; `calm` ends it */
  provoke(stage: string, how: "wait" | "fail" | "memory"): void;
  calm(stage: string, how: "wait" | "fail" | "memory"): void;
  /** process numbers of the tries of a stage so far */
  tries(stage: string): number[];
  /** submits and watches, in a process; `asUser` is another one's number */
  submit(
    options?: SlurmOptions,
    as?: { readonly results?: string; readonly user?: number; readonly path?: string },
  ): LoginNode;
  /** the words of `npm run study` on this store */
  study(...words: string[]): LoginNode;
  /** every stage stands once, with the results of this machine's own run, and nothing is left of other tries */
  isWhole(results?: string): Promise<void>;
}

export interface LoginNode {
  readonly process: ChildProcess;
  /** what it printed at its end: the states of the stages, in JSON */
  readonly states: Promise<ToldState[]>;
  readonly output: Promise<{ stdout: string; stderr: string; code: number | null }>;
  /** what it has told so far on stderr */
  told(): string;
}

const REPOSITORY = join(import.meta.dirname, "../../..");

/** @param name letters and dashes */
export function scenarioIn(root: string, name: string, { seeds = [1, 2], methods = [1, 2], fills = 0 } = {}): Scenario {
  const folder = join(root, name);
  const control = join(folder, "control");
  const store = join(folder, "stages");
  for (const path of [folder, control, store]) mkdirSync(path, { recursive: true, mode: 0o777 });
  const config: FaultConfig = { seeds, methods, control, fills };
  const pathOf = (stage: string, how: string): string => join(control, `${stage}.${how}`);
  return {
    folder,
    store,
    config,
    provoke: (stage, how) => writeFileSync(pathOf(stage, how), ""),
    calm: (stage, how) => rmSync(pathOf(stage, how), { force: true }),
    tries: (stage) => (existsSync(pathOf(stage, "pids")) ? lines(pathOf(stage, "pids")).map(Number) : []),
    submit: (options = {}, { results = join(folder, "results.jsonl"), user, path } = {}) => {
      const told = { name, config, store, results, options };
      return loginNode(["tests/judges/slurm/login-node.ts", JSON.stringify(told)], { user, path });
    },
    study: (...words) => loginNode(["src/toolkit/experiment/cli.ts", ...words, "--store", store], {}),
    isWhole: async (results = join(folder, "results.jsonl")) => {
      const own = await onThisMachine(config, join(folder, "local"));
      const found = records(results);
      assert.deepEqual(found.map(measured), own.map(measured), "records as on this machine alone");
      assert.equal(new Set(found.map(({ key }) => key)).size, config.seeds.length * config.methods.length);
      const keys = readdirSync(store).filter((entry) => !entry.startsWith("."));
      assert.equal(keys.length, config.seeds.length * (1 + config.methods.length), "a folder a stage");
      for (const key of keys) {
        const [here, there] = [store, join(folder, "local", "stages")].map((at) =>
          readFileSync(join(at, key, "numbers.jsonl"), "utf8"),
        );
        assert.equal(here, there, `the file of ${key}, to the last bit`);
      }
      assert.deepEqual(readdirSync(join(store, ".attempts")), [], "nothing is left of other tries");
    },
  };
}

function measured({ seed, method, sum }: FaultRecord): unknown {
  return { seed, method, sum };
}

function records(path: string): FaultRecord[] {
  return lines(path).map((line) => JSON.parse(line) as FaultRecord);
}

function lines(path: string): string[] {
  return readFileSync(path, "utf8").split("\n").filter(Boolean);
}

/** The same study by one worker of one thread. */
async function onThisMachine(config: FaultConfig, folder: string): Promise<FaultRecord[]> {
  const results = join(folder, "results.jsonl");
  mkdirSync(folder, { recursive: true });
  const executor = localExecutor((works) => createWorkerPool(works, { size: 1, threads: 1 }));
  await runStudy(faultStudy, config, { store: join(folder, "stages"), results, executor });
  return records(results);
}

/** None outlives the run, however that ends. */
const alive = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));

function loginNode(
  words: readonly string[],
  { user, path }: { readonly user?: number | undefined; readonly path?: string | undefined },
): LoginNode {
  const env = path === undefined ? process.env : { ...process.env, PATH: path };
  const identity = user === undefined ? {} : { uid: user, gid: user };
  const child = spawn(process.execPath, ["--import", "tsx", ...words], { cwd: REPOSITORY, env, ...identity });
  alive.add(child);
  child.once("close", () => alive.delete(child));
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const output = new Promise<{ stdout: string; stderr: string; code: number | null }>((resolve) => {
    child.once("close", (code) => resolve({ stdout, stderr, code }));
  });
  const states = output.then((ended) => {
    if (ended.stdout.startsWith("[")) return JSON.parse(ended.stdout) as ToldState[];
    throw new Error(`no states: ${ended.stdout}${ended.stderr}`);
  });
  states.catch(() => {}); // of a login node that is killed nobody asks them
  return { process: child, states, output, told: () => stderr };
}

/** Waits until something is so. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not after ${seconds} s: ${what}`);
    await setTimeout(100);
  }
}

/** Runs a program of Slurm, or the script of the cluster. */
export function shell(command: string, ...words: string[]): string {
  return execFileSync(command, words, { encoding: "utf8", cwd: REPOSITORY, stdio: ["ignore", "pipe", "pipe"] });
}

/** A claim, and the scenarios that prove it. */
export type Fault = readonly [
  claim: string,
  run: (own: (name: string, settings?: object) => Scenario) => Promise<void>,
];

export const statusOf = (states: readonly ToldState[], stage: string): string =>
  states.find(([name]) => name === stage)?.[1] ?? "";
export const errorOf = (states: readonly ToldState[], stage: string): string =>
  states.find(([name]) => name === stage)?.[2] ?? "";
export const allDone = (states: readonly ToldState[]): void =>
  assert.ok(
    states.every(([, status]) => status === "done" || status === "reused"),
    JSON.stringify(states),
  );
