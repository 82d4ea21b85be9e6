/** @file Every test of test262's language folder that passes as a module of this Node passes as a cell, save exceptions.txt.
 *
 *   node --import tsx tests/judges/test262/judge.ts [--sample N] [--filter TEXT] [--list FILE] [--jobs N]
 *
 * --sample takes N tests evenly over the folders, --filter those whose path holds a text, --list those that a file names. The suite is test262/language.tar.xz,
 * or test262 unpacked, in the folder that EIGHTFOLD_SHARED_DATA names or in ../shared/data beside the checkout.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runTests } from "./processes.ts";
import { type SuiteTest, suiteTests } from "./suite.ts";

const { values: options } = parseArgs({
  options: {
    sample: { type: "string", default: "Infinity" },
    filter: { type: "string", default: "" },
    list: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) },
  },
});

const shared = process.env.EIGHTFOLD_SHARED_DATA ?? join(import.meta.dirname, "../../../../shared/data");
const archive = join(shared, "test262/language.tar.xz");
if (existsSync(archive)) {
  const suite = mkdtempSync(join(tmpdir(), "eightfold-test262-"));
  try {
    execFileSync("tar", ["-xJf", archive, "-C", suite]);
    writeFileSync(join(suite, "package.json"), '{ "type": "module" }'); // so that Node loads the suite's fixtures as modules
    process.exitCode = (await judge(suite)) ? 0 : 1;
  } finally {
    rmSync(suite, { recursive: true });
  }
} else {
  console.log(
    `skipped: no ${archive}: put the suite there, or name its folder in EIGHTFOLD_SHARED_DATA; NOTHING was judged`,
  );
}

/** Runs and compares; returns whether each difference is an exception. */
async function judge(suite: string): Promise<boolean> {
  const listed = options.list === undefined ? undefined : readFileSync(options.list, "utf8");
  const all = suiteTests(suite).filter(({ path }) => path.includes(options.filter) && (listed?.includes(path) ?? true));
  const step = Math.max(1, all.length / Number(options.sample));
  const tests = all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));
  console.log(`${tests.length} of ${all.length} tests, on Node ${process.versions.node}`);

  const asModules = await runTests(tests, "module", Number(options.jobs));
  const passing = comparable(tests, (test) => asModules.get(test.path) === undefined);
  const asCells = await runTests(passing, "cell", Number(options.jobs));

  const exceptions = new Set(
    readFileSync(join(import.meta.dirname, "exceptions.txt"), "utf8")
      .split("\n")
      .filter((line) => line.endsWith(".js")),
  );
  const differing = passing.filter(({ path }) => asCells.get(path) !== undefined);
  const unexpected = differing.filter(({ path }) => !exceptions.has(path));
  for (const { path, isRefused } of unexpected) {
    console.log(`${isRefused ? "accepted" : "fails"}\t${path}\t${asCells.get(path)}`);
  }
  const count = (isRefused: boolean, among: readonly SuiteTest[]): number =>
    among.filter((test) => test.isRefused === isRefused).length;
  for (const [isRefused, what] of [
    [false, "tests that pass as modules pass as cells"],
    [true, "texts that modules refuse are refused as cells"],
  ] as const) {
    console.log(`${count(isRefused, passing) - count(isRefused, differing)} of ${count(isRefused, passing)} ${what}`);
  }
  console.log(`${differing.length - unexpected.length} listed exceptions, ${unexpected.length} other differences`);
  return unexpected.length === 0 && passing.length > 0;
}

/** Those that pass as modules; a text that is refused counts only where this Node knows the syntax, as other tests show. */
function comparable(tests: readonly SuiteTest[], passes: (test: SuiteTest) => boolean): SuiteTest[] {
  const passing = tests.filter(passes);
  const known = new Set(passing.filter(({ isRefused }) => !isRefused).flatMap(({ features }) => features));
  return passing.filter(({ isRefused, features }) => !isRefused || features.every((feature) => known.has(feature)));
}
