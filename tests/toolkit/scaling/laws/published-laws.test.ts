/** @file Fits that the laws' authors published, done again where their data are public; else what their parameters predict. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  brokenPowerLaw,
  chinchillaLaw,
  computeOptimum,
  computeSigmoidLaw,
  coverageLaw,
  dataConstrainedLaw,
  dataMixingLaw,
  errorByLossLaw,
  type FittedLaw,
  farseerLaw,
  fitLaw,
  isoFlopFrontier,
  kaplanLaw,
  type Law,
  overTrainingLaw,
  predict,
  predictThrough,
} from "../../../../src/toolkit/scaling/index.ts";
import { closed } from "../curves.ts";
import { sharedData } from "../shared-data.ts";
import { readChinchillaRuns } from "./chinchilla-runs.ts";
import { ADDITION_FIT, addition, MIXED, mixed, OVER_TRAINED_MISSES, overTrained } from "./published-runs.ts";

function fitted<Parameter extends string, Input extends string>(
  rows: readonly object[],
  options: Parameters<typeof fitLaw<Parameter, Input>>[1],
): FittedLaw<Parameter, Input> {
  const fit = fitLaw(rows, options);
  assert.ok(fit.ok, fit.ok ? "" : fit.reason);
  return fit;
}

function near(actual: number, expected: number, tolerance: number, what = ""): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what} ${actual}, not ${expected}`);
}

/** A law at parameters and inputs by name. */
function lawAt(law: Law, parameters: Record<string, number>, inputs: Record<string, number>): number {
  const coordinates = Float64Array.from(law.parameters, (parameter) => {
    const value = parameters[parameter] as number;
    return law.positive?.includes(parameter) ? Math.log(value) : value;
  });
  const taken = Float64Array.from(law.inputs, (input) =>
    law.takes === "logarithms" ? Math.log(inputs[input] as number) : (inputs[input] as number),
  );
  const value = law.evaluate(coordinates, taken, new Float64Array(coordinates.length));
  return law.gives === "logarithm" ? Math.exp(value) : value;
}

const BY_RATIO = { law: overTrainingLaw, inputs: { tokensPerParameter: "tokens_per_parameter" }, y: "loss" } as const;

test("the over-training law, fitted to the five small models, misses the two large ones by the published shares", async () => {
  const runs = await overTrained();
  const fit = fitted(runs.slice(0, 5), BY_RATIO);
  for (const { at, loss } of OVER_TRAINED_MISSES) {
    const run = runs[at] as (typeof runs)[number];
    near(100 * Math.abs(predict(fit, run).value / run.loss - 1), loss, 1e-4);
  }
});

test("the error by that loss, the second of two stages, misses the large models' errors by the published shares", async () => {
  const runs = await overTrained();
  const loss = fitted(runs.slice(0, 5), BY_RATIO);
  const error = fitted(runs.slice(0, 6), { law: errorByLossLaw, y: "error" });
  for (const { at, error: published } of OVER_TRAINED_MISSES) {
    const run = runs[at] as (typeof runs)[number];
    near(100 * Math.abs(predictThrough(loss, error, run).value / run.error - 1), published, 1e-4);
  }
});

for (const { domain, steps, rate, logAmplitude } of MIXED) {
  test(`the mixing law of ${domain} after ${steps} steps has the published rate and amplitude`, async () => {
    const runs = await mixed(domain, steps);
    const floor = straightestFloor(
      runs.map(({ share }) => share),
      runs.map(({ loss }) => loss),
    ); // the authors choose it first, for the straightest line of logarithms
    const fit = fitted(runs, { law: dataMixingLaw(["share"]), y: "loss", fixed: { floor } });
    near(fit.parameters["rate of share"].value, rate, 5e-4, "rate"); // theirs, in single precision, ended after 100 steps
    near(Math.log(fit.parameters.amplitude.value), logAmplitude, 5e-4, "amplitude");
    const joint = fitted(runs, { law: dataMixingLaw(["share"]), y: "loss" });
    assert.ok(joint.residualSumOfSquares < fit.residualSumOfSquares); // all three at once fit closer
  });
}

