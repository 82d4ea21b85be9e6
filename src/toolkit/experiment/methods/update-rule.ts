/** @file How a study takes its updates, whatever it trains on. */
import type { TrainOptions } from "../../train/index.ts";

/** Updates; of a short training no more than its half. */
const WARM_UP = 50;

/**
 * The learning rate over a training, and the norm at which gradients are clipped.
 *
 * @param learningRate at its peak
 * @param updates of the training
 */
export function updateRule(learningRate: number, updates: number): Pick<TrainOptions<never>, "schedule" | "clipNorm"> {
  const warmUp = Math.min(WARM_UP, Math.floor(updates / 2));
  return { schedule: { shape: "cosine", peak: learningRate, warmUp, floor: 0.05 }, clipNorm: 1 };
}
