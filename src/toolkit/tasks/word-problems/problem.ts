/** @file A word problem: a story, its numbers and moves, and its text; drawn so that every number on the way is whole and none above the largest. */
import type { RandomStream } from "../../core/random-stream.ts";
import { drawInSplit } from "../problem-split.ts";
import { randomSubset } from "../random-order.ts";
import type { Problem, Split } from "../task.ts";
import type { WordProblemsConfig } from "./options.ts";
import { FAMILIES, type Family, filled, IRRELEVANT, type MoveKind, STORIES, type Story } from "./stories.ts";

/** One step of the story: what is done with which number. */
export interface Move {
  readonly kind: MoveKind;
  readonly number: number;
}

export interface WordProblem extends Problem {
  /** place in STORIES */
  readonly story: number;
  /** who has the quantity at the start and after each move */
  readonly people: readonly string[];
  readonly start: number;
  readonly moves: readonly Move[];
  /** the quantity at the start and after each move; the last is the answer */
  readonly values: readonly number[];
  readonly irrelevant: number | null;
  /** the question as it is asked */
  readonly text: string;
}

const HELD_OUT = 10;

/** The stories that no training problem tells, a function of the seed. */
export function heldOutStories(root: RandomStream): ReadonlySet<number> {
  return new Set(randomSubset(STORIES.length, HELD_OUT, root.split("held-out stories")));
}

export function operatorOf({ kind }: Move): string {
  return { times: "*", more: "+", fewer: "-", shared: "/" }[kind];
}

/** @param stream of the problem's split and index */
export function drawWordProblem(
  config: WordProblemsConfig,
  splitKey: RandomStream,
  stories: readonly number[],
  stream: RandomStream,
  place: { split: Split; index: number },
): WordProblem {
  const drawn = drawInSplit("wordProblems", splitKey, place.split, () => {
    const story = stories[stream.integer(stories.length)] ?? 0;
    const { start, moves, values } = drawNumbers(config, familyOf(story), stream);
    const content = [story, start, ...moves.flatMap(({ kind, number }) => [KINDS.indexOf(kind), number])];
    return { story, start, moves, values, content };
  });
  const { story, start, moves, values } = drawn;
  const names = randomSubset(config.names.length, moves.length + 1, stream).map((at) => config.names[at] ?? "");
  const people = names.map((name) => (familyOf(story).passesOn ? name : (names[0] ?? name)));
  const irrelevant = stream.uniform() < config.irrelevantRate ? 2 + stream.integer(97) : null;
  const id = `${story}: ${start}${moves.map((move) => ` ${operatorOf(move)} ${move.number}`).join("")}`;
  const told = { ...place, id, story, people, start, moves, values, irrelevant };
  return { ...told, text: tell(told, stream) };
}

export const KINDS: readonly MoveKind[] = ["times", "more", "fewer", "shared"];

export function familyOf(story: number): Family {
  return FAMILIES[(STORIES[story] as Story).family];
}

/** Draws until the numbers stay whole and in range; about one draw in three does. */
function drawNumbers({ steps: [fewest, most], largest }: WordProblemsConfig, family: Family, stream: RandomStream) {
  for (;;) {
    const count = fewest + stream.integer(most - fewest + 1);
    const start = 2 + stream.integer(family.passesOn ? 60 : 19);
    const moves: Move[] = [];
    const values = [start];
    while (moves.length < count) {
      const move = drawMove(kindOf(family, moves.length, count, stream), stream);
      moves.push(move);
      values.push(applied(values.at(-1) ?? 0, move));
    }
    if (values.every((value) => Number.isInteger(value) && value >= 1 && value <= largest))
      return { start, moves, values };
  }
}

/** With a number from 2 to 9 where it multiplies or divides, to 90 where it adds or takes away. */
export function drawMove(kind: MoveKind, stream: RandomStream): Move {
  return { kind, number: 2 + stream.integer(kind === "times" || kind === "shared" ? 8 : 89) };
}

/** Where a quantity stays with one person the first move makes it what is counted, and only the last may share it out. */
function kindOf(family: Family, at: number, count: number, stream: RandomStream): MoveKind {
  if (family.passesOn) return (["times", "more", "fewer"] as const)[stream.integer(3)] ?? "more";
  if (at === 0) return "times";
  if (at === count - 1 && stream.uniform() < 0.4) return "shared";
  return stream.uniform() < 0.5 ? "more" : "fewer";
}

/** What a move makes of a quantity; no whole number where it cannot be shared out. */
export function applied(value: number, { kind, number }: Move): number {
  return { times: value * number, more: value + number, fewer: value - number, shared: value / number }[kind];
}

/** The sentences of the story, each in one of its wordings, and the irrelevant one somewhere between them. */
function tell(problem: Omit<WordProblem, "text">, stream: RandomStream): string {
  const { story, people, start, moves, irrelevant } = problem;
  const { words } = STORIES[story] as Story;
  const family = familyOf(story);
  const say = (wordings: readonly string[], places: Readonly<Record<string, string | number>>) =>
    filled(wordings[stream.integer(wordings.length)] ?? "", { ...words, ...places });
  const sentences = [say(family.start, { a: people[0] ?? "", n: start })];
  for (const [at, { kind, number }] of moves.entries()) {
    sentences.push(say(family.moves[kind] ?? [], { a: people[at] ?? "", b: people[at + 1] ?? "", q: number }));
  }
  if (irrelevant !== null) {
    sentences.splice(1 + stream.integer(moves.length), 0, say(IRRELEVANT, { a: people[0] ?? "", q: irrelevant }));
  }
  const asked = moves.at(-1)?.kind === "shared" ? (family.questionShared ?? family.question) : family.question;
  return [...sentences, say(asked, { a: people.at(-1) ?? "" })].join(" ");
}
