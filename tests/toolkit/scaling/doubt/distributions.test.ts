/** @file Tail probabilities agree with scipy's, in both tails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chiSquaredTail, fTail } from "../../../../src/toolkit/scaling/doubt/distributions.ts";

const PRECISION = 1e-11; // relative: sums of logarithms of e^-140 leave about 1e-13

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < PRECISION, `${actual}, not ${expected}`);
}

test("chi squared: scipy.stats.chi2.sf", () => {
  close(chiSquaredTail(0.1, 1), 0.7518296340458492);
  close(chiSquaredTail(3.84, 1), 0.05004352124870519);
  close(chiSquaredTail(25, 4), 5.0309817823062075e-5);
  close(chiSquaredTail(300, 7), 6.0496418565564134e-61);
  close(chiSquaredTail(2, 30), 0.9999999999997);
  assert.equal(chiSquaredTail(0, 3), 1);
});

test("F: scipy.stats.f.sf", () => {
  close(fTail(0.5, 1, 3), 0.530477770932957);
  close(fTail(4, 2, 7), 0.06942625407850157);
  close(fTail(88.6, 1, 7), 3.183726871702487e-5);
  close(fTail(1.2, 20, 40), 0.30350303462669964);
  close(fTail(1000, 3, 100), 2.1385167861339104e-74);
  assert.equal(fTail(0, 2, 5), 1);
});
