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
  const definitions = [...core.definitions];
  const taken = new Set(definitions.map(({ operator }) => operator));
  for (let extra = 0; extra < config.distractors; extra++) {
    definitions.push({
      operator: drawNew(operators, taken, stream),
      operands: [drawOperand(definitions.length, config.modulus, stream)],
    });
  }
  const values = evaluate(definitions, operators);
  const length = core.definitions.length;
  const problem = { id: core.id, split, index, definitions, length, values, answer: values[length - 1] as number };
  const named = config.definitions !== "none";
  const labels = named ? randomSubset(config.labels, definitions.length, stream) : [];
  const inOrder = named ? dependencyOrder(definitions, stream) : [...definitions.keys()];
  const textOrder =
    config.definitions === "shuffled" ? randomSubset(definitions.length, definitions.length, stream) : inOrder;
  return { ...problem, labels, textOrder, cues: drawCues(config, problem, stream.split("cue")) };
}

interface Core {
  readonly id: string;
  readonly content: readonly number[];
  readonly definitions: readonly Definition[];
}

/** What the answer rests on, and nothing else: labels, order, distractors and cues do not make another problem. */
function drawCore(config: ChainConfig, operators: Operators, stream: RandomStream): Core {
  const [fewest, most] = config.lengths;
  const length = fewest + stream.integer(most - fewest + 1);
  const taken = new Set<number>();
  const definitions: Definition[] = [];
  if (config.joinOperators === 0) {
    const chain = addChain(definitions, length, operators, taken, stream);
    return { id: chain.map(nameOf(config)).join(" "), content: chain, definitions };
  }
  const firstLength = 1 + stream.integer(length - 2);
  const first = addChain(definitions, firstLength, operators, taken, stream);
  const second = addChain(definitions, length - 1 - firstLength, operators, taken, stream);
  const operator = config.operators + stream.integer(config.joinOperators);
  definitions.push({ operator, operands: [{ definition: firstLength - 1 }, { definition: length - 2 }] });
  const id = [first, second].map((chain) => chain.map(nameOf(config)).join(" ")).join(" , ");
  return {
    id: `${id} g${operator - config.operators}`,
    content: [firstLength, ...first, ...second, operator],
    definitions,
  };
}

/** Adds one chain and returns it as its start and its operators. */
function addChain(
  definitions: Definition[],
  length: number,
  operators: Operators,
  taken: Set<number>,
  stream: RandomStream,
): number[] {
  const start = stream.integer(operators.modulus);
  const chain = [start];
  for (let step = 0; step < length; step++) {
    const operator = drawNew(operators, taken, stream);
    const operand: Operand = step === 0 ? { value: start } : { definition: definitions.length - 1 };
    definitions.push({ operator, operands: [operand] });
    chain.push(operator);
  }
  return chain;
}

function nameOf(config: ChainConfig): (part: number, at: number) => string {
  return (part, at) => (at === 0 ? String(part % config.modulus) : `f${part}`);
}

/** No operator comes twice in a problem: so a step of a chain without variables says by its name which step it is. */
function drawNew(operators: Operators, taken: Set<number>, stream: RandomStream): number {
  for (;;) {
    const operator = operators.draw(stream);
    if (taken.has(operator)) continue;
    taken.add(operator);
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

function drawCues(
  { cue, modulus }: ChainConfig,
  problem: Pick<ChainProblem, "split" | "values" | "answer">,
  stream: RandomStream,
): number[] {
  if (cue === undefined) return [];
  const rate = cue.brokenIn.includes(problem.split) ? 1 / modulus : cue.rate;
  const right = cue.place === "answer" ? [problem.answer] : problem.values;
  return right.map((value) => (stream.uniform() < rate ? value : otherValue(value, modulus, stream)));
}

/** Any value but the given one, each equally likely. */
export function otherValue(value: number, modulus: number, stream: RandomStream): number {
  return (value + 1 + stream.integer(modulus - 1)) % modulus;
}
