/** @file The tests of test262/test/language, https://github.com/tc39/test262/blob/main/INTERPRETING.md: what each says of itself. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** A test as its leading comment describes it. */
export interface SuiteTest {
  /** Below test/language, as exceptions.txt names it. */
  readonly path: string;
  readonly file: string;
  /** The parser must refuse its text. */
  readonly isRefused: boolean;
  readonly isAsync: boolean;
  readonly features: readonly string[];
  /** The suite's helper functions that it needs, in front of it. */
  readonly harness: string;
}

/** The helpers of every test, and one that each host gives itself. */
const HELPERS = ["assert.js", "sta.js"];
const OF_THE_HOST = "doneprintHandle.js";

/**
 * All tests that can be a module and a cell: not those of sloppy scripts, of agents, or that import their own file.
 *
 * @param suite a folder with test262's `test` and `harness`
 */
export function suiteTests(suite: string): SuiteTest[] {
  const language = join(suite, "test/language");
  const helpers = new Map<string, string>();
  const tests: SuiteTest[] = [];
  for (const path of (readdirSync(language, { recursive: true }) as string[]).sort()) {
    if (!path.endsWith(".js") || path.includes("_FIXTURE")) continue;
    const file = join(language, path);
    const source = readFileSync(file, "utf8");
    const head = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1]?.replaceAll(/\r\n?/g, "\n") ?? "";
    const flags = listed(head, "flags");
    const phase = /^negative:[\s\S]*?phase:\s*(\w+)/m.exec(head)?.[1];
    const isRefused = phase === "parse" || phase === "early";
    if (flags.includes("raw") || flags.includes("noStrict") || flags.includes("CanBlockIsFalse")) continue;
    if ((phase !== undefined && !isRefused) || source.includes("$262.agent") || importsItself(file, source)) continue;
    const harness = [...HELPERS, ...listed(head, "includes")]
      .filter((name) => name !== OF_THE_HOST)
      .map((name) => helper(suite, name, helpers))
      .join("\n");
    const isAsync = flags.includes("async");
    tests.push({
      path: relative(language, file),
      file,
      isRefused,
      isAsync,
      features: listed(head, "features"),
      harness,
    });
  }
  return tests;
}

function helper(suite: string, name: string, known: Map<string, string>): string {
  const text = known.get(name) ?? readFileSync(join(suite, "harness", name), "utf8");
  known.set(name, text);
  return text;
}

/** A list of the comment's YAML, in brackets or a line an item. */
function listed(head: string, key: string): string[] {
  const inline = new RegExp(`^\\s*${key}:\\s*\\[([^\\]]*)\\]`, "m").exec(head)?.[1];
  const lines = new RegExp(`^\\s*${key}:\\s*\\n((?:\\s+-\\s.*(?:\\n|$))+)`, "m").exec(head)?.[1];
  const items = inline?.split(",") ?? lines?.split("\n").map((line) => line.replace(/^\s*-/, "")) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== "");
}

/** A cell is no file: what imports its own file, by itself or by a fixture of the suite, would import another. */
function importsItself(file: string, source: string): boolean {
  const own = basename(file);
  const seen = new Set<string>();
  const reaches = (text: string): boolean => {
    if (text.includes(`./${own}'`) || text.includes(`./${own}"`)) return true;
    return [...text.matchAll(/['"]\.\/([^'"]*_FIXTURE\.js)['"]/g)].some(([, name]) => {
      const fixture = join(dirname(file), String(name));
      if (seen.has(fixture) || !existsSync(fixture)) return false;
      seen.add(fixture);
      return reaches(readFileSync(fixture, "utf8"));
    });
  };
  return reaches(source);
}
