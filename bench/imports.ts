/** @file A cell's import of a package of many modules beside Node's own import(), each in a process of its own. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Benchmark, interleave, median, type Row } from "./harness.ts";

const ROUNDS = 9;
/** Of some 170 modules. */
const PACKAGE = "arquero";
const ROOT = join(import.meta.dirname, "..");

export const benchmark: Benchmark = {
  name: "imports",
  summary: `import of ${PACKAGE} in a cell, alone, after that of a local file and by one, beside Node's import()`,
  run,
};

const SESSION = `
  const { createSession, prepareImports } = await import(${JSON.stringify(join(ROOT, "src/kernel/dist/cell/index.js"))});
  const session = createSession(process.cwd());
  prepareImports();
  await session.run("import 'node:path'; 1 + 1", "In[1]");`;

const TIMED = (work: string): string =>
  `const began = performance.now(); ${work}; console.log(performance.now() - began);`;
const CELL = TIMED(`await session.run("import * as all from '${PACKAGE}'", "In[3]")`);
const LOCAL = `await session.run("import './bench/harness.ts'", "In[2]");`;

async function run(): Promise<{ rows: Row[] }> {
  const folder = mkdtempSync(join(import.meta.dirname, "imports-")); // where the package is found
  try {
    const own = join(folder, "own.ts");
    writeFileSync(own, `export * from "${PACKAGE}";`);
    return { rows: await compare(TIMED(`await session.run("import * as all from '${own}'", "In[3]")`)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compare(byLocal: string): Promise<Row[]> {
  const { plain, cell, later, behind } = await interleave(ROUNDS, {
    plain: () => milliseconds(TIMED(`await import("${PACKAGE}")`)),
    cell: () => milliseconds(SESSION + CELL),
    later: () => milliseconds(SESSION + LOCAL + CELL),
    behind: () => milliseconds(SESSION + LOCAL + byLocal),
  });
  const beside = { unit: "ms", better: "lower", peer: "import()", peerValue: median(plain), barKind: "ratio" } as const;
  return [
    { name: `import of ${PACKAGE} in a cell`, ours: median(cell), bar: 1.3, ...beside },
    { name: "the same after that of a local file", ours: median(later), bar: 1.3, ...beside },
    { name: "the same by a local file, after another", ours: median(behind), bar: 1.3, ...beside },
  ];
}

function milliseconds(script: string): number {
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: ROOT, encoding: "utf8" }));
}
