/** @file Tail probabilities agree with scipy's in both tails, and with exact ones where scipy's are no better. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { chiSquaredTail, fTail } from "../../../src/toolkit/core/tail-probabilities.ts";

const PRECISION = 2e-13; // relative: e^-630 leaves about 1e-13

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

test("far out, with many degrees of freedom, and near 0: mpmath 1.4, 60 digits", () => {
  close(chiSquaredTail(700, 1), 2.9902269751246203e-154); // gammainc(1 / 2, 350, inf, regularized=True)
  close(chiSquaredTail(1300, 7), 1.6632784025498239e-276);
  close(chiSquaredTail(1300, 1000), 3.8897364994868526e-10);
  close(chiSquaredTail(1e-8, 1), 0.9999202115440526);
  close(fTail(1e5, 3, 100), 1.1010448117640099e-173); // betainc(50, 3 / 2, 0, 100 / 300100, regularized=True)
  close(fTail(1e5, 1, 7), 8.349887513655785e-16);
  close(fTail(1.2, 2, 20_000), 0.3012158969413265);
  close(fTail(1e-8, 1, 7), 0.9999230017099802);
});

test("F: the ends", () => {
  assert.equal(fTail(Infinity, 2, 5), 0);
  assert.equal(fTail(Number.MIN_VALUE, 2, 5), 1);
});
