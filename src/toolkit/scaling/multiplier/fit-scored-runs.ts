/** @file Fits the laws of methods that were tested on the same items, with draws over items and training seeds that belong together. */
import { requireCount, requireOptions, wrong } from "../../core/argument-checks.ts";
import { createStream } from "../../core/random-stream.ts";
import { fitRequest } from "../fit/fit-law.ts";
import { curveRequest, type FitOptions } from "../fit/fit-scaling-law.ts";
import type { ScalingLawFit } from "../fit/fitted-law.ts";
import { type ScoredRun, scoredCurves } from "./scored-runs.ts";

const OPTIONS = ["law", "level", "seed", "resamples", "intervalMethods"];

/**
 * One binomial fit a method, whose bootstrap draws test items with all their verdicts, the same for every method, and
 * training seeds where each size was trained more than once. So dataMultiplier, which pairs these draws, counts what makes an
 * item hard for both methods as no difference, and the luck of a seed as one.
 *
 * @param curves by method: a run a size, or several that differ in their training seed; the same items in the same order
 * @param options of fitScalingLaw; resamples: default 1000
 * @returns a fit, or a failure with its reason, by method
 * @throws RangeError or TypeError when an option or a run is out of range, or the runs differ in their number of items
 */
export function fitScoredRuns(
  curves: Readonly<Record<string, readonly ScoredRun[]>>,
  options: Omit<FitOptions, "errorModel"> & { seed: number },
): Record<string, ScalingLawFit> {
  requireOptions("fitScoredRuns", options, OPTIONS);
  if (typeof curves !== "object" || curves === null || Array.isArray(curves) || Object.keys(curves).length === 0)
    throw wrong("fitScoredRuns", "curves to be an object of runs by method", curves);
  const { seed, resamples = 1000 } = options;
  requireCount("fitScoredRuns", "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount("fitScoredRuns", "resamples", resamples, 1, 1e6);
  const scored = scoredCurves("fitScoredRuns", curves);
  const stream = createStream(seed).split("scored runs");
  const draws = Array.from({ length: resamples }, (_, resample) => scored.draw(stream.split(resample)));
  return Object.fromEntries(
    Object.keys(curves).map((name, index) => {
      const points = scored.points[index] ?? [];
      const request = curveRequest("fitScoredRuns", name, points, {
        ...options,
        errorModel: { kind: "binomial" },
        resamples,
        intervalMethods: options.intervalMethods ?? ["bootstrap"],
      });
      const outcomes = draws.map((drawn) => drawn[index] ?? []); // by rising size, as the request's measurements are
      return [name, fitRequest(request, { kind: scored.resampled, outcomes })];
    }),
  );
}
