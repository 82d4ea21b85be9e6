/** @file What the benchmarks share: the shape of a result, medians, interleaved repeats, the machine, the Python of the peers. */
import { execFileSync } from "node:child_process";
import { cpus, totalmem, type } from "node:os";

/** One figure of ours beside one peer's, and the bar that ours has to meet. */
export interface Row {
  name: string;
  unit: string;
  better: "higher" | "lower";
  /** median of our repeats */
  ours: number;
  /** who stands beside us; when it is not installed, how to install it */
  peer: string;
  /** median of the peer's repeats in the same run; null when the peer is not installed */
  peerValue: number | null;
  /** whether the bar is set on ours / peerValue or on ours alone */
  barKind: "ratio" | "absolute";
  /** null where none is set */
  bar: number | null;
}

/** What was not measured here, and why. */
export interface Skipped {
  readonly name: string;
  readonly why: string;
}

export interface Benchmark {
  name: string;
  /** one line: what is timed beside what */
  summary: string;
  run(): Promise<{ rows: Row[]; skipped?: readonly Skipped[] }>;
}

/**
 * Runs every contestant once a round, the order reversed every other round, so that a machine that slows down or
 * warms up is unjust to none.
 *
 * @param rounds repeats of each contestant, a count >= 1
 * @param contestants name to a run that gives one figure set
 * @returns name to the figure sets of its rounds, in order
 */
export async function interleave<Name extends string, Figures>(
  rounds: number,
  contestants: Record<Name, () => Figures | Promise<Figures>>,
): Promise<Record<Name, Figures[]>> {
  const names = Object.keys(contestants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Figures[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) figures[name].push(await contestants[name]());
  }
  return figures;
}

/**
 * The middle value; the mean of the two middle ones for an even count.
 *
 * @throws RangeError for no values
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (low === undefined || high === undefined) throw new RangeError("median requires at least one value, got none");
  return (low + high) / 2;
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGb: number;
  system: string;
  node: string;
}

/** The machine that a figure was measured on. */
export function machine(): Machine {
  const cores = cpus();
  return {
    cpu: cores[0]?.model ?? process.arch,
    cores: cores.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${process.arch}`,
    node: process.version,
  };
}

/** A Python that has the peer's modules: EIGHTFOLD_BENCH_PYTHON or python3; else how to get one. */
export function findPython(...modules: string[]): { ok: true; python: string } | { ok: false; reason: string } {
  const python = process.env.EIGHTFOLD_BENCH_PYTHON ?? "python3";
  try {
    execFileSync(python, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" });
    return { ok: true, python };
  } catch {
    const install = `${python} -m pip install ${modules.join(" ")}`;
    return {
      ok: false,
      reason: `not installed (hint: ${install}, or point EIGHTFOLD_BENCH_PYTHON at a Python that has it)`,
    };
  }
}

/** The card that PyTorch computes on, as it calls it: "cuda", "mps"; undefined where it has none. */
export function torchCard(python: string): string | undefined {
  const asks = `import torch
print("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "")`;
  return execFileSync(python, ["-c", asks], { encoding: "utf8" }).trim() || undefined;
}

/** Whether a row meets its bar; null when there is none, or when it is a ratio and the peer is not there. */
export function meetsBar(row: Row): boolean | null {
  if (row.bar === null) return null;
  if (row.barKind === "ratio" && row.peerValue === null) return null;
  const measured = row.barKind === "ratio" && row.peerValue !== null ? row.ours / row.peerValue : row.ours;
  return row.better === "lower" ? measured <= row.bar : measured >= row.bar;
}
