/** @file The oracle of chain arithmetic: for each step, whether it holds and whether the answer rests on it. */
import type { StepJudgment } from "../task.ts";
import { END_ID } from "../vocabulary.ts";
import { type Notation, nameOf, readSteps, type WrittenStep } from "./notation.ts";
import type { Operators } from "./operators.ts";
import type { ChainProblem, Definition, Operand } from "./problem.ts";
import { takes } from "./teacher.ts";

/**
 * - unreadable: not "operand ... name ... value"
 * - unknown name: the prompt has no such operator or variable
 * - order: an input is not stated yet, or the names do not follow from one another
 * - operand: a quoted operand is not what was stated
 * - value: a wrong value in a small step
 * - skipped value: a wrong value in a step that names several
 */
export type ChainError = "unreadable" | "unknown name" | "order" | "operand" | "value" | "skipped value";

/**
 * One judgment a step. A step is measured by what stands in the text: after a wrong value, a step that goes on rightly
 * from it holds. So does a step whose value is the true one, whatever was stated before.
 *
 * @returns `needed` is traced back from the last step when the completion ends; without an end no step is needed
 */
export function judgeSteps(
  notation: Notation,
  operators: Operators,
  problem: ChainProblem,
  completion: readonly number[],
): StepJudgment[] {
  const byName = new Map(problem.definitions.map((_, at) => [nameOf(notation, problem, at), at]));
  const stated = new Map<number, Statement>();
  const read = readSteps(notation, completion).map((written, step) => {
    const reading = readStep(written, byName, stated, problem, operators);
    if (reading.result !== undefined) {
      stated.set(reading.result, { value: written.value as number, step });
    }
    return reading;
  });
  const needed = new Set<number>();
  if (completion[completion.length - 1] === END_ID) needed.add(read.length - 1);
  for (let step = read.length - 1; step >= 0; step--) {
    if (needed.has(step)) for (const source of read[step]?.restsOn ?? []) needed.add(source);
  }
  return read.map(({ error }, step) => {
    const judgment = { holds: error === undefined, needed: needed.has(step) };
    return error === undefined ? judgment : { ...judgment, error };
  });
}

interface Statement {
  readonly value: number;
  readonly step: number;
}

interface Reading {
  readonly error?: ChainError;
  /** the definition whose value is now stated */
  readonly result?: number;
  /** the steps from which the value follows */
  readonly restsOn: readonly number[];
}

function readStep(
  { operands, names, value }: WrittenStep,
  byName: ReadonlyMap<number, number>,
  stated: ReadonlyMap<number, Statement>,
  { definitions, values }: ChainProblem,
  operators: Operators,
): Reading {
  if (names.length === 0 || value === undefined) return { error: "unreadable", restsOn: [] };
  const run = names.map((name) => byName.get(name));
  const result = run[run.length - 1];
  if (!run.every((at) => at !== undefined) || result === undefined) return { error: "unknown name", restsOn: [] };
  const inSequence = run.every((at, k) => k === 0 || takes(definitions[at], run[k - 1] as number));
  const inputs: Input[] = [];
  let within: Input | undefined;
  for (const [k, at] of run.entries()) {
    const { operator, operands: taken } = definitions[at] as Definition;
    const own = taken.map((operand) => inputOf(operand, run[k - 1], within, stated, values));
    if (!own.every((input) => input !== undefined)) return { error: "order", result, restsOn: [] };
    inputs.push(...own.filter((input) => input !== within));
    const value = operators.apply(
      operator,
      own.map((input) => input.value),
    );
    within = { value, truth: values[at] as number, step: NO_STEP };
  }
  if (!inSequence) return { error: "order", result, restsOn: [] };
  const quotes = (of: (input: Input) => number): boolean =>
    operands.length === 0 || operands.join() === inputs.map(of).join();
  if (!quotes((input) => input.value) && !quotes((input) => input.truth))
    return { error: "operand", result, restsOn: [] };
  if (within?.value === value)
    return { result, restsOn: inputs.map(({ step }) => step).filter((step) => step !== NO_STEP) };
  if (values[result] === value) return { result, restsOn: [] };
  return { error: run.length > 1 ? "skipped value" : "value", result, restsOn: [] };
}

/** What a definition takes: its value as the text has it, its true value, and the step that states it. */
interface Input extends Statement {
  readonly truth: number;
}

const NO_STEP = -1; // the value stands in the prompt, or was found within the step

function inputOf(
  operand: Operand,
  before: number | undefined,
  within: Input | undefined,
  stated: ReadonlyMap<number, Statement>,
  values: readonly number[],
): Input | undefined {
  if ("value" in operand) return { value: operand.value, truth: operand.value, step: NO_STEP };
  if (operand.definition === before) return within;
  const statement = stated.get(operand.definition);
  return statement && { ...statement, truth: values[operand.definition] as number };
}