/** Of 1,000 floors from 0 to the least loss, the one at which ln(loss - floor) is most nearly a line in the share. */
function straightestFloor(shares: readonly number[], losses: readonly number[]): number {
  const floors = Array.from({ length: 999 }, (_, k) => (k / 999) * Math.min(...losses));
  const straightness = (floor: number) =>
    Math.abs(
      correlation(
        shares,
        losses.map((loss) => Math.log(loss - floor)),
      ),
    );
  return floors.reduce((best, floor) => (straightness(floor) > straightness(best) ? floor : best));
}

function correlation(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [centreX, centreY] = [mean(x), mean(y)];
  const product = (one: readonly number[], other: readonly number[], a: number, b: number) =>
    one.reduce((sum, value, k) => sum + (value - a) * ((other[k] as number) - b), 0);
  return product(x, y, centreX, centreY) / Math.sqrt(product(x, x, centreX, centreX) * product(y, y, centreY, centreY));
}

test("the broken law of addition has the published parameters, and predicts its hold-outs as well as published", async () => {
  const runs = (await addition()).map((run) => ({
    ...run,
    weight: (1 + run.cross_entropy) ** -2, // squares of ln(1 + error), to first order of the residuals, which are below 0.002
  }));
  const asked = {
    law: brokenPowerLaw,
    x: "examples",
    y: "cross_entropy",
    weight: "weight",
    holdOut: "hold_out",
  } as const;
  const fit = fitted(runs, asked);
  const { logAmplitude, exponent, irreducibleError, exponentChange, logBreakSize, width } = fit.parameters;
  const found = {
    ...{ irreducibleError: irreducibleError.value, amplitude: Math.exp(logAmplitude.value), exponent: exponent.value },
    ...{ exponentChange: exponentChange.value, breakSize: Math.exp(logBreakSize.value), width: width.value },
  };
  for (const [name, value] of Object.entries(ADDITION_FIT)) {
    near(found[name as keyof typeof found], value, 5e-5 * value, name); // of the first order
  }
  const heldOut = runs.filter(({ hold_out }) => hold_out);
  const misses = heldOut.map((run) => Math.log(predict(fit, run.examples).value / run.cross_entropy));
  const rootMeanSquare = Math.sqrt(misses.reduce((sum, miss) => sum + miss ** 2, 0) / misses.length);
  near(rootMeanSquare, 0.010916, 1e-4); // scipy 1.17 at the published objective's minimum
});

const { folder, skip } = sharedData("chinchilla");

test("the compute-optimal exponents of the Chinchilla runs are those of the published refit", { skip }, () => {
  const fit = fitted(readChinchillaRuns(folder), {
    ...{ law: chinchillaLaw, y: "loss", loss: { kind: "huber", delta: 1e-3 } as const },
    ...{ start: { logA: 6, logB: 7, logE: 0.5, alpha: 0.35, beta: 0.35 }, seed: 42, resamples: 200 },
    intervalMethods: ["bootstrap"],
  });
  const { modelExponent, dataExponent } = computeOptimum(fit, 5.76e23);
  near(modelExponent.value, 0.513, 0.002); // Besiroglu et al. 2024, section 4: 0.513, standard error 0.020
  near((modelExponent.high - modelExponent.low) / 3.92, 0.02, 0.006); // of bootstraps both; 200 resamples know it to 5 %
  near(modelExponent.value + dataExponent.value, 1, 1e-12);
});

test("isoFLOP profiles of the same runs have a frontier whose exponent holds Hoffmann's", { skip }, () => {
  const budgets = [6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21]; // their section 3.2
  const rows = readChinchillaRuns(folder).flatMap((run) => {
    const spent = 6 * run.modelSize * run.dataSize;
    const compute = budgets.find((budget) => Math.abs(Math.log(spent / budget)) < 0.15); // as far as the figure could be read
    return compute === undefined ? [] : [{ ...run, compute }];
  });
  const found = isoFlopFrontier(rows, { compute: "compute", modelSize: "modelSize", loss: "loss" });
  assert.ok(found.ok, found.ok ? "" : found.reason);
  assert.equal(found.profiles.length, budgets.length);
  const { value, interval } = found.frontier.parameters.exponent;
  const { low, high } = closed(interval);
  assert.ok(low < 0.49 && 0.49 < high, `[${low}, ${high}]`); // table 2, approach 2: 0.49 (0.462, 0.534)
  assert.ok(value > 0.462 && value < 0.534, `${value}`);
});

