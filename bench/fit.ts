/** @file Our fits beside scipy's: one weighted 8-point fit with its covariance, 1,000 bootstrap fits, and published problems. */

import { availableParallelism } from "node:os";
import { join } from "node:path";
import {
  type FittedScalingLaw,
  fitScalingLaw,
  fitScalingLaws,
  fitScalingLawsInParallel,
  type LearningCurvePoint,
} from "@eightfold/toolkit/scaling";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import { type Benchmark, findPython, interleave, median, type Row } from "./harness.ts";
import { publishedRows } from "./published-fits.ts";

const ROUNDS = 9;
const OUR_FITS = 2000; // a round; enough for a clock of microseconds
const PEER_FITS = 300;
const RESAMPLES = 1000;
const OUR_BOOTSTRAPS = 20; // a round: one takes a few milliseconds, a task switch as long
const SWEEP_CURVES = 100;
const SWEEP_ROUNDS = 3;
const SWEEP_OVERHEAD = 0.25; // threads that start, fits that are sent, and cores that share their caches

/** Wrong answers of 1,319, drawn from 2.4 * dataSize^-0.35 + 0.12 at 250 * 4^k. */
const WRONG = [613, 430, 349, 253, 226, 200, 179, 163];
const ITEMS = 1319;
const POINTS: LearningCurvePoint[] = WRONG.map((wrong, k) => {
  const error = wrong / ITEMS;
  return { dataSize: 250 * 4 ** k, error, standardError: Math.sqrt((error * (1 - error)) / ITEMS) };
});

/** So that both use one core. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };

interface Seconds {
  fit: number;
  bootstrap: number;
}

/** Bars: the share of scipy's time in the same run. */
const FIGURES = [
  { task: "fit", name: "8-point power + floor, weighted", unit: "ms", perSecond: 1000, bar: 0.15 },
  { task: "bootstrap", name: `${RESAMPLES} bootstrap fits of it`, unit: "s", perSecond: 1, bar: 0.02 },
] as const;

export const benchmark: Benchmark = {
  name: "fit",
  summary: "power law + floor on 8 points, its bootstrap, the Chinchilla grid and NIST's sets, beside scipy.optimize",
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const python = findPython("numpy", "scipy");
  measureOurs(); // compiled before the first round, as in any notebook beyond its first fit
  if (!python.ok) {
    const { ours } = await interleave(ROUNDS, { ours: measureOurs });
    const curves = rowsOf(ours, undefined, `scipy ${python.reason}`);
    return { rows: [...curves, await sweepRow(), ...(await publishedRows(undefined))] };
  }
  const peer: Peer = startAskedChild(python.python, [join(import.meta.dirname, "peers", "fit.py")], ONE_THREAD);
  try {
    const figures = await interleave(ROUNDS, { ours: measureOurs, peer: () => measurePeer(peer) });
    const curves = rowsOf(figures.ours, figures.peer, "scipy.optimize.curve_fit, method lm");
    return { rows: [...curves, await sweepRow(), ...(await publishedRows(python.python))] };
  } finally {
    peer.stop();
  }
}

function rowsOf(ours: Seconds[], theirs: Seconds[] | undefined, peer: string): Row[] {
  return FIGURES.map(({ task, name, unit, perSecond, bar }): Row => {
    const middle = (rounds: Seconds[]) => median(rounds.map((round) => round[task])) * perSecond;
    const figures = { ours: middle(ours), peer, peerValue: theirs === undefined ? null : middle(theirs) };
    return { name, unit, better: "lower", ...figures, barKind: "ratio", bar };
  });
}

function measureOurs(): Seconds {
  let began = performance.now();
  for (let fit = 0; fit < OUR_FITS; fit++) fitted("wald");
  const fit = (performance.now() - began) / OUR_FITS / 1000;
  began = performance.now();
  for (let bootstrap = 0; bootstrap < OUR_BOOTSTRAPS; bootstrap++) {
    const failed = fitted("bootstrap").bootstrap?.failed;
    if (failed !== 0) throw new Error(`${failed} of ${RESAMPLES} bootstrap fits failed, so the times do not compare`);
  }
  return { fit, bootstrap: (performance.now() - began) / OUR_BOOTSTRAPS / 1000 };
}

/** A sweep of curves with their bootstraps on all cores, beside the same on one. */
async function sweepRow(): Promise<Row> {
  const rows = Array.from({ length: SWEEP_CURVES }, (_, curve) =>
    WRONG.map((wrong, k) => ({ curve, dataSize: 250 * 4 ** k, error: (wrong + (curve % 50)) / ITEMS, items: ITEMS })),
  ).flat();
  const columns = { by: "curve", x: "dataSize", y: "error", items: "items" } as const;
  const request = { ...columns, seed: 7, resamples: RESAMPLES };
  const threads = availableParallelism();
  const timed = async (sweep: () => unknown): Promise<number> => {
    const began = performance.now();
    await sweep();
    return (performance.now() - began) / 1000;
  };
  await fitScalingLawsInParallel(rows, { ...request, threads }); // threads started and compiled before the first round, as ours above
  const { ours, alone } = await interleave(SWEEP_ROUNDS, {
    ours: () => timed(() => fitScalingLawsInParallel(rows, { ...request, threads })),
    alone: () => timed(() => fitScalingLaws(rows, request)),
  });
  return {
    name: `${SWEEP_CURVES} curves x ${RESAMPLES} bootstrap fits on ${threads} threads, share of one's time`,
    unit: "s",
    better: "lower",
    ours: median(ours),
    peer: "the same on one thread, the same numbers",
    peerValue: median(alone),
    barKind: "ratio",
    bar: Math.min(1, 1 / threads) + SWEEP_OVERHEAD,
  };
}

function fitted(method: "wald" | "bootstrap"): FittedScalingLaw {
  const fit = fitScalingLaw({ points: POINTS, seed: 7, resamples: RESAMPLES, intervalMethods: [method] });
  if (!fit.ok) throw new Error(fit.reason);
  return fit;
}

type Peer = AskedChild<object, { seconds: number }>;

async function measurePeer(peer: Peer): Promise<Seconds> {
  const data = {
    sizes: POINTS.map((point) => point.dataSize),
    errors: POINTS.map((point) => point.error),
    deviations: POINTS.map((point) => point.standardError),
  };
  const fit = await peer.ask({ ...data, task: "fit", repeats: PEER_FITS });
  const bootstrap = await peer.ask({ ...data, task: "bootstrap", repeats: RESAMPLES });
  return { fit: fit.seconds / PEER_FITS, bootstrap: bootstrap.seconds };
}
