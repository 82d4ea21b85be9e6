/** @file The options of chain arithmetic, their defaults, and the combinations that can be generated. */
import { requireCount, requireOneOf, requireWithin, wrong } from "../../core/argument-checks.ts";
import type { Split } from "../task.ts";

/** How the teacher writes. */
export interface TeacherStyle {
  /** "random": any order in which each step finds its inputs (needs joinOperators: a single chain has one order) */
  order: "dependency" | "random";
  /** each step begins with the values that it takes */
  verbose: boolean;
  /** chance that a step is skipped: the next one names both operators and gives one value. In [0, 1] */
  skipRate: number;
  /** chance that a step is followed by a useless one: true, but the answer does not rest on it. In [0, 1] */
  uselessRate: number;
  /**
   * chance that a step but the last states a wrong value, from which the teacher does not go on: the answer is right all
   * the same, and a learner who trusts what it wrote is misled. In [0, 1]
   */
  harmfulRate: number;
}

/** A value in the prompt that looks like help. */
export interface SpuriousCue {
  /** "answer": one value before the colon; "steps": one after each operator */
  place: "answer" | "steps";
  /** how often it is the right value, in [0, 1]; else it is one of the others */
  rate: number;
  /** the splits in which it is right at chance, 1 / modulus; ["test"] by default */
  brokenIn?: readonly Split[];
}

export interface ChainArithmeticOptions {
  /** fixes tables, problems and splits; variants that share seed, operators and modulus share these */
  seed: number;
  /** operators on one value, a count >= 1 */
  operators: number;
  /** values are 0 to modulus - 1, a count >= 2 */
  modulus: number;
  /** steps of a chain, [fewest, most], each length equally likely */
  lengths: readonly [number, number];
  /** operators are drawn with weight rank^-zipf, without repetition within a problem; 0 is uniform. 1 by default */
  zipf?: number;
  /** "random" tables map different values to one at times, "permutation" tables never; "random" by default */
  tables?: "random" | "permutation";
  /** operators that join two chains into one value: with more than 0, each problem has two chains. 0 by default */
  joinOperators?: number;
  /** "none": the prompt is the chain itself; else it defines variables, in order or shuffled. "none" by default */
  definitions?: "none" | "in order" | "shuffled";
  /** definitions that the answer does not need, a count; 0 by default */
  distractors?: number;
  /** names for variables, a count; 26 by default, and none without definitions */
  labels?: number;
  /** small steps in order by default */
  teacher?: Partial<TeacherStyle>;
  cue?: SpuriousCue;
}

/** The options with every default filled in. */
export interface ChainConfig extends Required<Omit<ChainArithmeticOptions, "teacher" | "cue">> {
  teacher: TeacherStyle;
  cue: Required<SpuriousCue> | undefined;
}

const SMALL_STEPS: TeacherStyle = {
  order: "dependency",
  verbose: false,
  skipRate: 0,
  uselessRate: 0,
  harmfulRate: 0,
};

/**
 * Fills in the defaults and refuses what cannot be generated.
 *
 * @throws RangeError or TypeError that names the option
 */
export function chainConfig(options: ChainArithmeticOptions): ChainConfig {
  const cue = options.cue === undefined ? undefined : { brokenIn: ["test"] as const, ...options.cue };
  const definitions = options.definitions ?? "none";
  const config: ChainConfig = {
    zipf: 1,
    tables: "random",
    joinOperators: 0,
    distractors: 0,
    ...options,
    definitions,
    labels: definitions === "none" ? 0 : (options.labels ?? 26),
    teacher: { ...SMALL_STEPS, ...options.teacher },
    cue,
  };
  requireRanges(config);
  requireFeasible(config);
  return config;
}

const CALLER = "chainArithmetic";

function requireRanges(config: ChainConfig): void {
  const { lengths, teacher, cue } = config;
  requireCount(CALLER, "seed", config.seed, 0, Number.MAX_SAFE_INTEGER);
  requireCount(CALLER, "operators", config.operators, 1, 100_000);
  requireCount(CALLER, "modulus", config.modulus, 2, 10_000);
  if (!Array.isArray(lengths) || lengths.length !== 2) throw wrong(CALLER, "lengths to be [fewest, most]", lengths);
  requireCount(CALLER, "lengths[0]", lengths[0], 1, 1000);
  requireCount(CALLER, "lengths[1]", lengths[1], lengths[0], 1000);
  requireWithin(CALLER, "zipf", config.zipf, 0, 10);
  requireOneOf(CALLER, "tables", config.tables, ["random", "permutation"]);
  requireCount(CALLER, "joinOperators", config.joinOperators, 0, 1000);
  requireOneOf(CALLER, "definitions", config.definitions, ["none", "in order", "shuffled"]);
  requireCount(CALLER, "distractors", config.distractors, 0, 1000);
  requireCount(CALLER, "labels", config.labels, 0, 100_000);
  requireOneOf(CALLER, "teacher.order", teacher.order, ["dependency", "random"]);
  requireWithin(CALLER, "teacher.skipRate", teacher.skipRate, 0, 1);
  requireWithin(CALLER, "teacher.uselessRate", teacher.uselessRate, 0, 1);
  requireWithin(CALLER, "teacher.harmfulRate", teacher.harmfulRate, 0, 1);
  if (cue === undefined) return;
  requireOneOf(CALLER, "cue.place", cue.place, ["answer", "steps"]);
  requireWithin(CALLER, "cue.rate", cue.rate, 0, 1);
  for (const split of cue.brokenIn) requireOneOf(CALLER, "cue.brokenIn", split, ["train", "validation", "test"]);
}

function requireFeasible(config: ChainConfig): void {
  const { operators, lengths, distractors, joinOperators, definitions, labels, teacher } = config;
  const joins = joinOperators > 0;
  const needed = lengths[1] + distractors - (joins ? 1 : 0);
  if (needed > operators) {
    throw wrong(CALLER, `operators to be at least ${needed}, one for each step and distractor`, operators);
  }
  if (definitions === "none" && (joins || distractors > 0)) {
    const what = joins ? "joinOperators" : "distractors";
    throw wrong(CALLER, `definitions to be "in order" or "shuffled" with ${what}`, definitions);
  }
  if (definitions !== "none" && lengths[1] + distractors > labels) {
    throw wrong(CALLER, `labels to be at least ${lengths[1] + distractors}, one for each definition`, labels);
  }
  if (joins && lengths[0] < 3) throw wrong(CALLER, "lengths to be at least 3 with joinOperators", lengths[0]);
  if (teacher.order === "random" && !joins) {
    throw wrong(CALLER, 'joinOperators to be at least 1 for teacher.order "random"', joinOperators);
  }
}
