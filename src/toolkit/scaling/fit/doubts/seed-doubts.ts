/** @file Doubts about training seeds: runs that differ by more than their test items, and designs that could not show it. */
import { formatNumber } from "../../../core/number-format.ts";
import { chiSquaredTail } from "../../../core/tail-probabilities.ts";
import { type FittedLaw, fittedMeasurements, type Measurement } from "../fitted-law.ts";
import type { Doubt } from "./request-doubts.ts";

/**
 * Test items are the noise of one trained model; another seed gives another model.
 * - By evidence: runs at one input differ by more than their items, whatever the law.
 * - By what is missing: few rows, and none or few of them at one input, could not have shown it. The variance that chi squared misses in
 *   half of the studies is told. This doubts the design, not the data.
 * - By what is not told: as many runs at every place are most often the same seeds, and a seed may move its whole curve. No test can see
 *   that without their names. This too doubts the design.
 *
 * @param rare the chance under which evidence is told
 */
export function seedDoubts(fit: FittedLaw, rare: number): Doubt[] {
  const { loss, degreesOfFreedom, seedEffect } = fit;
  if (loss.kind !== "squared" || seedEffect !== null || degreesOfFreedom < 1) return [];
  const places = repeatsOf(fit);
  return [...spreadDoubts(fit, places, rare), ...untoldSeeds(fit, places)];
}

function spreadDoubts(fit: FittedLaw, places: readonly Measurement[][], rare: number): Doubt[] {
  const { noise, columns } = fit;
  if (noise !== "binomial") return [];
  const { chiSquared, freedom } = spreadOf(places);
  const chance = freedom === 0 ? 1 : chiSquaredTail(chiSquared, freedom);
  if (chance >= rare) return missingRuns(fit, places.length, freedom);
  const factor = formatNumber(chiSquared / freedom, 2);
  const seen = `runs at the same ${inputsOf(fit)} vary ${factor} times as much as ${columns.items ?? "items"} say (chi squared ${formatNumber(chiSquared)} on ${freedom}, p = ${formatNumber(chance, 2)})`;
  const then = "every interval is too narrow by the root of that";
  return [
    {
      kind: "seeds",
      message: `${seen}: ${then}; say that the noise is "overdispersed", or name the seeds, as trainingSeed of fitLaw`,
    },
  ];
}

function untoldSeeds(fit: FittedLaw, places: readonly Measurement[][]): Doubt[] {
  const runs = places[0]?.length ?? 0;
  if (runs < 2 || places.length < 2 || places.some(({ length }) => length !== runs)) return [];
  const where = inputsOf(fit);
  const seen = `each of ${places.length} values of ${where} has ${runs} runs, which count as independent`;
  const then =
    "if the same training seeds ran at all of them, a seed may have moved its whole curve, and a band of the curve is too narrow";
  return [{ kind: "seeds untold", message: `${seen}: ${then}; name their column as trainingSeed of fitLaw` }];
}

/** The measurements at each place. */
function repeatsOf({ measurements, law }: FittedLaw): Measurement[][] {
  const places = new Map<string, Measurement[]>();
  for (const measurement of fittedMeasurements({ measurements })) {
    const place = law.inputs.map((input) => measurement.inputs[input]).join();
    const runs = places.get(place);
    if (runs === undefined) places.set(place, [measurement]);
    else runs.push(measurement);
  }
  return [...places.values()];
}

/** Chi squared of shares around the share of their place. @source McCullagh & Nelder 1989, section 4.5 (replicated counts) */
function spreadOf(places: readonly Measurement[][]): { chiSquared: number; freedom: number } {
  let [chiSquared, freedom] = [0, 0];
  for (const runs of places) {
    const whole = runs.reduce((sum, { items = 1 }) => sum + items, 0);
    const share = runs.reduce((sum, { outcome, items = 1 }) => sum + outcome * items, 0) / whole;
    if (share === 0 || share === 1) continue; // no items that could differ
    freedom += runs.length - 1;
    for (const { outcome, items = 1 } of runs) chiSquared += (items * (outcome - share) ** 2) / (share * (1 - share));
  }
  return { chiSquared, freedom };
}

function inputsOf({ law, columns }: FittedLaw): string {
  return law.inputs.map((input) => columns.inputs[input]).join(" and ");
}

function missingRuns(fit: FittedLaw, places: number, repeats: number): Doubt[] {
  const { columns, degreesOfFreedom } = fit;
  const missed = missedVariance(degreesOfFreedom);
  if (missed < MOST_MISSED) return [];
  const where = inputsOf(fit);
  const runs =
    repeats === 0 ? `no ${where} has a second run` : `${places} values of ${where} have ${repeats} runs more`;
  const seen = `${columns.items ?? "items"} are the noise of one run, and ${runs}: ${degreesOfFreedom} degrees of freedom would miss in half of the studies that runs vary ${formatNumber(missed, 2)} times as much`;
  const then = `if training seeds differ, every interval is too narrow, by a factor of up to ${formatNumber(Math.sqrt(missed), 2)}`;
  const advice = 'give more runs a size, or say that the noise is "overdispersed"';
  return [{ kind: "no replication", message: `${seen}; ${then}; ${advice}` }];
}

const MOST_MISSED = 1.7; // of the variance: nominal 95 % intervals then hold 87 %; reached by 25 degrees of freedom

/**
 * The 98 % point of chi squared over its median.
 *
 * @source Wilson & Hilferty 1931, Proc. Natl. Acad. Sci. 17, 684-688
 */
function missedVariance(degreesOfFreedom: number): number {
  const spread = 2 / (9 * degreesOfFreedom);
  return (1 + (NORMAL_98 * Math.sqrt(spread)) / (1 - spread)) ** 3;
}

const NORMAL_98 = 2.0537; // R 4: qnorm(0.98); the lack of fit is tested at 2 %
