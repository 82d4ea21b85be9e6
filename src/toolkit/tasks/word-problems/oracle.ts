/** @file The oracle of the word problems: each line by its calculator marks, against the numbers of the story and of the lines before. */
import { checkMarks, equationHolds } from "../mathematics/calculator-marks.ts";
import { gsm8kAnswer } from "../mathematics/gsm8k.ts";
import { readNumber } from "../mathematics/number-answer.ts";
import type { StepJudgment } from "../task.ts";
import type { WordProblem } from "./problem.ts";

interface Line {
  /** numbers that its equations are made of */
  readonly uses: readonly number[];
  /** what they give */
  readonly gives: readonly number[];
  readonly holdsAlone: boolean;
  readonly isAnswer: boolean;
}

/**
 * One judgment a line. A line holds when its equations are right and made of numbers that the story or an earlier line gives; where
 * the answer is wrong, a line that it rests on must also give a quantity of the story, or its sentence is false though its equation
 * is true. A line is needed when the answer rests on what it gives.
 */
export function judgeLines(problem: WordProblem, lines: readonly string[]): StepJudgment[] {
  const read = lines.map(readLine);
  const answer = read.findLast(({ isAnswer }) => isAnswer)?.uses[0];
  const isRight = answer === problem.values.at(-1);
  const needed = restsOn(read, answer);
  const known = new Set([problem.start, ...problem.moves.map(({ number }) => number), problem.irrelevant]);
  return read.map((line, at): StepJudgment => {
    const foreign = line.uses.find((number) => !known.has(number));
    for (const number of line.gives) known.add(number);
    const isNeeded = needed.has(at);
    const error = errorOf(line, foreign, !isRight && isNeeded, problem);
    return error === undefined ? { holds: true, needed: isNeeded } : { holds: false, needed: isNeeded, error };
  });
}

function errorOf(
  line: Line,
  foreign: number | undefined,
  judged: boolean,
  { values }: WordProblem,
): string | undefined {
  if (!line.holdsAlone) return "the equation is wrong";
  if (foreign !== undefined) return `${foreign} stands neither in the story nor in a step before`;
  const offPlan = line.gives.find((number) => !values.includes(number));
  if (judged && offPlan !== undefined) return `${offPlan} is no quantity of the story`;
  return line.isAnswer && judged && line.uses[0] !== values.at(-1) ? "not what was asked for" : undefined;
}

/** Lines from which the answer follows, itself included: whoever last gave a number that a needed line uses. */
function restsOn(lines: readonly Line[], answer: number | undefined): Set<number> {
  const needed = new Set<number>();
  const wanted: [number: number, before: number][] = [];
  const last = lines.findLastIndex(({ isAnswer }) => isAnswer);
  if (last >= 0) needed.add(last);
  if (answer !== undefined) wanted.push([answer, last]);
  for (let next = wanted.pop(); next !== undefined; next = wanted.pop()) {
    const [number, before] = next;
    const giver = lines.slice(0, before).findLastIndex(({ gives }) => gives.includes(number));
    if (giver < 0 || needed.has(giver)) continue;
    needed.add(giver);
    for (const used of lines[giver]?.uses ?? []) wanted.push([used, giver]);
  }
  return needed;
}

function readLine(text: string): Line {
  if (text.includes("####")) {
    const given = readNumber(gsm8kAnswer(text) ?? "");
    return { uses: given === undefined ? [] : [given], gives: [], holdsAlone: given !== undefined, isAnswer: true };
  }
  const marks = checkMarks(text);
  const uses = marks.flatMap(({ equation }) => numbersIn(equation.slice(0, Math.max(0, equation.lastIndexOf("=")))));
  const gives = marks.flatMap(({ equation }) => numbersIn(equation.slice(equation.lastIndexOf("=") + 1)));
  return { uses, gives, holdsAlone: marks.every(({ equation }) => holdsExactly(equation)), isAnswer: false };
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+(?:\.\d+)?/g) ?? []).map(Number);
}

/** Whole numbers are stated, so none is rounded: 49 / 8 is not 6. A thousandfold leaves no room for rounding. */
function holdsExactly(equation: string): boolean {
  const at = equation.lastIndexOf("=");
  return (
    equationHolds(equation) &&
    equationHolds(`(${equation.slice(0, Math.max(0, at))})*1000=${1000 * Number(equation.slice(at + 1))}`)
  );
}
