/** @file The notation of the star graph, and what is known of each node of a path. */
import { wrong } from "../../core/argument-checks.ts";
import type { StepJudgment, StepSpan } from "../task.ts";
import { END_ID, PAD_AND_END, type Vocabulary } from "../vocabulary.ts";
import type { StarProblem } from "./problem.ts";

export interface StarNotation {
  readonly vocabulary: Vocabulary;
  /** the id of label 0 */
  readonly labels: number;
}

const MARKS = ["|", "/", "="] as const;
const [BAR, SLASH, EQUALS] = MARKS.map((_, at) => PAD_AND_END.length + at) as [number, number, number];

/** Tokens are labels and the marks | / =; a comma stands between two labels in the text and is no token. */
export function createStarNotation(labels: number): StarNotation {
  const first = PAD_AND_END.length + MARKS.length;
  const size = first + labels;
  const marks: readonly string[] = [...PAD_AND_END, ...MARKS];
  const idOf = (piece: string): number => {
    const mark = marks.indexOf(piece);
    const id = mark >= 0 ? mark : first + Number(piece);
    const known = mark >= 0 || (/^(0|[1-9]\d*)$/.test(piece) && id < size);
    if (!known) throw wrong("encode", `text to be labels below ${labels} and the marks | / =`, piece);
    return id;
  };
  const encode = (text: string): number[] => {
    const pieces = text.match(/<pad>|<end>|[|/=]|[^|/=,<]+|[,<]/g) ?? [];
    return pieces.flatMap((piece, at) => {
      if (piece !== ",") return [idOf(piece)];
      const between = [pieces[at - 1], pieces[at + 1]].every((side) => /^\d+$/.test(side ?? ""));
      if (!between) throw wrong("encode", "each comma to stand between two labels", text);
      return [];
    });
  };
  const decode = (ids: readonly number[]): string =>
    ids
      .map((id, at) => {
        const known = Number.isInteger(id) && id >= 0 && id < size;
        if (!known) throw wrong("decode", `ids to be integers in [0, ${size - 1}]`, id);
        if (id < first) return marks[id] as string;
        return `${at > 0 && (ids[at - 1] as number) >= first ? "," : ""}${id - first}`;
      })
      .join("");
  return { vocabulary: { size, padId: 0, endId: END_ID, encode, decode }, labels: first };
}

/** "u,v|...|u,v/s,g=". */
export function starPrompt({ labels }: StarNotation, { edges, source, arms }: StarProblem): number[] {
  const tokens = edges.flatMap(([from, to]) => [labels + from, labels + to, BAR]);
  const goal = arms[0]?.at(-1) as number;
  return [...tokens.slice(0, -1), SLASH, labels + source, labels + goal, EQUALS];
}

/** A node a step; the end token belongs to the last node. */
export function spansOf(completion: readonly number[]): StepSpan[] {
  const nodes = Math.max(Math.min(1, completion.length), completion.length - (completion.at(-1) === END_ID ? 1 : 0));
  return Array.from({ length: nodes }, (_, at) => {
    return { start: at, end: at === nodes - 1 ? completion.length : at + 1 };
  });
}

/**
 * - no label: a token that names no node
 * - no edge: the graph does not lead there from the step before
 * - wrong arm: there is an edge, into an arm without the goal
 * - past the end: the path had reached its last node
 * - stopped early: it ends before its last node
 */
export type StarError = "no label" | "no edge" | "wrong arm" | "past the end" | "stopped early";

/**
 * One judgment a node. Within a wrong arm, a node that follows by an edge holds: the fault is the first node's alone.
 * All nodes of an answer are needed.
 */
export function judgePath(
  { labels }: StarNotation,
  { armLength, target }: { armLength: number; target: "forward" | "reversed" },
  { source, arms }: StarProblem,
  completion: readonly number[],
): StepJudgment[] {
  const reversed = target === "reversed";
  const goal = arms[0]?.at(-1) as number;
  const next = new Map<number, readonly number[]>(); // where one may go from each node, the right way first
  const lead = (from: number, to: number): void => {
    next.set(from, [...(next.get(from) ?? []), to]);
  };
  for (const arm of arms) {
    const walk = reversed ? [...arm].reverse() : [source, ...arm];
    for (const [at, label] of walk.entries()) if (at > 0) lead(walk[at - 1] as number, label);
  }
  const ended = completion.at(-1) === END_ID;
  let before: number | undefined = reversed ? undefined : source;
  return spansOf(completion).map(({ start, end }, step): StepJudgment => {
    const here = (completion[start] as number) - labels;
    const choices: readonly number[] = before === undefined ? [goal] : (next.get(before) ?? []);
    const stops = ended && end === completion.length && step < armLength - 1;
    before = here;
    const fault = (error: StarError): StepJudgment => ({ holds: false, needed: ended, error });
    if (here < 0) return fault(completion[start] === END_ID ? "stopped early" : "no label");
    if (step >= armLength) return fault("past the end");
    if (!choices.includes(here)) return fault("no edge");
    if (choices.length > 1 && here !== choices[0]) return fault("wrong arm");
    return stops ? fault("stopped early") : { holds: true, needed: ended };
  });
}