test("the published parameters of the data-repetition law give the losses that its authors print", () => {
  // README of github.com/huggingface/datablations, "Parametric Fit"
  const [logA, logB, logE, exponent] = [6.255414, 7.3049974, 0.6254804, 0.3526596];
  const scales = { logRepetitionScale: Math.log(15.387756), logExcessScale: Math.log(5.309743) };
  const parameters = { logA, logB, logE, alpha: exponent, beta: exponent, ...scales };
  for (const [modelSize, dataSize, loss] of [
    [6.34e9, 242e9, 2.2256440889984477],
    [8.67e9, 178e9, 2.2269634075087867],
  ] as const) {
    near(lawAt(dataConstrainedLaw, parameters, { modelSize, dataSize, uniqueDataSize: 25e9 }), loss, 1e-14 * loss);
  }
});

// Kaplan et al. 2020, arXiv:2001.08361, table 2
const KAPLAN = { modelScale: 6.4e13, modelExponent: 0.076, dataScale: 1.8e13, dataExponent: 0.103 };

test("Kaplan's published parameters need as many tokens as their paper says, some 5e3 N^0.74, for the data to cost 2 %", () => {
  // section 4.2: a loss within 0.02 of that of unlimited data, relative
  const needed = (modelSize: number) => {
    const excess = (dataSize: number) =>
      lawAt(kaplanLaw, KAPLAN, { modelSize, dataSize }) / lawAt(kaplanLaw, KAPLAN, { modelSize, dataSize: 1e40 }) - 1;
    let [few, many] = [0, 40]; // powers of ten
    for (let halving = 0; halving < 60; halving++) {
      const half = (few + many) / 2;
      if (excess(10 ** half) > 0.02) few = half;
      else many = half;
    }
    return 10 ** many;
  };
  const [small, large] = [needed(1e6), needed(1e9)];
  const power = Math.log10(large / small) / 3;
  near(power, 0.74, 0.005);
  const coefficient = small / 1e6 ** power;
  assert.ok(coefficient > 4.5e3 && coefficient < 6e3, `${coefficient}`); // one digit is printed
});

test("Kaplan's published parameters are found again from the losses that they give, from the law's own starts", () => {
  const rows = [1e6, 1e7, 1e8, 1e9].flatMap((modelSize) =>
    [2e7, 2e8, 2e9, 2e10].map((dataSize) => ({
      modelSize,
      dataSize,
      loss: lawAt(kaplanLaw, KAPLAN, { modelSize, dataSize }),
    })),
  );
  const fit = fitted(rows, { law: kaplanLaw, y: "loss" });
  for (const [name, value] of Object.entries(KAPLAN)) {
    near(fit.parameters[name as keyof typeof KAPLAN].value, value, 1e-6 * value, name);
  }
  assert.ok(fit.startsAgreeing.agree >= fit.startsAgreeing.total / 2, `${fit.startsAgreeing.agree}`);
});

// the authors' stored fit, as PlanarG/active-sl on GitHub quotes it from their notebook
const FARSEER = {
  ...{ a1: -1.665630816, alpha: 0.0458999999999619, b1: 3.133347198805445 },
  ...{ a2: 230.73437075885855, beta: -0.1729, b2: -1.544209554 },
  ...{ a3: -0.062465473, gamma: 0.13, b3: 0.1284880679442551 },
};

