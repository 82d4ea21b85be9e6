/** @file Arbitrary claims files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import fc from "fast-check";
import { claimsOf, doubtfulTolerances, readClaims } from "../../src/rerun/claims/claims.ts";
import { judge } from "../../src/rerun/claims/verdict.ts";
import { claimLine } from "../../src/rerun/result-text.ts";
import { sampleNotebook } from "../rerun/samples.ts";
import { anyJson, assertOneLine, fuzz, mostly, nearly } from "./fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "eightfold-fuzz-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "04-scaling.ipynb"), "{}");
const notebook = { ...sampleNotebook(["1"]), path: join(folder, "04-scaling.ipynb") };

const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, 1e308, 5e-324));
const tolerance = fc.oneof(
  fc.record({ absolute: mostly(number) }),
  fc.record({ relative: mostly(number) }),
  fc.record({ overlap: mostly(fc.double({ min: 0, max: 1, noNaN: true })) }),
);
const claim = fc.record(
  {
    ...{ id: mostly(text), statement: mostly(text), source: mostly(text) },
    notebook: mostly(fc.constantFrom("04-scaling.ipynb", "./04-scaling.ipynb")),
    cell: mostly(fc.constant("a")),
    expression: mostly(text),
    printed: mostly(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.tuple(fc.nat({ max: 9 }), fc.nat({ max: 9 })))),
    expected: mostly(fc.oneof(number, fc.array(number, { maxLength: 3 }))),
    tolerance: mostly(tolerance),
    interval: mostly(fc.tuple(number, number)),
    profile: mostly(fc.constantFrom("quick", "full")),
  },
  { requiredKeys: ["id", "statement", "source", "notebook", "cell", "expected", "tolerance"] },
);
const file = fc.record(
  {
    version: mostly(fc.constant(1)),
    claims: mostly(fc.array(mostly(claim), { maxLength: 3 })),
    environment: mostly(fc.record({ node: anyJson, files: anyJson, seeds: anyJson }, { requiredKeys: [] })),
  },
  { requiredKeys: ["version", "claims"] },
);
const texts = fc.oneof(
  { weight: 6, arbitrary: file.map((value) => JSON.stringify(value)) },
  { weight: 3, arbitrary: nearly(file.map((value) => JSON.stringify(value))) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
);

fuzz("claims", texts, (input) => {
  const path = join(folder, "claims.json");
  writeFileSync(path, input);
  const read = readClaims(path);
  if (!read.ok) return assertOneLine(read.reason);
  for (const line of doubtfulTolerances(read.value)) assertOneLine(line);
  const claims = claimsOf(read.value, notebook, "quick");
  if (!claims.ok) return assertOneLine(claims.reason);
  for (const one of claims.value) {
    for (const value of [0, 1.5, Number.NaN, Infinity, [], [1, 2]])
      claimLine(judge(one, notebook, { ok: true, value }, undefined));
  }
});
