/** @file The kernels that are measured side by side: how each is started, and the same cells in its language. */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { kernelCommand } from "@eightfold/kernel";
import { findPython } from "./harness.ts";
import type { KernelProgram } from "./kernel-session.ts";

/** The cells of a measurement. */
interface Cells {
  readonly trivial: string;
  /** Declares a variable and a function. */
  declaration(number: number): string;
  functions(count: number): string;
  print(lines: number): string;
  readonly error: string;
  /** Prints `spins` and never ends. */
  readonly endless: string;
}

export interface Contestant {
  readonly name: string;
  readonly cells: Cells;
  readonly program: KernelProgram;
  /** Whether it is interrupted by a message on control, or by a signal. */
  readonly interruptMode: "message" | "signal";
}

/** A peer that stands beside us, or how to install it. */
export type Peer =
  | { readonly ok: true; readonly contestant: Contestant }
  | { readonly ok: false; readonly name: string; readonly reason: string };

const typescript: Cells = {
  trivial: "1 + 1",
  declaration: (n) => `const value${n} = ${n};\nfunction next${n}(x: number): number {\n  return x + value${n};\n}`,
  functions: (count) =>
    Array.from(
      { length: count },
      (_, n) =>
        `function area${n}(shape: { width: number; height?: number }): number {\n  const { width, height = width } = shape;\n  return width * height * ${n};\n}`,
    ).join("\n"),
  print: (lines) => `for (let i = 0; i < ${lines}; i++) console.log("line " + i);`,
  error: 'throw new Error("on purpose");',
  endless: 'console.log("spins"); while (true) {}',
};

const python: Cells = {
  trivial: "1 + 1",
  declaration: (n) => `value${n} = ${n}\ndef next${n}(x: int) -> int:\n    return x + value${n}`,
  functions: (count) =>
    Array.from(
      { length: count },
      (_, n) =>
        `def area${n}(width: float, height: float | None = None) -> float:\n    height = width if height is None else height\n    return width * height * ${n}`,
    ).join("\n"),
  print: (lines) => `for i in range(${lines}): print(f"line {i}")`,
  error: 'raise ValueError("on purpose")',
  endless: 'print("spins", flush=True)\nwhile True: pass',
};

export const ours: Contestant = {
  name: "ours",
  cells: typescript,
  program: kernelCommand,
  interruptMode: "message",
};

/** Each peer that is installed, and how to get the others. */
export function peers(): Peer[] {
  return [ipykernel(), tslab(), deno()];
}

function ipykernel(): Peer {
  const found = findPython("ipykernel");
  if (!found.ok) return { ok: false, name: "ipykernel", reason: found.reason };
  const program: KernelProgram = (file) => ({ argv: [found.python, "-m", "ipykernel_launcher", "-f", file], env: {} });
  return { ok: true, contestant: { name: "ipykernel", cells: python, program, interruptMode: "signal" } };
}

function tslab(): Peer {
  const command = process.env.EIGHTFOLD_BENCH_TSLAB ?? "tslab";
  const hint =
    "npm install tslab in a folder of its own, and point EIGHTFOLD_BENCH_TSLAB at its node_modules/.bin/tslab";
  if (!answers(command, "--version")) return { ok: false, name: "tslab", reason: `not installed (hint: ${hint})` };
  const cwd = join(dirname(command), "..", ".."); // it finds the types of Node, and with them console, in this folder
  const program: KernelProgram = (file) => ({ argv: [command, "kernel", `--config-path=${file}`], env: {}, cwd });
  return { ok: true, contestant: { name: "tslab", cells: typescript, program, interruptMode: "signal" } };
}

function deno(): Peer {
  const command = process.env.EIGHTFOLD_BENCH_DENO ?? "deno";
  const hint = "pip install deno, and point EIGHTFOLD_BENCH_DENO at its deno";
  if (!answers(command, "--version")) return { ok: false, name: "Deno", reason: `not installed (hint: ${hint})` };
  const program: KernelProgram = (file) => ({ argv: [command, "jupyter", "--kernel", "--conn", file], env: {} });
  return { ok: true, contestant: { name: "Deno", cells: typescript, program, interruptMode: "signal" } };
}

function answers(command: string, word: string): boolean {
  try {
    execFileSync(command, [word], { stdio: "ignore", timeout: 30_000 });
    return true;
  } catch {
    return false; // not there, or it does not run here
  }
}
