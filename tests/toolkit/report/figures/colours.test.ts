/** @file A method has one colour everywhere, and two methods of a figure are told apart by any reader. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  methodColour,
  methodColours,
  methodDash,
  translucent,
} from "../../../../src/toolkit/report/figures/colours.ts";

test("a method keeps its colour under every spelling of its name", () => {
  assert.equal(methodColour("per-step DPO"), methodColour("stepDpo"));
  assert.equal(methodColour("RFT"), methodColour("rejection fine-tuning"));
});

test("the methods of the study have five different colours of Okabe and Ito's palette", () => {
  const palette = ["#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7"]; // jfly.uni-koeln.de/color
  const colours = ["SFT", "RFT", "DPO", "per-step DPO", "advantage-filtered SFT"].map(methodColour);
  assert.equal(new Set(colours).size, 5);
  assert.ok(colours.every((colour) => palette.includes(colour)));
});

test("variants share their method's colour and differ in their dash, so that no figure draws two alike", () => {
  const families = [
    ["rft", "rft-process"],
    ["dpo", "dpo-farthest"],
    ["step-dpo-forked", "step-dpo-full", "step-dpo-shuffled"],
  ];
  for (const family of families) {
    assert.equal(new Set(family.map(methodColour)).size, 1);
    assert.equal(new Set(family.map(methodDash)).size, family.length);
  }
  assert.equal(methodDash("a method of one's own"), "solid");
});

test("seven unknown methods in one figure have seven colours", () => {
  assert.equal(new Set(methodColours(["a", "b", "c", "d", "e", "f", "g"])).size, 7);
});

test("a method named twice has one colour", () => {
  const [first, , again] = methodColours(["one", "two", "one"]);
  assert.equal(first, again);
});

test("a colour is made translucent in Plotly's notation", () => {
  assert.equal(translucent("#0072B2", 0.15), "rgba(0, 114, 178, 0.15)");
});

test("a name that is no text, and names that are no list, are named", () => {
  assert.throws(() => methodColour(3 as never), { message: "methodColour requires name to be a text, got 3" });
  assert.throws(() => methodColours("SFT" as never), /methodColours requires names to be an array of texts, got "SFT"/);
});
