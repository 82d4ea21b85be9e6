/** @file The Chinchilla law: loss falls as a power of the model's size and as a power of the data's, down to a floor (Hoffmann et al. 2022). */
import type { Law } from "./law.ts";

/**
 * ln L(N, D) = logsumexp(logA - alpha ln N, logB - beta ln D, logE), that is L = A / N^alpha + B / D^beta + E.
 * Amplitudes and floor by their logarithms, so that all three stay above 0 without bounds.
 *
 * Both published refits of the paper's runs are done again in tests/toolkit/scaling/laws/chinchilla.test.ts, and the exponents of the best
 * model and data size in published-laws.test.ts beside it.
 *
 * Its 4,500 starts are those of the paper: alpha and beta 0 to 2 by 0.5, logE -1 to 1 by 0.5, logA and logB 0 to 25 by 5.
 *
 * @source Hoffmann et al. 2022, arXiv:2203.15556, eq. 2 and section D.2 (law, objective, starts)
 * @example chinchillaLaw.parameters // => ["logA", "logB", "logE", "alpha", "beta"]
 */
export const chinchillaLaw: Law<"logA" | "logB" | "logE" | "alpha" | "beta", "modelSize" | "dataSize"> = {
  name: "Chinchilla",
  parameters: ["logA", "logB", "logE", "alpha", "beta"],
  inputs: ["modelSize", "dataSize"],
  gives: "logarithm",
  takes: "logarithms",
  bounds: {},
  starts: () => ({
    logA: [0, 5, 10, 15, 20, 25],
    logB: [0, 5, 10, 15, 20, 25],
    logE: [-1, -0.5, 0, 0.5, 1],
    alpha: [0, 0.5, 1, 1.5, 2],
    beta: [0, 0.5, 1, 1.5, 2],
  }),
  evaluate(parameters, inputs, gradient) {
    const logModel = inputs[0] as number;
    const logData = inputs[1] as number;
    const byModel = (parameters[0] as number) - (parameters[3] as number) * logModel;
    const byData = (parameters[1] as number) - (parameters[4] as number) * logData;
    const floor = parameters[2] as number;
    const most = Math.max(byModel, byData, floor);
    const model = Math.exp(byModel - most);
    const data = Math.exp(byData - most);
    const rest = Math.exp(floor - most);
    const sum = model + data + rest;
    gradient[0] = model / sum; // the shares of the three terms in the loss
    gradient[1] = data / sum;
    gradient[2] = rest / sum;
    gradient[3] = (-model / sum) * logModel;
    gradient[4] = (-data / sum) * logData;
    return most + Math.log(sum);
  },
};
