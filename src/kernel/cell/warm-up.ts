/** @file Compiles what nobody asked for while a kernel waits for its first cell, so that this one finds the compiler warm. */
import { compileCell } from "./compile.ts";
import { withIntrinsics } from "./intrinsics.ts";
import type { KnownNames } from "./rewrite.ts";
import { readAhead } from "./tsconfig.ts";

/** Each takes about a millisecond: nothing that comes in between waits longer. Together they hold what cells are made of. */
const SAMPLES: readonly string[] = [
  "1 + 1",
  "const a: number = 1; let b = [a, 2].map((x) => x + a);",
  "function area(shape: { width: number; height?: number }): number {\n  const { width, height = width } = shape;\n  return width * height;\n}",
  'import { readFileSync } from "node:fs";\nconst text = await read("a");\nfor (const line of text.split("\\n")) console.log(`line`, typeof line, line);',
  "class Point<T> {\n  #x = 1;\n  constructor(readonly y: T) {}\n  get x(): number { return this.#x; }\n}\ninterface Named { name: string }\nnew Point<Named>({ name: 'a' })",
];

const LONG_FUNCTIONS = 64;

/**
 * Comes last, some 8 kB and two to four milliseconds: the memory that the parser and V8 take for a long text is had here for
 * the first time. Without it the first long cell of one kernel in five took 12 to 28 ms, where others took 3 to 7.
 */
const LONG = Array.from({ length: LONG_FUNCTIONS }, (_, at) => SAMPLES[2]?.replace("area", `area${at}`)).join("\n");

/** So often, until V8 has the walkers' code ready. */
const ROUNDS = 4;
/** The same for long cells: once leaves the next one at 5.2 ms of work, three times at 2.9. */
const LONG_ROUNDS = 3;

/** Names of a session without cells. */
const NOTHING: KnownNames = { declared: new Map(), isGlobal: (name) => name in globalThis };

/** The slices of the warm-up, each to be called once, in order, whenever there is time. */
export function warmUpSlices(): (() => void)[] {
  const short = Array.from({ length: ROUNDS }, () => SAMPLES).flat();
  const long = Array.from({ length: LONG_ROUNDS }, () => LONG);
  const compiled = [...short, ...long].map((code) => () => compile(code));
  return [...compiled, () => readAhead(process.cwd())];
}

/** With what a cell waits for before it is compiled. */
function compile(code: string): void {
  withIntrinsics(() => compileCell(code, "In[warm-up]", NOTHING));
}
