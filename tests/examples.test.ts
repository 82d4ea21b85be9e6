/** @file Every `@example` of the sources' doc comments holds: it is evaluated and compared with the value it states. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { docExamples } from "./examples/doc-examples.ts";
import { hasClaim, runExample } from "./examples/run-example.ts";

const root = join(import.meta.dirname, "..");

function sourceFiles(): string[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/(^|[\\/])(dist|node_modules)[\\/]/.test(name))
    .map((name) => join(root, "src", name))
    .sort();
}

/** What an example may name: what its file exports, and what the nearest door above the file exports. */
async function scopeOf(file: string): Promise<Record<string, unknown>> {
  const door = doorAbove(dirname(file));
  const doorExports = door === undefined ? {} : await load(door);
  return { ...doorExports, ...(await load(file)) };
}

function doorAbove(folder: string): string | undefined {
  const door = join(folder, "index.ts");
  if (existsSync(door)) return door;
  return folder.startsWith(join(root, "src")) ? doorAbove(dirname(folder)) : undefined;
}

async function load(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

for (const file of sourceFiles()) {
  const path = relative(root, file);
  for (const example of docExamples(path, readFileSync(file, "utf8"))) {
    test(`${path}:${example.line} ${example.documents}: ${example.code.split("\n")[0]}`, async () => {
      await runExample(example, hasClaim(example) ? await scopeOf(file) : {});
    });
  }
}

const SAMPLE = `/** @file A sample. */
/**
 * Twice a number.
 * @param value any number
 * @example double(2) // => 4
 * @example double(3) // => 7
 * @returns a number
 */
export async function double(value: number) {}

/**
 * @example
 * \`\`\`ts
 * const four: number = double(2);
 * four + 1 // => 5
 * \`\`\`
 * @example \`\`\`ts
 * await forever()
 * \`\`\`
 */
export const other = 1;`;

test("examples are found with their line and with what they document", () => {
  assert.deepEqual(docExamples("a.ts", SAMPLE), [
    { documents: "double", line: 5, code: "double(2) // => 4", fenced: false },
    { documents: "double", line: 6, code: "double(3) // => 7", fenced: false },
    { documents: "other", line: 12, code: "const four: number = double(2);\nfour + 1 // => 5", fenced: true },
    { documents: "other", line: 17, code: "await forever()", fenced: true },
  ]);
});

function run(code: string, fenced = false): Promise<void> {
  const scope = {
    double: (value: number) => 2 * value,
    later: (value: unknown) => Promise.resolve(value),
    doubles: (...values: number[]) => Float64Array.from(values, (value) => 2 * value),
  };
  return runExample({ documents: "double", line: 1, code, fenced }, scope);
}

test("an example that holds passes: numbers to 1e-12, promises, typed arrays, objects, fences", async () => {
  await run("double(2) // => 4");
  await run("double(0.15) // => 0.3000000000000001");
  await run("later({ ok: false, reason: undefined }) // => { ok: false }");
  await run("doubles(1, -2) // => [2, -4]");
  await run("double(1 as number) > 1 // => true");
  await run("const four: number = double(2);\nfour + 1; // => 5\nfour // => 4", true);
  await run("import { nothing } from 'nowhere';\nawait nothing<string>();", true);
});

test("an example that does not hold is refused with the reason", async () => {
  const cases: [code: string, reason: RegExp, fenced?: boolean][] = [
    ["double(2) // => 5", /the result is 4, the example says 5/],
    ["double(0.15) // => 0.30000000001", /the result is 0.3, /],
    ["later({ a: [1, 2] }) // => { a: [1, 3] }", /the result\.a\.1 is 2, the example says 3/],
    ["later({ a: 1, b: 2 }) // => { a: 1 }", /the result\.b is 2, the example says undefined/],
    ["doubles(1) // => { 0: 2 }", /the result is .* the example says/],
    ["double(2) // => double(2)", /is no literal/],
    ["double(2) // => four", /is no literal/],
    ["missing(2) // => 4", /missing is not defined/],
    ["double(2)", /an example is one line/],
    ["const = 2;", /Unexpected|Expected/, true],
    ["const four = double(2);\nfour // => 5", /the result is 4/, true],
  ];
  for (const [code, reason, fenced] of cases) await assert.rejects(run(code, fenced), reason, code);
});
