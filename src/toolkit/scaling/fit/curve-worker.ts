/** @file A thread of fitScalingLawsInParallel: fits the curves that it is sent. */
import { parentPort } from "node:worker_threads";
import type { CurveTask, SentFit } from "./fit-in-parallel.ts";
import { fitScalingLaw } from "./fit-scaling-law.ts";

parentPort?.on("message", ({ name, points, options }: CurveTask) => {
  const { law: _, ...sent } = fitScalingLaw({ ...options, name, points });
  parentPort?.postMessage(sent satisfies SentFit);
});
