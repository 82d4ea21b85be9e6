/** @file Runs the test files with node:test: `npm test` for all, `npm test -- fit wire` for those whose path holds a word. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

const root = import.meta.dirname;
const words = process.argv.slice(2);

function testFiles(): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort()
    .map((name) => join(root, name));
}

const files = testFiles();
if (files.length === 0) {
  console.error(`no test file under ${relative(process.cwd(), root)} has ${words.join(" or ")} in its path`);
  process.exit(2);
}

// Debian's chromium brings a Vulkan driver in software, on which the webgpu engine is tested where no other one is named
const chromium = "/usr/lib/chromium";
if (process.env.VK_DRIVER_FILES === undefined && existsSync(join(chromium, "vk_swiftshader_icd.json"))) {
  process.env.VK_DRIVER_FILES = join(chromium, "vk_swiftshader_icd.json");
  process.env.LD_LIBRARY_PATH = [process.env.LD_LIBRARY_PATH, chromium].filter(Boolean).join(":"); // Vulkan's loader
}

let passed = 0;
let failed = 0;
let skipped = 0;
const stream = run({ files, concurrency: 2, timeout: 300_000 });
stream.on("test:pass", (event) => {
  if (event.skip !== undefined && event.skip !== false) skipped++;
  else if (event.details.type !== "suite") passed++;
});
stream.on("test:fail", (event) => {
  if (event.details.type !== "suite") failed++;
});
stream.compose(new spec()).pipe(process.stdout);
process.on("exit", () => {
  if (skipped > 0) process.stdout.write(`${skipped} skipped\n`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
});
