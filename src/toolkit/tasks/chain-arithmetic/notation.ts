/** @file The notation of chain arithmetic: its vocabulary, how a prompt is written, and how steps are parted and read. */
import type { StepSpan } from "../task.ts";
import { END_ID, PAD_AND_END, type Vocabulary, wordVocabulary } from "../vocabulary.ts";
import type { ChainConfig } from "./options.ts";
import type { ChainProblem } from "./problem.ts";

/** Ids of the kinds of words; values, operators and labels are ranges that begin where it says. */
export interface Notation {
  readonly vocabulary: Vocabulary;
  /** the id of value 0 */
  readonly values: number;
  /** the id of operator 0, which is the end of the values */
  readonly operators: number;
  /** the id of label 0 */
  readonly labels: number;
}

const MARKS = [":", "=", ";", "?", "~"] as const;
const [COLON, EQUALS, SEMICOLON, QUESTION, CUE] = MARKS.map((_, at) => PAD_AND_END.length + at) as [
  number,
  number,
  number,
  number,
  number,
];

/** The words: marks, values 0 ..., operators f0 ..., joining operators g0 ..., labels x0 ... */
export function createNotation({ modulus, operators, joinOperators, labels }: ChainConfig): Notation {
  const numbered = (count: number, letter: string) => Array.from({ length: count }, (_, at) => `${letter}${at}`);
  const words = [
    ...MARKS,
    ...numbered(modulus, ""),
    ...numbered(operators, "f"),
    ...numbered(joinOperators, "g"),
    ...numbered(labels, "x"),
  ];
  const values = PAD_AND_END.length + MARKS.length;
  const firstOperator = values + modulus;
  return {
    vocabulary: wordVocabulary(words),
    values,
    operators: firstOperator,
    labels: firstOperator + operators + joinOperators,
  };
}

/**
 * "3 f7 f12 :" for the chain f12(f7(3)); with definitions "x4 = f7 3 ; x2 = f12 x4 ; ? x2 :". A cue is "~ value", after
 * each operator's operands or before the colon.
 */
export function writePrompt(notation: Notation, problem: ChainProblem): number[] {
  const { definitions, textOrder, labels, cues, length } = problem;
  const cueOfSteps = cues.length > 1 || (cues.length === 1 && definitions.length === 1);
  const tokens: number[] = [];
  const addCue = (at: number): void => {
    const cue = cues[at];
    if (cue !== undefined) tokens.push(CUE, notation.values + cue);
  };
  const named = labels.length > 0;
  const first = definitions[0]?.operands[0];
  if (!named && first !== undefined && "value" in first) tokens.push(notation.values + first.value);
  for (const at of textOrder) {
    const { operator, operands } = definitions[at] as ChainProblem["definitions"][number];
    if (named) tokens.push(nameOf(notation, problem, at), EQUALS);
    tokens.push(notation.operators + operator);
    if (named) {
      for (const operand of operands) {
        tokens.push(
          "value" in operand ? notation.values + operand.value : nameOf(notation, problem, operand.definition),
        );
      }
    }
    if (cueOfSteps) addCue(at);
    if (named) tokens.push(SEMICOLON);
  }
  if (named) tokens.push(QUESTION, nameOf(notation, problem, length - 1));
  if (!cueOfSteps) addCue(0);
  tokens.push(COLON);
  return tokens;
}

/** What a step calls a definition: its variable, or in a bare chain its operator. */
export function nameOf(notation: Notation, problem: ChainProblem, definition: number): number {
  const label = problem.labels[definition];
  if (label !== undefined) return notation.labels + label;
  return notation.operators + (problem.definitions[definition]?.operator as number);
}

/** A step as it is written: "operand ... name ... value"; the last named thing has the value. */
export interface WrittenStep {
  readonly span: StepSpan;
  /** values before the first name */
  readonly operands: readonly number[];
  /** token ids of the names */
  readonly names: readonly number[];
  /** undefined when the step does not end with one */
  readonly value: number | undefined;
}

/**
 * Parts a completion after each value that follows a name. What stands at its end without such a value is a step too,
 * one that cannot be read; the end token alone after a step belongs to that step.
 */
export function readSteps(notation: Notation, completion: readonly number[]): WrittenStep[] {
  const steps: WrittenStep[] = [];
  let start = 0;
  let operands: number[] = [];
  let names: number[] = [];
  let readable = true;
  const close = (end: number, value: number | undefined): void => {
    steps.push({ span: { start, end }, operands, names, value });
    start = end;
    operands = [];
    names = [];
    readable = true;
  };
  completion.forEach((token, at) => {
    if (token >= notation.operators) names.push(token);
    else if (token < notation.values) readable = false;
    else if (names.length === 0) operands.push(token - notation.values);
    else {
      const stopsHere = completion[at + 1] === END_ID && at + 2 === completion.length;
      close(stopsHere ? at + 2 : at + 1, readable ? token - notation.values : undefined);
    }
  });
  if (start < completion.length) close(completion.length, undefined);
  return steps;
}

/** The value before the end token, or undefined when the completion does not end with a value. */
export function answerOf(notation: Notation, completion: readonly number[]): number | undefined {
  const end = completion.indexOf(END_ID);
  const token = end > 0 ? (completion[end - 1] as number) : -1;
  return token >= notation.values && token < notation.operators ? token - notation.values : undefined;
}
