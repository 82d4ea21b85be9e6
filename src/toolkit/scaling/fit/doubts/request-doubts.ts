/** @file Doubts about what a fit was given: rows that stand twice, noise told by halves, too few resamples. */
import { formatNumber } from "../../../core/number-format.ts";
import { type FittedLaw, fittedMeasurements, type Measurement } from "../fitted-law.ts";

export type DoubtKind =
  | "rising"
  | "runs"
  | "outlier"
  | "lack of fit"
  | "noise"
  | "seeds"
  | "no replication"
  | "duplicates"
  | "not identified"
  | "at bound"
  | "starts"
  | "refits"
  | "resamples"
  | "extrapolation";

/** One reason not to trust a fit as it stands. */
export interface Doubt {
  kind: DoubtKind;
  /** what was seen, and what to do */
  message: string;
}

/** Of the measurements and what is told of their noise. */
export function dataDoubts(fit: FittedLaw): Doubt[] {
  return [...partialNoise(fit), ...estimatedErrors(fit), ...duplicates(fit)];
}

/** Items, or standard errors, on some rows alone: the fit uses neither. */
function partialNoise(fit: FittedLaw): Doubt[] {
  const fitted = fittedMeasurements(fit);
  return (["items", "standardError"] as const).flatMap((told): Doubt[] => {
    const having = fitted.filter((measurement) => measurement[told] !== undefined).length;
    if (having === 0 || having === fitted.length) return [];
    const seen = `${having} of ${fitted.length} rows have ${told}, so none are used and the noise is taken as ${fit.noise}`;
    return [{ kind: "noise", message: `${seen}; give ${told} on all rows, or on none` }];
  });
}

/**
 * Standard errors that were each estimated from a few runs scatter: those of k runs by 1 / sqrt(2 (k - 1)) on the logarithm, around
 * whatever line they follow with the outcome. The fit takes them as known, and weights by their luck.
 */
function estimatedErrors(fit: FittedLaw): Doubt[] {
  const fitted = fittedMeasurements(fit);
  if (fit.noise !== "standardErrors" || fitted.length < LEAST_ROWS || !fitted.every(({ outcome }) => outcome > 0))
    return [];
  const [x, y] = [
    fitted.map(({ outcome }) => Math.log(outcome)),
    fitted.map((row) => Math.log(row.standardError ?? 1)),
  ];
  const [meanX, meanY] = [mean(x), mean(y)];
  const along = x.reduce((sum, at, i) => sum + (at - meanX) * ((y[i] as number) - meanY), 0);
  const square = x.reduce((sum, at) => sum + (at - meanX) ** 2, 0);
  const slope = square > 0 ? along / square : 0;
  const left = x.reduce((sum, at, i) => sum + ((y[i] as number) - meanY - slope * (at - meanX)) ** 2, 0);
  const scatter = Math.sqrt(left / (x.length - 2));
  if (scatter < LEAST_SCATTER) return [];
  const runs = Math.max(2, Math.round(1 + 1 / (2 * scatter ** 2)));
  const seen = `the standard errors scatter by ${formatNumber(100 * scatter, 2)} % around their trend, as those estimated from about ${runs} runs do`;
  const then = "the fit takes them as known, so its intervals are too narrow (docs/statistics.md has the coverage)";
  return [
    {
      kind: "noise",
      message: `${seen}; ${then}: tell their number of runs as well (runs: "COLUMN"), or give the single runs as rows`,
    },
  ];
}

const LEAST_ROWS = 4;
const LEAST_SCATTER = 0.12; // as of 35 runs: from there on the intervals are right to a point

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same inputs with the same outcome: of shares chance makes some, of other outcomes a copy does. */
function duplicates(fit: FittedLaw): Doubt[] {
  const fitted = fittedMeasurements(fit);
  const seen = new Set<string>();
  let copies = 0;
  for (const { inputs, outcome } of fitted as Measurement[]) {
    const key = JSON.stringify([fit.law.inputs.map((input) => inputs[input]), outcome]);
    if (seen.has(key)) copies++;
    seen.add(key);
  }
  const shares = fitted.some(({ items }) => items !== undefined);
  if (copies < (shares ? Math.max(2, fitted.length / 4) : 1)) return [];
  const factor = formatNumber(Math.sqrt(fitted.length / (fitted.length - copies)));
  const told = `${copies} of ${fitted.length} rows repeat another with the same inputs and the same ${fit.columns.y}`;
  const then = `if they are copies and no measurements, standard errors are too small by a factor ${factor}; leave them out`;
  return [{ kind: "duplicates", message: `${told}; ${then}` }];
}

/** Of the refits: how many failed, and whether they are enough for the level. */
export function bootstrapDoubts({ bootstrap, level }: FittedLaw): Doubt[] {
  if (bootstrap === null) return [];
  const doubts: Doubt[] = [];
  const { failed, requested } = bootstrap;
  if (failed > MOST_FAILED * requested) {
    const seen = `${failed} of ${requested} bootstrap refits have no solution, and they are no chance sample of all`;
    const message = `${seen}: bootstrap intervals and bands are too narrow; take the profile's, or give more data`;
    doubts.push({ kind: "refits", message });
  }
  const beyond = ((1 - level) / 2) * requested;
  if (requested < LEAST_RESAMPLES || beyond < LEAST_BEYOND) {
    const needed = Math.ceil(Math.max(LEAST_RESAMPLES, (2 * LEAST_BEYOND) / (1 - level)));
    const seen = `${requested} bootstrap refits leave ${formatNumber(beyond, 2)} beyond each end of a ${formatNumber(100 * level, 5)} % interval`;
    doubts.push({ kind: "resamples", message: `${seen}: its ends are luck; ask for ${needed} resamples or more` });
  }
  return doubts;
}

const MOST_FAILED = 0.01;
const LEAST_RESAMPLES = 200;
const LEAST_BEYOND = 2.5;
