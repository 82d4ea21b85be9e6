/** @file Runs scored on the same test items: their errors, and errors drawn anew over items and training seeds at once. */
import { requirePositive, wrong } from "../../core/argument-checks.ts";
import type { RandomStream } from "../../core/random-stream.ts";
import type { LearningCurvePoint } from "../fit/point-checks.ts";

/** One training run's verdicts, item by item. Several runs of one size differ in their training seed. */
export interface ScoredRun {
  /** how much training data, > 0 */
  dataSize: number;
  /** true for each test item answered wrongly; item k is the same item in every run, (items) */
  wrong: readonly boolean[];
}

/** Curves scored on the same items, one point a size. */
export interface ScoredCurves {
  /** by curve, by rising size: the mean error of the size's runs, (curves, sizes) */
  points: LearningCurvePoint[][];
  /** seeds too, where every size of every curve has two runs or more */
  resampled: "items" | "items and seeds";
  /**
   * New errors, (curves, sizes). Items are drawn with replacement, for all runs alike. Training seeds move each point by the
   * mean of so many of its runs drawn with replacement, less what the noise of single verdicts moves it: that part is in the
   * items already.
   */
  draw(stream: RandomStream): number[][];
}

/**
 * @param caller the public function, for its errors
 * @param curves by name
 * @throws RangeError or TypeError that names the run that is out of range, or differs in its number of items
 * @source Efron & Tibshirani 1993, section 8.3 (resampling what is independent); Davison & Hinkley 1997, section 3.8 (two levels)
 */
export function scoredCurves(caller: string, curves: Readonly<Record<string, readonly ScoredRun[]>>): ScoredCurves {
  const lists = Object.entries(curves);
  const items = lists[0]?.[1]?.[0]?.wrong?.length ?? 0;
  const groups = lists.map(([name, runs]) => groupsOf(caller, name, runs, items));
  const all = groups.flat();
  const seeded = all.length > 0 && all.every(({ scores }) => scores.length > 1);
  const seedShare = seeded ? shareOfSeeds(all, items) : 0;
  const points = groups.map((curve) =>
    curve.map(({ dataSize, scores }) => ({ dataSize, error: mean(scores), items: items * scores.length })),
  );
  return {
    points,
    resampled: seeded ? "items and seeds" : "items",
    draw(stream) {
      const counts = new Int32Array(items);
      const itemStream = stream.split("items"); // the same for every set of curves, so that separate draws can be paired
      for (let k = 0; k < items; k++) {
        const item = itemStream.integer(items);
        counts[item] = (counts[item] as number) + 1;
      }
      return groups.map((curve, index) => {
        const seeds = stream.split(lists[index]?.[0] as string).split("seeds");
        return curve.map((group) => {
          const byItems = scoreOf(group, counts);
          return seedShare === 0 ? byItems : inside(byItems + seedShare * seedMove(group.scores, seeds));
        });
      });
    },
  };
}

/** All runs of one curve at one size. */
interface RunGroup {
  dataSize: number;
  /** runs that answered the item wrongly, (items) */
  wrongs: Uint16Array;
  /** error of each run */
  scores: number[];
}

function groupsOf(caller: string, name: string, runs: readonly ScoredRun[], items: number): RunGroup[] {
  if (!Array.isArray(runs)) throw wrong(caller, `${name} to be an array of { dataSize, wrong }`, runs);
  const groups = new Map<number, RunGroup>();
  for (const [index, run] of runs.entries()) {
    const where = `${name}[${index}]`;
    requirePositive(caller, `${where}.dataSize`, run?.dataSize);
    const verdicts: readonly boolean[] | undefined = run.wrong;
    if (!Array.isArray(verdicts) || verdicts.length !== items || items === 0) {
      throw wrong(caller, `${where}.wrong to have ${items} verdicts, as the first run has`, verdicts);
    }
    const group: RunGroup = groups.get(run.dataSize) ?? {
      dataSize: run.dataSize,
      wrongs: new Uint16Array(items),
      scores: [],
    };
    groups.set(run.dataSize, group);
    let count = 0;
    for (let item = 0; item < items; item++) {
      if (verdicts[item] !== true) continue;
      group.wrongs[item] = (group.wrongs[item] as number) + 1;
      count++;
    }
    group.scores.push(count / items);
  }
  return [...groups.values()].sort((one, other) => one.dataSize - other.dataSize);
}

function scoreOf({ wrongs, scores }: RunGroup, counts: Int32Array): number {
  let sum = 0;
  for (let item = 0; item < wrongs.length; item++) sum += (wrongs[item] as number) * (counts[item] as number);
  return sum / (wrongs.length * scores.length);
}

/** How far the mean of as many runs, drawn with replacement, lies from the mean; widened for the mean being their own. */
function seedMove(scores: readonly number[], stream: RandomStream): number {
  const drawn = scores.map(() => scores[stream.integer(scores.length)] as number);
  return Math.sqrt(scores.length / (scores.length - 1)) * (mean(drawn) - mean(scores));
}

/**
 * The part of the runs' differences that is due to their seeds and not to the noise of single verdicts, as a factor of a
 * standard deviation in [0, 1]: the analysis of variance of runs by items, pooled over all sizes and curves.
 *
 * @source Scheffé 1959, The Analysis of Variance, section 7.4 (two crossed random factors, one verdict a cell)
 */
function shareOfSeeds(groups: readonly RunGroup[], items: number): number {
  let betweenRuns = 0;
  let left = 0;
  let freedom = 0;
  for (const { wrongs, scores } of groups) {
    const runs = scores.length;
    const grand = mean(scores);
    const between = items * scores.reduce((sum, score) => sum + (score - grand) ** 2, 0);
    const betweenItems = runs * wrongs.reduce((sum, count) => sum + (count / runs - grand) ** 2, 0);
    betweenRuns += between;
    left += items * runs * grand * (1 - grand) - between - betweenItems;
    freedom += runs - 1;
  }
  if (betweenRuns === 0) return 0;
  const noise = left / (freedom * (items - 1));
  return Math.sqrt(Math.max(0, 1 - (noise * freedom) / betweenRuns));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function inside(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
