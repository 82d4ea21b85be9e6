/** @file Redoes published fits and writes them to data/results: `node --import tsx tests/reference/published-fits.ts`, half a minute. */
import { join } from "node:path";
import { writeTable } from "../../src/toolkit/report/index.ts";
import { chinchillaLaw, fitLaw } from "../../src/toolkit/scaling/index.ts";
import { closed } from "../toolkit/scaling/curves.ts";
import { type ChinchillaRun, readChinchillaRuns } from "../toolkit/scaling/laws/chinchilla-runs.ts";
import { sharedData } from "../toolkit/scaling/shared-data.ts";
import { NIST_SETS, readNistSet } from "../toolkit/scaling/solvers/trust-region/nist-laws.ts";

/** One of NIST's sets: digits in which our fit agrees with the certified values, the worst parameter of each start. */
export interface NistResult {
  set: string;
  parameters: number;
  observations: number;
  digits_from_start_1: number;
  digits_from_start_2: number;
  digits_of_standard_errors: number;
}

/**
 * @param folder NIST's .dat files
 * @throws Error when a fit fails
 */
export function nistResults(folder: string): NistResult[] {
  return NIST_SETS.map((set) => {
    const { law, rows, starts, certified } = readNistSet(folder, set);
    const agreement = starts.map((start) => {
      const fit = fitLaw(rows, { law, y: "y", start });
      if (!fit.ok) throw new Error(`${set}: ${fit.reason}`);
      const worst = (which: "value" | "standardError") =>
        Math.min(...certified.map((sure) => digits(fit.parameters[sure.name]?.[which] as number, sure[which])));
      return { parameters: worst("value"), errors: worst("standardError") };
    });
    return {
      set,
      parameters: certified.length,
      observations: rows.length,
      digits_from_start_1: rounded(agreement[0]?.parameters as number),
      digits_from_start_2: rounded(agreement[1]?.parameters as number),
      digits_of_standard_errors: rounded(Math.min(...agreement.map(({ errors }) => errors))),
    };
  });
}

/** NIST's measure, the log relative error; 11 digits are certified. */
function digits(actual: number, certified: number): number {
  return -Math.log10(Math.max(Math.abs(actual - certified) / Math.abs(certified), 1e-11));
}

function rounded(value: number): number {
  return Math.floor(value * 10) / 10;
}

/** An estimate of L = A / N^alpha + B / D^beta + E, and its sums of Huber's losses of ln L over the 240 runs. */
export interface ChinchillaResult {
  estimate: string;
  parameter: string;
  value: number;
  /** 95 % interval, where there is one */
  low: number | null;
  high: number | null;
  loss_at_1e_3: number;
  loss_at_1e_7: number;
  source: string;
}

const PARAMETERS = ["A", "B", "E", "alpha", "beta"] as const;

type Estimate = Record<(typeof PARAMETERS)[number], number>;

/** What was published of these runs. */
export const PUBLISHED: { estimate: string; values: Estimate; standardErrors?: Estimate; source: string }[] = [
  {
    estimate: "published, first: grid search",
    values: {
      A: 477.84171252965143,
      B: 2143.8637880335505,
      E: 1.817235504463726,
      alpha: 0.34731265761033453,
      beta: 0.3671826173946711,
    },
    source: "Besiroglu et al. 2024, arXiv:2404.10102, stored output of their notebook",
  },
  {
    estimate: "published, second: table 1",
    values: { A: 482.00572, B: 2085.4342, E: 1.81686, alpha: 0.34781, beta: 0.36585 },
    standardErrors: { A: 124.58, B: 1293.23, E: 0.026, alpha: 0.015, beta: 0.021 },
    source: "Besiroglu et al. 2024, arXiv:2404.10102, table 1; interval: 1.96 of its standard errors to both sides",
  },
];

/**
 * @param folder the runs
 * @param resamples of the intervals
 * @throws Error when a fit fails
 */
export function chinchillaResults(folder: string, resamples: number): ChinchillaResult[] {
  const runs = readChinchillaRuns(folder);
  const losses = (values: Estimate) => ({
    loss_at_1e_3: huberLoss(runs, values, 1e-3),
    loss_at_1e_7: huberLoss(runs, values, 1e-7),
  });
  const published = PUBLISHED.flatMap(({ estimate, values, standardErrors, source }) =>
    PARAMETERS.map((parameter) => {
      const value = values[parameter];
      const reach = standardErrors === undefined ? undefined : 1.96 * standardErrors[parameter];
      const ends = {
        low: reach === undefined ? null : value - reach,
        high: reach === undefined ? null : value + reach,
      };
      return { estimate, parameter, value, ...ends, ...losses(values), source };
    }),
  );
  const ours = [1e-3, 1e-7].flatMap((delta) => {
    const fit = fitLaw(runs, {
      ...{ law: chinchillaLaw, y: "loss", loss: { kind: "huber", delta } },
      start: { logA: 6, logB: 7, logE: 0.5, alpha: 0.35, beta: 0.35 },
      ...{ seed: 42, resamples, intervalMethods: ["bootstrap"] },
    });
    if (!fit.ok) throw new Error(fit.reason);
    const { logA, logB, logE, alpha, beta } = fit.parameters;
    const inside = { A: logA, B: logB, E: logE, alpha, beta };
    const back = (parameter: string, value: number) => (/^[ABE]$/.test(parameter) ? Math.exp(value) : value);
    const values = Object.fromEntries(
      PARAMETERS.map((parameter) => [parameter, back(parameter, inside[parameter].value)]),
    ) as Estimate;
    return PARAMETERS.map((parameter) => ({
      estimate: `ours, minimum at delta = ${delta}`,
      parameter,
      value: values[parameter],
      low: back(parameter, closed(inside[parameter].interval).low),
      high: back(parameter, closed(inside[parameter].interval).high),
      ...losses(values),
      source: `this fit; interval: ${resamples} resamples of the runs, seed 42`,
    }));
  });
  return [...published, ...ours];
}

function huberLoss(runs: readonly ChinchillaRun[], at: Estimate, delta: number): number {
  return runs.reduce((sum, { modelSize, dataSize, loss }) => {
    const predicted = at.A * modelSize ** -at.alpha + at.B * dataSize ** -at.beta + at.E;
    const size = Math.abs(Math.log(loss / predicted));
    return sum + (size <= delta ? size ** 2 / 2 : delta * (size - delta / 2));
  }, 0);
}

if (process.argv[1] === import.meta.filename) {
  const results = join(import.meta.dirname, "../../data/results");
  for (const { skip } of [sharedData("nist_strd"), sharedData("chinchilla")]) if (skip !== false) throw new Error(skip);
  await writeTable(join(results, "nist.csv"), nistResults(sharedData("nist_strd").folder));
  await writeTable(join(results, "chinchilla.csv"), chinchillaResults(sharedData("chinchilla").folder, 1000));
}