test("Farseer's published surface has twenty-odd tokens a parameter at 1e20 to 1e21 FLOPs, and ever more beyond", () => {
  const ratios = [1e20, 1e21, 1e22, 1e23, 1e24].map((compute) => {
    const sizes = Array.from({ length: 400 }, (_, k) => 1e8 * 10 ** (k / 100));
    const loss = (modelSize: number) => lawAt(farseerLaw, FARSEER, { modelSize, dataSize: compute / 6 / modelSize });
    const best = sizes.reduce((one, other) => (loss(other) < loss(one) ? other : one));
    return compute / 6 / best ** 2;
  });
  const [first, second] = ratios as [number, number];
  assert.ok(first > 15 && first < 30 && second > 15 && second < 30, `${ratios}`); // figure 1 b
  for (const [k, ratio] of ratios.slice(1).entries()) assert.ok(ratio > (ratios[k] as number), `${ratios}`);
});

test("Farseer's published parameters are found again from the losses that they give, from the law's own starts", () => {
  const rows = Array.from({ length: 130 }, (_, k) => {
    const [modelSize, dataSize] = [1e8 * 2 ** (Math.floor(k / 10) / 2), 1e9 * 2 ** (k % 10)];
    return { modelSize, dataSize, loss: lawAt(farseerLaw, FARSEER, { modelSize, dataSize }) };
  });
  const fit = fitted(rows, { law: farseerLaw, y: "loss" });
  for (const [name, value] of Object.entries(FARSEER)) {
    near(fit.parameters[name as keyof typeof FARSEER].value, value, 1e-8 * Math.abs(value), name);
  }
  assert.deepEqual(fit.startsAgreeing, { agree: 4, total: 4 });
});

// Khatri et al. 2025, arXiv:2510.13786, table 1: asymptote, exponent and midpoint in GPU-hours
const SCALE_RL = {
  "8B": { asymptote: 0.61, exponent: 1.92, midpoint: 2542 },
  "32k": { asymptote: 0.645, exponent: 1.89, midpoint: 11272 },
  Scout: { asymptote: 0.71, exponent: 1.65, midpoint: 4242 },
};

test("the published sigmoids of compute say what their paper says, wherever rewards begin", () => {
  for (const initial of [0.1, 0.3, 0.5]) {
    const reward = (run: keyof typeof SCALE_RL, compute: number) =>
      lawAt(computeSigmoidLaw, { initial, ...SCALE_RL[run] }, { compute });
    near(reward("8B", 2542), (initial + 0.61) / 2, 1e-12); // at the midpoint half of the gain is made
    assert.ok(reward("32k", 8_000) < reward("8B", 8_000)); // longer answers start slower (figure 9) ...
    assert.ok(reward("32k", 100_000) > reward("8B", 100_000)); // ... and end higher
    assert.ok(reward("Scout", 100_000 / 6) > reward("8B", 100_000)); // section 5: passes the 8B's end with a sixth of its compute
  }
});

test("where single-sample rates follow a beta distribution, coverage has the exponent and amplitude that theory gives", () => {
  // Schaeffer et al. 2025, arXiv:2502.17578: -ln pass@k tends to Gamma(a + b) / Gamma(b) k^-a. With b = 2, by hand:
  // mean (1 - p)^k = prod (j + 1) / (j + 1 + a) over j = 1 to k, and Gamma(a + 2) = (a + 1) a Gamma(a)
  const a = 0.4;
  const gamma = 2.2181595437576882; // Gamma(0.4): R 4, gamma(0.4)
  let unsolved = 1;
  const rows: { samples: number; y: number }[] = [];
  for (let samples = 1; samples <= 2 ** 24; samples++) {
    unsolved *= (samples + 1) / (samples + 1 + a);
    if (samples >= 2 ** 18 && (samples & (samples - 1)) === 0) rows.push({ samples, y: 1 - unsolved });
  }
  const fit = fitted(rows, { law: coverageLaw, y: "y" });
  near(fit.parameters.exponent.value, a, 0.002); // the next term of -ln pass@k is smaller by half of the first, 0.004 to 0.001
  near(fit.parameters.amplitude.value, (a + 1) * a * gamma, 0.03); // at one sample, 18 doublings away
});
