/** @file The teacher of chain arithmetic: always right at the end, in the style that the options ask for. */
import type { RandomStream } from "../../core/random-stream.ts";
import { END_ID } from "../vocabulary.ts";
import { type Notation, nameOf } from "./notation.ts";
import type { TeacherStyle } from "./options.ts";
import { type ChainProblem, type Definition, dependencyOrder, otherValue } from "./problem.ts";

/**
 * A completion whose answer is right: steps "name value" ("name name value" where one is skipped), then the end token.
 *
 * @param stream of this completion alone; moved on
 */
export function writeSolution(
  notation: Notation,
  problem: ChainProblem,
  style: TeacherStyle,
  modulus: number,
  stream: RandomStream,
): number[] {
  const { definitions, length, values } = problem;
  const needed = definitions.slice(0, length);
  const order = style.order === "random" ? dependencyOrder(needed, stream) : [...needed.keys()];
  const tokens: number[] = [];
  const written: (readonly number[])[] = [];
  const write = (run: readonly number[], value: number): void => {
    if (style.verbose) {
      for (const input of inputsOf(run, definitions, values)) tokens.push(notation.values + input);
    }
    for (const definition of run) tokens.push(nameOf(notation, problem, definition));
    tokens.push(notation.values + value);
    written.push(run);
  };
  for (let at = 0; at < order.length; ) {
    const run = nextRun(order, at, definitions, style, stream);
    at += run.length;
    const value = values[resultOf(run)] as number;
    const last = at === order.length;
    const misleads = !last && stream.uniform() < style.harmfulRate;
    write(run, misleads ? otherValue(value, modulus, stream) : value);
    if (last || stream.uniform() >= style.uselessRate) continue;
    const useless = drawUseless(problem, written, stream);
    write(useless, values[resultOf(useless)] as number);
  }
  tokens.push(END_ID);
  return tokens;
}

/** One definition, or two when the first is skipped; only a definition that the next one takes can be. */
function nextRun(
  order: readonly number[],
  at: number,
  definitions: readonly Definition[],
  style: TeacherStyle,
  stream: RandomStream,
): number[] {
  const first = order[at] as number;
  const next = order[at + 1];
  const skips = next !== undefined && takes(definitions[next], first) && stream.uniform() < style.skipRate;
  return skips ? [first, next] : [first];
}

/** Whether a definition has another one among its operands. */
export function takes(definition: Definition | undefined, other: number): boolean {
  return definition?.operands.some((operand) => "definition" in operand && operand.definition === other) ?? false;
}

/** The true values that a run of definitions takes from outside itself, in the order of the operands. */
function inputsOf(run: readonly number[], definitions: readonly Definition[], values: readonly number[]): number[] {
  return run.flatMap((definition) =>
    (definitions[definition] as Definition).operands.flatMap((operand) => {
      if ("value" in operand) return [operand.value];
      return run.includes(operand.definition) ? [] : [values[operand.definition] as number];
    }),
  );
}

/**
 * A true step that the answer does not need: a distractor whose operand is known, or else one of the steps written
 * already over again.
 */
function drawUseless(
  { definitions, length }: ChainProblem,
  written: readonly (readonly number[])[],
  stream: RandomStream,
): readonly number[] {
  const stated = written.map(resultOf);
  const distractors = [...definitions.keys()].slice(length).filter((at) => {
    const known = definitions[at]?.operands.every(
      (operand) => "value" in operand || stated.includes(operand.definition),
    );
    return known === true && !stated.includes(at);
  });
  const choices = distractors.length > 0 ? distractors.map((at) => [at]) : written;
  return choices[stream.integer(choices.length)] as readonly number[];
}

/** The definition whose value a step gives: the last one that it names. */
function resultOf(run: readonly number[]): number {
  return run[run.length - 1] as number;
}
