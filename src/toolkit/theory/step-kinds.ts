/** @file Reasoning problems made of kinds of steps: critical, recoverable, free, and spurious ones that are useless or harmful. */
import { requireCount, requireOneOf, requireWithin, wrong } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import type { StepAction, StepGraph, StepState } from "./step-graph.ts";

/**
 * A place in a solution where a step is written.
 *
 * critical: right with chance `right`, else a blunder that nothing repairs.
 * recoverable: right with chance `right`, else a slip; each later step repairs it with chance `repair`.
 * free: `ways` wordings, all as good; their advantages are 0.
 * spurious: a step that need not be there, written at `rate`; it divides the odds of every later right step by 1 + `harm`
 * (harm 0: useless, advantage 0).
 */
export type StepKind =
  | { readonly kind: "critical"; readonly right: number }
  | { readonly kind: "recoverable"; readonly right: number; readonly repair: number }
  | { readonly kind: "free"; readonly ways: number }
  | { readonly kind: "spurious"; readonly rate: number; readonly harm: number };

/** How a solution stands: a slip can be repaired, a distraction makes right steps rarer, a lost solution is written to its wrong end. */
interface Condition {
  readonly slipped: number; // chance of repair at each later step; 0 when nothing is to repair
  readonly harm: number;
  readonly lost: boolean;
}

/**
 * The layered graph of a problem: solutions that stand alike after the same number of steps share a state.
 *
 * @param kinds the places of a solution, in order
 * @returns a graph of one problem; features name the kind and the choice, so equal kinds are confusable when shared
 * @throws RangeError or TypeError when a chance, a rate or a count is out of range
 * @example stepKindGraph([{ kind: "critical", right: 0.5 }]).states.length // => 3
 */
export function stepKindGraph(kinds: readonly StepKind[]): StepGraph {
  if (kinds.length === 0) throw wrong("stepKindGraph", "at least one step", kinds);
  for (const kind of kinds) requireKind(kind);
  const layers: Condition[][] = [[{ slipped: 0, harm: 0, lost: false }]];
  for (const [place, kind] of kinds.entries()) {
    const reached = (layers[place] ?? []).flatMap((condition) => choicesAt(kind, condition).map(({ after }) => after));
    const isEnd = place === kinds.length - 1;
    layers.push(
      distinct(
        isEnd ? reached.map(({ slipped, lost }) => ({ slipped: 0, harm: 0, lost: lost || slipped > 0 })) : reached,
      ),
    );
  }
  const offsets = layers.map((_, layer) => layers.slice(0, layer).reduce((sum, { length }) => sum + length, 0));
  const states = layers.flatMap((layer, place): StepState[] =>
    layer.map((condition) => {
      const name = nameOf(place, condition);
      const kind = kinds[place];
      if (kind === undefined) return { name, actions: [], reward: condition.lost ? 0 : 1 };
      const actions = choicesAt(kind, condition).map(({ name: choice, probability, after }): StepAction => {
        const target =
          place === kinds.length - 1 ? { slipped: 0, harm: 0, lost: after.lost || after.slipped > 0 } : after;
        const index = (layers[place + 1] ?? []).findIndex((other) => same(other, target));
        return {
          name: choice,
          probability,
          next: (offsets[place + 1] ?? 0) + index,
          features: [`${kind.kind}: ${choice}`],
        };
      });
      return { name, actions, reward: 0 };
    }),
  );
  return { states, starts: [{ state: 0, probability: 1 }] };
}

/** What may be drawn for a random problem. */
export interface RandomKindsOptions {
  /** steps of a solution, a count >= 1 */
  steps: number;
  /** kinds to draw from, each as likely; default all */
  kinds?: readonly StepKind["kind"][];
}

/**
 * A random problem: a random kind at each place, with random chances.
 *
 * @param stream where the randomness comes from
 * @param options steps and kinds
 * @returns kinds of steps, to be made a graph by stepKindGraph
 * @throws RangeError when the count of steps is out of range
 */
