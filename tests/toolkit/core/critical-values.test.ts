/** @file Critical values agree with scipy.stats, and with mpmath at levels that leave scipy few digits. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { criticalNormal, criticalStudent } from "../../../src/toolkit/core/critical-values.ts";

const TOLERANCE = 2e-14; // relative: both sides round the last digit or two

// scipy.stats.norm.ppf((1 + level) / 2), scipy 1.17.1
for (const [level, z] of [
  [0.5, 0.6744897501960817],
  [0.9, 1.6448536269514722],
  [0.95, 1.959963984540054],
  [0.999, 3.2905267314919255],
  [0.01, 0.012533469508069264], // mpmath 1.4, sqrt(2) erfinv(level), as the last two
  [1 - 1e-9, 6.109410209383449],
  [1 - 1e-14, 7.739357990926659],
] as const) {
  test(`the normal's ${level} point is ${z}`, () => close(criticalNormal(level), z));
}

// scipy.stats.t.ppf((1 + level) / 2, degreesOfFreedom), scipy 1.17.1
for (const [level, degreesOfFreedom, t] of [
  [0.95, 1, 12.706204736174694],
  [0.95, 2, 4.302652729749462],
  [0.95, 7, 2.364624251592784],
  [0.99, 10, 3.16927267261695],
  [0.5, 3, 0.7648923284043444],
  [0.95, 200, 1.9718962236339088],
  [0.01, 10, 0.012850279188571376], // mpmath 1.4, a root of betainc(n / 2, 1 / 2, 0, n / (n + t^2)) - (1 - level); the rest too
  [0.9, 1001, 1.6463772921994684],
  [1 - 1e-12, 1, 636633855803.5593],
  [1 - 1e-12, 1001, 7.22386336073346],
  [0.5, 3e6, 0.6744898319743993],
  [0.95, 2e6, 1.959965170676375],
  [0.99, 1e9, 2.5758293084654484],
  [0.95, 1e17, 1.9599639845400543],
  [0.95, 1e100, 1.9599639845400543],
] as const) {
  test(`Student's ${level} point with ${degreesOfFreedom} degrees of freedom is ${t}`, () => {
    close(criticalStudent(level, degreesOfFreedom), t);
  });
}

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < TOLERANCE, `${actual} against ${expected}`);
}
