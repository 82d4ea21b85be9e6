/** @file The first law of loss by model and data size, without a floor: the scarcer of the two sets it (Kaplan et al. 2020). */
import { defineLaw } from "./define-law.ts";

/**
 * loss = ((modelScale / N)^(modelExponent / dataExponent) + dataScale / D)^dataExponent: with data enough a power of the model size N alone,
 * with a model large enough a power of the data size D alone. Scales are in the units of N and D, counts; loss in nats.
 *
 * The paper's runs could not be had, so its fit was not done again. Its parameters say how much data a model needs what its text says
 * (tests/toolkit/scaling/laws/published-laws.test.ts).
 *
 * @source Kaplan et al. 2020, arXiv:2001.08361, eq. 1.5; table 2 (0.076, 0.103, 6.4e13, 1.8e13)
 * @example kaplanLaw.parameters // => ["modelScale", "modelExponent", "dataScale", "dataExponent"]
 */
export const kaplanLaw = defineLaw({
  name: "Kaplan",
  parameters: ["modelScale", "modelExponent", "dataScale", "dataExponent"],
  inputs: ["modelSize", "dataSize"],
  takes: "logarithms",
  positive: ["modelScale", "dataScale"],
  essential: ["modelExponent", "dataExponent"],
  bounds: { modelExponent: [0, Infinity], dataExponent: [1e-3, Infinity] }, // by which the other is divided
  formula: (
    { modelScale, modelExponent, dataScale, dataExponent },
    { modelSize: logModel, dataSize: logData },
    { plus, minus, times, over, exp, log },
  ) => {
    const byModel = exp(times(over(modelExponent, dataExponent), minus(log(modelScale), logModel)));
    const byData = exp(minus(log(dataScale), logData));
    return exp(times(dataExponent, log(plus(byModel, byData))));
  },
  starts: (inputs, losses) => {
    const middle = (column: number) => inputs.reduce((sum, row) => sum + (row[column] as number), 0) / inputs.length;
    const mean = losses.reduce((sum, loss) => sum + Math.log(Math.abs(loss) || 1), 0) / losses.length;
    const exponents = [0.05, 0.1, 0.2];
    const scales = (column: number) => exponents.map((exponent) => Math.exp(middle(column) + (0.9 * mean) / exponent));
    return { modelScale: scales(0), modelExponent: exponents, dataScale: scales(1), dataExponent: exponents };
  },
});
