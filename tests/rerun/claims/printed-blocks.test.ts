/** @file Which printed numbers are one claim: those of a line, of a table, of an array. The texts are as NumPy, pandas and Node print them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { printedBlocks } from "../../../src/rerun/claims/printed-blocks.ts";
import type { Output } from "../../../src/rerun/notebook/outputs.ts";

/** The values of each block, with the place of its first. */
function blocks(...texts: string[]): [place: number, ...values: number[]][] {
  const outputs: Output[] = texts.map((text) => ({ output_type: "stream", name: "stdout", text }));
  return printedBlocks(outputs).map(({ place, numbers }) => [place, ...numbers.map(({ value }) => value)]);
}

test("each line of prose is a block, whatever it holds", () => {
  assert.deepEqual(blocks("accuracy: 0.91 [0.88, 0.94]\nloss: 0.31 [0.30, 0.33]\nno number\n3\n4\n"), [
    [1, 0.91, 0.88, 0.94],
    [4, 0.31, 0.3, 0.33],
    [7, 3],
    [8, 4],
  ]);
});

test("the lines of an array are one block", () => {
  assert.deepEqual(blocks("[[0 1 2]\n [3 4 5]]\n"), [[1, 0, 1, 2, 3, 4, 5]]);
  assert.deepEqual(blocks("array([[0.5, 1. ],\n       [2. , 3. ]])\n"), [[1, 0.5, 1, 2, 3]]);
  assert.deepEqual(blocks("[\n  1.5,\n  2.5\n]\n"), [[1, 1.5, 2.5]]);
  assert.deepEqual(blocks("{\n  loss: 0.5,\n  steps: 3\n}\n"), [[1, 0.5, 3]]);
});

test("the rows of a table are one block, from what stands above and below it apart", () => {
  const frame = "        area  population\nTexas  695662    26448193\nUtah   219887     2900872\n";
  assert.deepEqual(blocks(`2 states\n${frame}\nin 2013\n`), [
    [1, 2],
    [2, 695662, 26448193, 219887, 2900872],
    [6, 2013],
  ]);
  assert.deepEqual(blocks("a    0.25\nb    0.50\ndtype: float64\n"), [[1, 0.25, 0.5]]);
  assert.deepEqual(blocks("| SFT | 0.4 |\n| DPO | 0.2 |\n"), [[1, 0.4, 0.2]]);
});

test("places count on over the outputs of a cell", () => {
  assert.deepEqual(blocks("1 two\n", "3 four 5\n"), [
    [1, 1],
    [2, 3, 5],
  ]);
});
