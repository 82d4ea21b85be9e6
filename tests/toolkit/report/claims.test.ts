/** @file claims.json and the notebooks that it speaks of fit together, and the notebooks keep to the house's form. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../..");

interface Cell {
  id: string;
  cell_type: string;
  source: string[];
}
interface Claim {
  id: string;
  notebook: string;
  cell: string;
  expression: string;
  expected: number | [number, number];
  tolerance: { absolute?: number; relative?: number };
  source: string;
}

const cellsOf = (path: string): Cell[] => JSON.parse(readFileSync(join(root, path), "utf8")).cells;
const { claims }: { claims: Claim[] } = JSON.parse(readFileSync(join(root, "data/claims.json"), "utf8"));

for (const claim of claims) {
  test(`the claim ${claim.id} names a cell of its notebook, one tolerance and its source`, () => {
    assert.ok(cellsOf(claim.notebook).some((cell) => cell.id === claim.cell && cell.cell_type === "code"));
    assert.equal(Object.keys(claim.tolerance).length, 1);
    assert.ok([claim.expected].flat().every(Number.isFinite));
    assert.ok(claim.source.length > 20 && claim.expression.length > 0);
  });
}

test("no two claims share an id", () => {
  assert.equal(new Set(claims.map((claim) => claim.id)).size, claims.length);
});

for (const name of readdirSync(join(root, "notebooks")).filter((file) => file.endsWith(".ipynb"))) {
  test(`${name} has readable cell ids, short cells, and its imports in the first code cell`, () => {
    const cells = cellsOf(`notebooks/${name}`);
    const code = cells.filter((cell) => cell.cell_type === "code");
    assert.equal(new Set(cells.map((cell) => cell.id)).size, cells.length);
    for (const { id, source } of code) {
      assert.match(id, /^[a-z0-9-]+$/);
      assert.ok(source.length <= 15, `the cell ${id} has ${source.length} lines`);
    }
    assert.ok(code.slice(1).every((cell) => !/^import /m.test(cell.source.join(""))));
    const imports = code[0]?.source.join("").matchAll(/from "([^"]+)"/g) ?? [];
    for (const [, specifier] of imports)
      assert.match(specifier ?? "", /^(@eightfold\/[a-z]+(\/[a-z]+)?|[a-z][a-z0-9-]*|node:.+)$/);
  });
}
