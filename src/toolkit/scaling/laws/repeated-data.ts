/** @file The data-repetition law: tokens seen again are worth less each time (Muennighoff et al. 2023). */
import { chinchillaLaw } from "./chinchilla.ts";
import { defineLaw } from "./define-law.ts";

/**
 * L = A / N^alpha + B / D'^beta + E, where D' = U + U R* (1 - e^(-R / R*)) is what D tokens are worth that hold U unique
 * ones: R = D / U - 1 is how often they are repeated. R* = e^logRepetitionScale is the count of repetitions after which a
 * repeated token is worth 1 / e of a new one; however long one repeats, D' stays under U (1 + R*).
 *
 * The paper also lets parameters beyond the data's optimum decay; here every parameter counts in full.
 *
 * @source Muennighoff et al. 2023, arXiv:2305.16264, eq. 5 (D'); its appendix A gives R* = 15.39 of 182 runs, which is not
 * the minimum of its own objective: that lies at R_D* = 95.37, R_N* = 1.706
 */
export const repeatedDataLaw = defineLaw({
  name: "repeated data",
  parameters: ["logA", "logB", "logE", "alpha", "beta", "logRepetitionScale"],
  inputs: ["modelSize", "dataSize", "uniqueDataSize"],
  formula: (
    { logA, logB, logE, alpha, beta, logRepetitionScale },
    { modelSize, dataSize, uniqueDataSize },
    { plus, minus, times, over, exp, log },
  ) => {
    const repetitionScale = exp(logRepetitionScale);
    const repetitions = dataSize / uniqueDataSize - 1;
    const worth = plus(1, times(repetitionScale, minus(1, exp(over(-repetitions, repetitionScale)))));
    const logData = plus(Math.log(uniqueDataSize), log(worth));
    const byModel = exp(minus(logA, times(alpha, Math.log(modelSize))));
    return plus(byModel, exp(minus(logB, times(beta, logData))), exp(logE));
  },
  starts: (inputs, losses) => {
    const { logE } = (chinchillaLaw.starts as NonNullable<typeof chinchillaLaw.starts>)(inputs, losses);
    return { logA: [5, 10], logB: [5, 10], logE, alpha: [0.3, 0.6], beta: [0.3, 0.6], logRepetitionScale: [0, 2, 4] };
  },
});
