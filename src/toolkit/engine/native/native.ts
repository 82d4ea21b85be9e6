/** @file The native engine: kernels in C, of a library that comes with the package or that the machine's own compiler makes once. */
import { availableParallelism } from "node:os";
import { requireCount } from "../../core/argument-checks.ts";
import type { Engine } from "../engine.ts";
import { type Runs, runsOfRows, runsOfSlice, runsOfTaken } from "../moved-parts.ts";
import type { Addon } from "./addon.ts";
import { type Cells, emptyArray, NativeArray, ownArray, uploaded } from "./arrays.ts";
import type { Environment } from "./compiler.ts";
import { openLibrary } from "./library.ts";
import { compileProgram, Turns } from "./program.ts";

export interface NativeOptions {
  /** Threads of a run; default: as many as there are cores. */
  readonly threads?: number;
  /** Where EIGHTFOLD_CC, CC and XDG_CACHE_HOME are read; default: the process's environment. */
  readonly environment?: Environment;
}

/** With what a part is fastest: a layer's numbers lie in the second-level cache, and weights are packed for enough tokens. */
const AT_ONCE = { numbers: 200_000, tokens: 400 };

/**
 * The engine on kernels of our own. Where the package brings no library for the processor, the first call on a machine
 * compiles them, which takes some seconds; later ones find them in the cache.
 *
 * @throws EngineMissing without a library and a C compiler, or with its message when it fails
 * @throws RangeError for a count of threads that cannot be
 */
export async function nativeEngine({ threads, environment = process.env }: NativeOptions = {}): Promise<Engine> {
  const count = threads ?? availableParallelism();
  requireCount("nativeEngine", "threads", count, 1, 1024);
  const { addon, made } = await openLibrary(environment);
  const pool = addon.openThreads(count);
  const turns = new Turns();
  return {
    name: "native",
    describe: () => ({
      engine: "native",
      provider: "kernels in C",
      device: "cpu",
      threads: count,
      versions: { [made.by]: made.version, node: process.versions.node },
    }),
    atOnce: { ...AT_ONCE, together: count },
    upload: uploaded,
    zeros: (spec) => emptyArray(addon, spec),
    compile: (graph) => compileProgram(addon, pool, turns, graph),
    writeSlice: (target, part, axis, start) => {
      const into = writable(ownArray(target));
      moved(addon, into, ownArray(part).cells, [runsOfSlice(target.spec.shape, part.spec.shape, axis, start)]);
      target.dispose();
      return new NativeArray(target.spec, into, true);
    },
    writeRows: (target, part, rows) => {
      const into = writable(ownArray(target));
      moved(addon, into, ownArray(part).cells, runsOfRows(target.spec.shape, part.spec.shape, rows));
      target.dispose();
      return new NativeArray(target.spec, into, true);
    },
    takeRows: (array, rows) => {
      const { cells, spec } = ownArray(array);
      const taken = emptyArray(addon, { ...spec, shape: spec.shape.with(0, rows.length) });
      moved(addon, taken.cells, cells, runsOfTaken(spec.shape, rows));
      return taken;
    },
  };
}

/** The addon's own copying: some ten times as fast as a loop here where the runs are short, and a cache is written at each token. */
function moved(addon: Addon, into: Cells, from: Cells, runs: readonly Runs[]): void {
  const numbers = runs.flatMap(({ count, length, from, fromStep, to, toStep }) => [
    ...[count, length, from, fromStep, to, toStep],
  ]);
  addon.copyRuns(into, from, Float64Array.from(numbers));
}

/** The cells to write into: what the caller uploaded stays the caller's. */
function writable({ cells, owned }: NativeArray): Cells {
  return owned ? cells : cells.slice();
}
