/** @file Chain problems: definitions one on top of another, whose last one is asked for, with distractors and cues. */
import type { RandomStream } from "../../core/random-stream.ts";
import { drawInSplit } from "../problem-split.ts";
import { randomSubset } from "../random-order.ts";
import type { Problem, Split } from "../task.ts";
import type { Operators } from "./operators.ts";
import type { ChainConfig } from "./options.ts";

/** What an operator takes: an earlier definition, or a value that the prompt states. */
export type Operand = { readonly definition: number } | { readonly value: number };

export interface Definition {
  readonly operator: number;
  readonly operands: readonly Operand[];
}

/** Definitions 0 to length - 1 are those that the answer needs, each after what it takes; the distractors follow. */
export interface ChainProblem extends Problem {
  readonly definitions: readonly Definition[];
  /** steps of the chain: the definition asked for is length - 1 */
  readonly length: number;
  /** true value of each definition */
  readonly values: readonly number[];
  readonly answer: number;
  /** the variable's name of each definition, empty when the prompt is the chain itself */
  readonly labels: readonly number[];
  /** the order in which the prompt gives the definitions */
  readonly textOrder: readonly number[];
  /** the cue's values: one for the answer, one for each definition, or none */
  readonly cues: readonly number[];
}

/**
 * Problem `index` of a split.
 *
 * @param stream of the problem alone
 * @param splitKey stream of the task's seed that says which problem belongs to which split
 */
export function drawProblem(
  config: ChainConfig,
  operators: Operators,
  splitKey: RandomStream,
  stream: RandomStream,
  split: Split,
  index: number,
): ChainProblem {
  const core = drawInSplit("chainArithmetic", splitKey, split, () => drawCore(config, operators, stream));
  const definitions = defineCore(core);
  const length = definitions.length;
  const taken = definitions.map(({ operator }) => operator);
  for (let extra = 0; extra < config.distractors; extra++) {
    definitions.push({
      operator: drawNew(operators, taken, stream),
      operands: [drawOperand(definitions.length, config.modulus, stream)],
    });
  }
  const values = evaluate(definitions, operators);
  const answer = values[length - 1] as number;
  const named = config.definitions !== "none";
  const labels = named ? randomSubset(config.labels, definitions.length, stream) : [];
  const inOrder = named ? dependencyOrder(definitions, stream) : [...definitions.keys()];
  const textOrder =
    config.definitions === "shuffled" ? randomSubset(definitions.length, definitions.length, stream) : inOrder;
  const cues = drawCues(config, split, values, answer, stream);
  return { id: nameCore(core, config), split, index, definitions, length, values, answer, labels, textOrder, cues };
}

/** What the answer rests on, and nothing else: labels, order, distractors and cues do not make another problem. */
interface Core {
  readonly chains: readonly Chain[];
  /** the operator that takes the ends of two chains */
  readonly join: number | undefined;
  /** all of it as numbers that another core does not have */
  readonly content: readonly number[];
}

/** A value and the operators that are applied to it one after another. */
interface Chain {
  readonly start: number;
  readonly operators: readonly number[];
}

function drawCore(config: ChainConfig, operators: Operators, stream: RandomStream): Core {
  const [fewest, most] = config.lengths;
  const length = fewest + stream.integer(most - fewest + 1);
  const taken: number[] = [];
  const drawChain = (steps: number): Chain => {
    const start = stream.integer(operators.modulus);
    const before = taken.length;
    for (let step = 0; step < steps; step++) drawNew(operators, taken, stream);
    return { start, operators: taken.slice(before) };
  };
  if (config.joinOperators === 0) {
    const chain = drawChain(length);
    return { chains: [chain], join: undefined, content: [chain.start, ...taken] };
  }
  const firstLength = 1 + stream.integer(length - 2);
  const first = drawChain(firstLength);
  const second = drawChain(length - 1 - firstLength);
  const join = config.operators + stream.integer(config.joinOperators);
  return { chains: [first, second], join, content: [firstLength, first.start, second.start, ...taken, join] };
}

function defineCore({ chains, join }: Core): Definition[] {
  const definitions: Definition[] = [];
  for (const { start, operators } of chains) {
    for (const [step, operator] of operators.entries()) {
      const operand: Operand = step === 0 ? { value: start } : { definition: definitions.length - 1 };
      definitions.push({ operator, operands: [operand] });
    }
  }
  const firstEnd = (chains[0]?.operators.length as number) - 1;
  if (join !== undefined) {
    definitions.push({ operator: join, operands: [{ definition: firstEnd }, { definition: definitions.length - 1 }] });
  }
  return definitions;
}

/** "3 f7 f12", or "3 f7 , 5 f1 g2" for two chains joined. */
function nameCore({ chains, join }: Core, { operators }: ChainConfig): string {
  const names = chains.map((chain) => [chain.start, ...chain.operators.map((operator) => `f${operator}`)].join(" "));
  return join === undefined ? (names[0] as string) : `${names.join(" , ")} g${join - operators}`;
}

/** No operator comes twice in a problem: so a step of a chain without variables says by its name which step it is. */
function drawNew(operators: Operators, taken: number[], stream: RandomStream): number {
  for (;;) {
    const operator = operators.draw(stream);
    if (taken.includes(operator)) continue;
    taken.push(operator);
    return operator;
  }
}

function drawOperand(definitions: number, modulus: number, stream: RandomStream): Operand {
  const drawn = stream.integer(2 * definitions);
  return drawn < definitions ? { definition: drawn } : { value: stream.integer(modulus) };
}

function evaluate(definitions: readonly Definition[], operators: Operators): number[] {
  const values: number[] = [];
  for (const { operator, operands } of definitions) {
    const inputs = operands.map((operand) =>
      "value" in operand ? operand.value : (values[operand.definition] as number),
    );
    values.push(operators.apply(operator, inputs));
  }
  return values;
}

/** A random order in which each definition comes after those that it takes. */
export function dependencyOrder(definitions: readonly Definition[], stream: RandomStream): number[] {
  const order: number[] = [];
  const waiting = new Set(definitions.keys());
  while (waiting.size > 0) {
    const ready = [...waiting].filter((at) =>
      definitions[at]?.operands.every((operand) => !waitsFor(operand, waiting)),
    );
    const next = ready[ready.length === 1 ? 0 : stream.integer(ready.length)] as number;
    waiting.delete(next);
    order.push(next);
  }
  return order;
}

function waitsFor(operand: Operand, waiting: ReadonlySet<number>): boolean {
  return "definition" in operand && waiting.has(operand.definition);
}

/** From a stream of its own: the problem is the same whatever its cue. */
function drawCues(
  { cue, modulus }: ChainConfig,
  split: Split,
  values: readonly number[],
  answer: number,
  stream: RandomStream,
): number[] {
  if (cue === undefined) return [];
  const own = stream.split("cue");
  const rate = cue.brokenIn.includes(split) ? 1 / modulus : cue.rate;
  const right = cue.place === "answer" ? [answer] : values;
  return right.map((value) => (own.uniform() < rate ? value : otherValue(value, modulus, own)));
}

/** Any value but the given one, each equally likely. */
export function otherValue(value: number, modulus: number, stream: RandomStream): number {
  return (value + 1 + stream.integer(modulus - 1)) % modulus;
}
