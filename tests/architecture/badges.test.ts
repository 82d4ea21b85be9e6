/** @file The README's badges are true. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { badges } from "../reference/readme-badges.ts";

const root = join(import.meta.dirname, "..", "..");

test("each badge of the README says what package.json, data/claims.json and .ci/run say (hint: node --import tsx tests/reference/readme-badges.ts)", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  for (const [name, drawing] of badges()) {
    assert.ok(readme.includes(`](docs/badges/${name})`), `the README shows ${name}`);
    assert.equal(readFileSync(join(root, "docs", "badges", name), "utf8"), drawing);
  }
});
