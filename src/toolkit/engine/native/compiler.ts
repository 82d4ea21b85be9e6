/** @file The machine's C compiler: the one that is named, or the first that answers. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { EngineMissing } from "../engine-missing.ts";

const PATIENCE = 60_000; // milliseconds for a compiler to say its version

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Compiler {
  readonly program: string;
  /** That the environment names behind the program. */
  readonly options: readonly string[];
  /** The first line that it says of itself. */
  readonly version: string;
}

/** A machine that has nothing to make the engine of, which is no fault: Windows, no compiler, no headers. */
export class NothingToBuildWith extends EngineMissing {}

/**
 * What EIGHTFOLD_CC names, else what CC names, else the first of cc, gcc and clang.
 *
 * @throws EngineMissing with what was looked for; a compiler named in EIGHTFOLD_CC is not replaced by another
 */
export async function findCompiler(environment: Environment): Promise<Compiler> {
  const asked = environment.EIGHTFOLD_CC;
  const commands = asked ? [asked] : [...(environment.CC ? [environment.CC] : []), "cc", "gcc", "clang"];
  for (const command of commands) {
    const compiler = await compilerOf(command);
    if (compiler !== undefined) return compiler;
  }
  const Missing = asked ? EngineMissing : NothingToBuildWith;
  throw new Missing(
    `the native engine requires a C compiler, found none by the name of ${commands.join(", ")} (hint: install gcc or clang, or name one in EIGHTFOLD_CC)`,
  );
}

/**
 * The compiler of that command; undefined when nothing answers to it, or nothing that is a compiler.
 *
 * @param patience milliseconds to wait for its answer
 */
export async function compilerOf(command: string, patience = PATIENCE): Promise<Compiler | undefined> {
  const [program = "", ...options] = command.trim().split(/\s+/);
  try {
    const { stdout } = await runCompiler(program, [...options, "--version"], patience);
    return { program, options, version: stdout.split("\n")[0] ?? "" };
  } catch {
    return undefined; // whoever asks goes on to the next name, or says which were tried
  }
}

/** What it prints; it reads nothing, and is stopped when it takes longer. */
export function runCompiler(program: string, words: readonly string[], timeout: number): Promise<{ stdout: string }> {
  const running = promisify(execFile)(program, words, { env: { ...process.env, LC_ALL: "C" }, timeout });
  running.child.stdin?.end();
  return running;
}
