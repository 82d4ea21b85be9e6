/** @file Child processes that inherit standard output or standard error: what they write is the output of the cell that started them. */
import childProcess, { ChildProcess } from "node:child_process";
import type { Print } from "./standard-streams.ts";

type Name = "stdout" | "stderr";

interface Options {
  readonly stdio?: unknown;
  readonly detached?: boolean;
}

type Call = (...values: unknown[]) => unknown;

const NAMES = { 1: "stdout", 2: "stderr" } as const;

/**
 * Gives such a child a pipe instead. One that is detached keeps what it inherits: it may outlive the kernel.
 *
 * @param print shows what the child wrote
 */
export function captureInheritedOutput(print: Print): void {
  followChildren(print);
  const { spawnSync, execSync, execFileSync } = childProcess as unknown as Record<string, Call>;
  if (spawnSync === undefined || execSync === undefined || execFileSync === undefined) return;
  Object.assign(childProcess, {
    spawnSync: (...values: unknown[]) => runSync(spawnSync, values, print),
    execSync: (...values: unknown[]) => executeSync(execSync, values, print),
    execFileSync: (...values: unknown[]) => executeSync(execFileSync, values, print),
  });
}

/** `spawn`, `fork`, `exec` and `execFile` all come by this method. */
function followChildren(print: Print): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(options: Options): unknown };
  const { spawn } = prototype;
  prototype.spawn = function (this: ChildProcess, options: Options): unknown {
    const inherited = options.detached ? undefined : inheritedBy(options.stdio);
    if (inherited === undefined) return spawn.call(this, options);
    const failed = spawn.call(this, { ...options, stdio: inherited.stdio });
    for (const [at, name] of inherited.names) {
      this.stdio[at]?.on("data", (chunk: Uint8Array) => print(name, chunk));
      this.stdio[at] = null; // as it is for who asked for no pipe
      Object.assign(this, { [NAMES[at]]: null });
    }
    return failed;
  };
}

/** The result holds all that the child wrote; a caller who asked for no pipe finds null there. */
function runSync(spawnSync: Call, values: unknown[], print: Print): unknown {
  const inherited = inheritedBy(optionsOf(values).stdio);
  if (inherited === undefined) return spawnSync(...values);
  const result = spawnSync(...withStdio(values, inherited.stdio)) as Record<string, unknown>;
  const output = result.output as unknown[] | null;
  for (const [at, name] of inherited.names) {
    if (output?.[at]) print(name, output[at] as Uint8Array);
    if (output) output[at] = null;
    result[NAMES[at]] = null;
  }
  return result;
}

/** Without `stdio` Node itself writes the child's standard error to ours, and gives its standard output back. */
function executeSync(execute: Call, values: unknown[], print: Print): unknown {
  const { stdio } = optionsOf(values);
  const inherited = inheritedBy(stdio);
  if (inherited === undefined) return execute(...values);
  const passesErrors = inherited.names.has(2);
  const wanted = Array.isArray(stdio) ? stdio[1] : stdio;
  const isPiped = wanted === "pipe" || wanted === undefined || wanted === null;
  const show = (text: unknown): void => {
    const name = inherited.names.get(1);
    if (name !== undefined && text) print(name, text as Uint8Array);
  };
  try {
    const text = execute(...withStdio(values, passesErrors ? undefined : inherited.stdio));
    show(text);
    return isPiped ? text : null;
  } catch (error) {
    show((error as { stdout?: unknown }).stdout);
    throw error;
  }
}

/** Undefined where nothing is inherited; else `stdio` with pipes instead, and whose output each one carries. */
function inheritedBy(stdio: unknown): { readonly stdio: unknown[]; readonly names: Map<1 | 2, Name> } | undefined {
  const list = stdio === "inherit" ? ["inherit", "inherit", "inherit"] : Array.isArray(stdio) ? [...stdio] : [];
  const names = new Map<1 | 2, Name>();
  for (const at of [1, 2] as const) {
    const target = list[at];
    if (target === "inherit") names.set(at, NAMES[at]);
    else if (target === 1 || target === process.stdout) names.set(at, "stdout");
    else if (target === 2 || target === process.stderr) names.set(at, "stderr");
    if (names.has(at)) list[at] = "pipe";
  }
  return names.size === 0 ? undefined : { stdio: list, names };
}

/** The options stand last: after a command, or after its arguments. */
function optionsOf(values: readonly unknown[]): Options {
  const last = values.at(-1);
  return typeof last === "object" && last !== null && !Array.isArray(last) ? last : {};
}

function withStdio(values: readonly unknown[], stdio: unknown): unknown[] {
  return [...values.slice(0, -1), { ...optionsOf(values), stdio }];
}