export function randomStepKinds(stream: RandomStream, options: RandomKindsOptions): StepKind[] {
  const { steps, kinds = ["critical", "recoverable", "free", "spurious"] } = options;
  requireCount("randomStepKinds", "steps", steps, 1, 100);
  const chance = () => 0.05 + 0.9 * stream.uniform();
  return Array.from({ length: steps }, (): StepKind => {
    const kind = kinds[stream.integer(kinds.length)] ?? "critical";
    if (kind === "critical") return { kind, right: chance() };
    if (kind === "recoverable") return { kind, right: chance(), repair: chance() };
    if (kind === "free") return { kind, ways: 2 + stream.integer(2) };
    return { kind, rate: chance(), harm: stream.integer(2) === 0 ? 0 : 3 * chance() };
  });
}

/** A step that may be written, and how the solution stands after it. */
interface Choice {
  readonly name: string;
  readonly probability: number;
  readonly after: Condition;
}

function choicesAt(kind: StepKind, condition: Condition): Choice[] {
  const writesOn = kind.kind === "free" || kind.kind === "spurious"; // a lost solution is written like any other, in vain
  if (condition.lost && !writesOn) return [{ name: "carry on", probability: 1, after: condition }];
  if (condition.slipped > 0) {
    const { slipped } = condition;
    const repaired = { name: "repair", probability: slipped, after: { ...condition, slipped: 0 } };
    return [repaired, { name: "carry on", probability: 1 - slipped, after: condition }];
  }
  if (kind.kind === "free") {
    const wording = (way: number): Choice => ({
      name: `wording ${way + 1}`,
      probability: 1 / kind.ways,
      after: condition,
    });
    return Array.from({ length: kind.ways }, (_, way) => wording(way));
  }
  if (kind.kind === "spurious") {
    const after = { ...condition, harm: Math.max(condition.harm, kind.harm) };
    const plain = { name: "plain", probability: 1 - kind.rate, after: condition };
    return [plain, { name: kind.harm === 0 ? "useless" : "harmful", probability: kind.rate, after }];
  }
  const odds = kind.right / (1 - kind.right) / (1 + condition.harm);
  const right = kind.right === 1 ? 1 : odds / (1 + odds);
  const standing = kind.kind === "critical" ? { ...condition, lost: true } : { ...condition, slipped: kind.repair };
  const mistake = { name: kind.kind === "critical" ? "blunder" : "slip", probability: 1 - right, after: standing };
  return [{ name: "right", probability: right, after: condition }, mistake];
}

function requireKind(kind: StepKind): void {
  requireOneOf("stepKindGraph", "a step's kind", kind.kind, ["critical", "recoverable", "free", "spurious"]);
  if (kind.kind === "free") requireCount("stepKindGraph", "ways", kind.ways, 1, 100);
  if (kind.kind === "critical" || kind.kind === "recoverable")
    requireWithin("stepKindGraph", "right", kind.right, 0, 1);
  if (kind.kind === "recoverable") requireWithin("stepKindGraph", "repair", kind.repair, 0, 1);
  if (kind.kind === "spurious") {
    requireWithin("stepKindGraph", "rate", kind.rate, 0, 1);
    requireWithin("stepKindGraph", "harm", kind.harm, 0, Number.MAX_VALUE);
  }
}

function nameOf(place: number, { slipped, harm, lost }: Condition): string {
  const standing = lost ? "lost" : slipped > 0 ? "slipped" : "on track";
  return `${place}: ${standing}${harm > 0 && !lost ? ", distracted" : ""}`;
}

function same(one: Condition, other: Condition): boolean {
  return one.lost === other.lost && (one.lost || (one.slipped === other.slipped && one.harm === other.harm));
}

function distinct(conditions: readonly Condition[]): Condition[] {
  return conditions.filter((condition, index) => conditions.findIndex((other) => same(condition, other)) === index);
}
