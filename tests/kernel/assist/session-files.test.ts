/** @file What a session looks like to TypeScript: its cells as modules, and the names that each declares. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { declaredNames } from "../../../src/kernel/assist/declared-names.ts";
import { createSessionFiles, DRAFT } from "../../../src/kernel/assist/session-files.ts";

const DECLARED: readonly (readonly [code: string, names: readonly string[]])[] = [
  ["const a = 1, { b, c: [d], ...e } = x; let f", ["a", "b", "d", "e", "f"]],
  ["function g() { const inner = 1; } async function* h() {}", ["g", "h"]],
  ["class I {} abstract class J {} enum K { A } namespace L {}", ["I", "J", "K", "L"]],
  ["interface M {} type N = 1; declare const o: number", ["M", "N", "o"]],
  ['import p, { q as r } from "x"; import * as s from "y"; import type { T } from "z"', ["p", "r", "s", "T"]],
  ["export const u = 1; export default function v() {}", ["u", "v"]],
  ["for (var w = 0; w < 1; w++) { var x2 = 1; let y = 2; } if (1) { var z }", ["w", "x2", "z"]],
  ["f(); (function named() {}); a.b = 1", []],
];

for (const [code, names] of DECLARED) {
  test(`a cell declares ${names.join(", ") || "nothing"}: ${code}`, () => {
    assert.deepEqual([...(declaredNames(code)?.names ?? [])].sort(), [...names].sort());
  });
}

test("a name is imported from the cell that declared it last, and not into one that declares it again", () => {
  const session = createSessionFiles();
  session.add("const a = 1, b = 2;");
  session.add("let a = b;");
  const files = session.withDraft("const b = a;");
  assert.match(
    String(files.get("session~.ts")),
    /export \{ a \} from ".\/cell~2.ts";\nexport \{ b \} from ".\/cell~1.ts";/,
  );
  assert.match(String(files.get("cell~2.ts")), /^import \{ b \} from ".\/cell~1.ts";\nlet a = b;\n;export \{ a \};\n$/);
  assert.equal(files.get(DRAFT), 'import { a } from "./session~.ts";\nconst b = a;');
});

test("a cell that nothing can reach any more is let go", () => {
  const session = createSessionFiles();
  for (let run = 1; run <= 100; run++) session.add(`const again = ${run};`);
  const cells = [...session.withDraft("").keys()].filter((file) => file.startsWith("cell~"));
  assert.deepEqual(cells, ["cell~100.ts"]);
});

test("a cell that is still being typed keeps the names that it declares", () => {
  const session = createSessionFiles();
  session.add("const a = 1, b = 2;");
  assert.equal(session.withDraft("const a = f(\nb.").get(DRAFT)?.split("\n")[0], 'import { b } from "./session~.ts";');
});
