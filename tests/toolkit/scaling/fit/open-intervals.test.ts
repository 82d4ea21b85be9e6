/** @file A fit keeps its estimate when an interval is open, whatever the order of the methods, and shows itself with the reason. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { displayMethod } from "../../../../src/toolkit/core/mime-bundle.ts";
import { table, toMarkdown } from "../../../../src/toolkit/report/index.ts";
import {
  equivalentDataSize,
  fitGroups,
  fitLaw,
  fitScalingLaw,
  fitScalingLaws,
  fitScalingLawsInParallel,
  powerFloorLaw,
  predict,
  predictionBand,
} from "../../../../src/toolkit/scaling/index.ts";
import { ANSWERS, closed } from "../curves.ts";

const OPEN = [0.8, 0.5, 0.35, 0.5, 0.6, 0.3, 0.2, 0.15].map((error, k) => ({ dataSize: 2 ** k, error }));

test("the estimate is the same with each method first, and an open interval says why", () => {
  const orders = [
    ["bootstrap", "profile", "wald"],
    ["profile", "bootstrap", "wald"],
    ["wald", "profile", "bootstrap"],
  ] as const;
  const fits = orders.map((intervalMethods) => fitScalingLaw({ points: OPEN, seed: 1, intervalMethods }));
  for (const fit of fits) {
    assert.ok(fit.ok && fits[0]?.ok);
    assert.equal(fit.parameters.exponent.value, fits[0].parameters.exponent.value);
    const { profile } = fit.intervals.exponent;
    assert.ok(profile !== undefined && "reason" in profile);
  }
  const [, open] = fits;
  assert.ok(open?.ok);
  assert.match(toMarkdown(table(open, ["exponent"])), /0\.244 \[open\]/);
});

test("a fit shows itself as a table of its parameters, its noise and its doubts", () => {
  const fit = fitScalingLaw({ points: ANSWERS, seed: 7, name: "SFT" });
  const shown = fit[displayMethod]();
  assert.match(String(shown["text/markdown"]), /^\*\*SFT\*\*, power \+ floor\n\n\| parameter \| estimate \|/);
  assert.match(String(shown["text/plain"]), /exponent +0\.328 \[0\.261, 0\.401\] +0\.0351 +profile/); // the profile is scipy's: profile.test.ts
  assert.match(String(shown["text/plain"]), /8 rows, 5 degrees of freedom; binomial noise, known; intervals of 95 %/);
  assert.match(String(shown["text/plain"]), /Doubts:\nno replication: items are the noise of one run, [^\n]+$/);
  const free = fitScalingLaw({ points: ANSWERS, seed: 7, errorModel: { kind: "overdispersed" } });
  assert.match(String(free[displayMethod]()["text/plain"]), /Doubts:\nnone was raised$/);
  const power = fitScalingLaw({ points: ANSWERS, seed: 7, law: "power", intervalMethods: ["wald"] });
  assert.match(String(power[displayMethod]()["text/plain"]), /irreducibleError +0 \(fixed\)/);
  const doubted = fitScalingLaw({ points: OPEN, seed: 1 })[displayMethod]();
  assert.match(
    String(doubted["text/plain"]),
    /\nnot identified: no interval for the exponent: the data set no upper limit/,
  );
  const failed = fitScalingLaw({ points: OPEN.slice(0, 2), seed: 1 });
  assert.match(String(failed[displayMethod]()["text/plain"]), /no fit: "power \+ floor" has 3 parameters/);
});

test("a record of fits, and the fit of groups, print as summaries, from threads too", async () => {
  const rows = ["a", "b"].flatMap((method) => ANSWERS.map((point) => ({ ...point, method })));
  const asked = {
    by: "method",
    x: "dataSize",
    y: "error",
    items: "items",
    seed: 1,
    intervalMethods: ["wald"],
  } as const;
  for (const fits of [fitScalingLaws(rows, asked), await fitScalingLawsInParallel(rows, { ...asked, threads: 1 })]) {
    const printed = inspect(fits);
    assert.match(printed, /a: a, power \+ floor\n +parameter +estimate +standard error/);
    assert.match(printed, /b: b, power \+ floor\n/);
    assert.doesNotMatch(printed, /measurements|covariance/);
  }
  const grouped = fitGroups(rows, { law: powerFloorLaw, y: "error", by: "method", shared: ["exponent"] });
  assert.match(inspect(grouped), /fit: power \+ floor by group, [^\n]+\n +parameter/);
});

test("only what the law fixes is shown as fixed", () => {
  const one = fitScalingLaw({ points: ANSWERS, seed: 1, resamples: 1, intervalMethods: ["bootstrap"] });
  assert.doesNotMatch(toMarkdown(table(one)), /fixed/);
  const power = fitScalingLaw({ points: ANSWERS, seed: 1, law: "power", intervalMethods: ["wald"] });
  assert.match(toMarkdown(table(power)), /0 \(fixed\)/);
});

test("a prediction beyond the data is marked, and carries an interval inside what the law can give", () => {
  const fit = fitScalingLaw({ points: ANSWERS, seed: 7 });
  assert.equal(predict(fit, 1000).extrapolated, false);
  const far = predict(fit, 1e15);
  assert.ok(far.extrapolated && far.low < far.value && far.value < far.high && far.level === 0.95);
  const equivalent = equivalentDataSize(fit, 0.15);
  assert.ok(equivalent.ok && !equivalent.extrapolated);
  const { low, high } = closed(equivalent.interval);
  assert.ok(low < equivalent.dataSize && equivalent.dataSize < high);
});

test("intervals and bands stay within the law's bounds: no floor, and no error, below 0", () => {
  const rows = [100, 200, 400, 800, 1600, 3200].map((dataSize, k) => ({
    dataSize,
    error: 3 * dataSize ** -0.5 * ([1.03, 0.96, 1.05, 0.97, 1.02, 0.98][k] as number),
  }));
  const fit = fitLaw(rows, { law: powerFloorLaw, y: "error" });
  assert.ok(fit.ok);
  assert.ok(closed(fit.parameters.irreducibleError.interval).low >= 0);
  assert.ok(closed(fit.parameters.exponent.interval).low >= 0);
  for (const dataSize of [1e4, 1e6, 1e9]) {
    const [row] = predictionBand(fit, [dataSize], { method: "delta" });
    assert.ok(row !== undefined && row.low >= 0 && row.low <= row.value && row.value <= row.high);
  }
});
