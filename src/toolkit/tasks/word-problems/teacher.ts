/** @file The teacher of the word problems: solutions in sentences with calculator marks, in small steps, terse, with useless or lucky ones. */
import type { RandomStream } from "../../core/random-stream.ts";
import type { WordTeacherStyle } from "./options.ts";
import { familyOf, operatorOf, type WordProblem } from "./problem.ts";
import { filled, STORIES, type Story, USELESS } from "./stories.ts";

/** @returns lines, the last "#### answer" */
export function writeSolution(problem: WordProblem, style: WordTeacherStyle, stream: RandomStream): string {
  const lucky = problem.moves.length > 1 && stream.uniform() < style.luckyRate ? drawSlip(problem, stream) : null;
  const lines: string[] = [];
  for (let at = 0; at < problem.moves.length; ) {
    const joins = lucky === null && at + 1 < problem.moves.length && stream.uniform() < style.terseRate;
    const last = joins ? at + 1 : at;
    lines.push(sentence(problem, at, last, lucky, stream));
    at = last + 1;
  }
  const useless = stream.uniform() < style.uselessRate ? uselessProduct(problem) : null;
  if (useless !== null) lines.splice(stream.integer(lines.length), 0, useless);
  return [...lines, `#### ${problem.values.at(-1)}`].join("\n");
}

/** After which move a wrong number stands, and which: the next line goes on from it and ends right all the same. */
interface Slip {
  readonly after: number;
  readonly number: number;
}

function drawSlip({ values, moves }: WordProblem, stream: RandomStream): Slip {
  const after = stream.integer(moves.length - 1);
  return { after, number: (values[after + 1] ?? 0) + 1 + stream.integer(5) };
}

/** The line of the moves `first` to `last`, one or two of them. */
function sentence(problem: WordProblem, first: number, last: number, slip: Slip | null, stream: RandomStream): string {
  const { story, moves, values, people } = problem;
  const stated = (at: number): number => (slip !== null && at === slip.after + 1 ? slip.number : (values[at] ?? 0));
  const steps = moves.slice(first, last + 1).map((move) => ({ move, sign: operatorOf(move) }));
  const product = steps.map(({ sign }) => sign).join("");
  const inner = `${stated(first)} ${steps[0]?.sign} ${steps[0]?.move.number}`;
  const joined = /^[-+][*/]$/.test(product) ? `(${inner})` : inner; // a sum before a product is taken first
  const expression = steps.length === 1 ? inner : `${joined} ${steps[1]?.sign} ${steps[1]?.move.number}`;
  const kind = moves[last]?.kind ?? "more";
  const wordings = familyOf(story).solution[kind] ?? [];
  const places = { a: people[last] ?? "", b: people[last + 1] ?? "", sum: marked(expression, stated(last + 1)) };
  const { words } = STORIES[story] as Story;
  return filled(wordings[stream.integer(wordings.length)] ?? "", { ...words, ...places });
}

/** "3 * 4 = <<3*4=12>>12". */
export function marked(expression: string, value: number): string {
  return `${expression} = <<${expression.replaceAll(" ", "")}=${value}>>${value}`;
}

/** Two numbers of the story multiplied, true and in no way to the answer; null where every product of two is one of its quantities. */
function uselessProduct({ start, moves, irrelevant, values }: WordProblem): string | null {
  const given = [irrelevant ?? start, ...moves.map(({ number }) => number), start];
  const pairs = given.flatMap((one, at) => given.slice(at + 1).map((other) => [one, other] as const));
  const fit = pairs.find(([one, other]) => one * other <= 999 && ![...values, ...given].includes(one * other));
  return fit === undefined ? null : filled(USELESS, { sum: marked(`${fit[0]} * ${fit[1]}`, fit[0] * fit[1]) });
}
