/** @file A policy that follows a script and errs at known rates: the exact chance of a right answer is known from every prefix. */
import { requireWithin } from "../../core/argument-checks.ts";
import type { RandomStream } from "../../core/random-stream.ts";
import { END_ID } from "../vocabulary.ts";
import type { ChainArithmetic } from "./chain-arithmetic.ts";
import { answerOf, createNotation, type Notation, nameOf, readSteps } from "./notation.ts";
import { type ChainProblem, type Definition, otherValue } from "./problem.ts";
import { takes } from "./teacher.ts";

/** How the policy errs, each a chance in [0, 1]. */
export interface ScriptRates {
  /** a small step gives a wrong value, any other one */
  errorRate: number;
  /** two steps are taken as one */
  skipRate: number;
  /** such a step gives a wrong value, any other one */
  skippedErrorRate: number;
  /** the end token is left out: no answer is given */
  silenceRate: number;
}

export interface ScriptedPolicy {
  /** Goes on from a completion so far to the end; nothing when it has ended. */
  complete(problem: ChainProblem, completion: readonly number[], stream: RandomStream): number[];
  /** The chance that `complete` ends with the right answer, in [0, 1]: the q-value of the prefix, exactly. */
  exactValue(problem: ChainProblem, completion: readonly number[]): number;
}

/**
 * A policy for chain arithmetic that takes as true what the text states last, and computes on from there.
 *
 * @param task the operators' tables and the notation
 * @throws RangeError when a rate is no chance
 * @example
 * ```ts
 * const task = chainArithmetic({ seed: 7, operators: 48, modulus: 10, lengths: [1, 1] });
 * const policy = scriptedPolicy(task, { errorRate: 0.25, skipRate: 0, skippedErrorRate: 0, silenceRate: 0 });
 * policy.exactValue(task.problem("train", 0), []); // 0.75
 * ```
 */
export function scriptedPolicy(task: ChainArithmetic, rates: ScriptRates): ScriptedPolicy {
  requireScriptRates("scriptedPolicy", rates);
  const notation = createNotation(task.config);
  const ends = 1 - rates.silenceRate;

  function complete(problem: ChainProblem, completion: readonly number[], stream: RandomStream): number[] {
    if (completion.includes(END_ID)) return [];
    const tokens: number[] = [];
    const stated = statedIn(notation, problem, completion);
    for (;;) {
      const next = nextDefinition(problem, stated);
      if (next === undefined) break;
      const user = skippableInto(problem, stated, next);
      const skips = user !== undefined && stream.uniform() < rates.skipRate;
      const run = skips ? [next, user] : [next];
      const value = resultOf(task, problem, stated, run);
      const errs = stream.uniform() < (skips ? rates.skippedErrorRate : rates.errorRate);
      const written = errs ? otherValue(value, task.config.modulus, stream) : value;
      tokens.push(...run.map((definition) => nameOf(notation, problem, definition)), notation.values + written);
      stated.set(run[run.length - 1] as number, written);
    }
    if (stream.uniform() < ends) tokens.push(END_ID);
    return tokens;
  }

  function exactValue(problem: ChainProblem, completion: readonly number[]): number {
    if (completion.includes(END_ID)) return task.verifyAnswer(problem, completion) === "right" ? 1 : 0;
    const stated = statedIn(notation, problem, completion);
    if (nextDefinition(problem, stated) === undefined) {
      return answerOf(notation, [...completion, END_ID]) === problem.answer ? ends : 0;
    }
    return ends * chanceOfAnswer(problem, stated, new Map());
  }

  /** The recursion of the values, over what the rest of the script can still look at. */
  function chanceOfAnswer(problem: ChainProblem, before: Stated, known: Map<string, number>): number {
    const stated = stillNeeded(problem, before);
    const next = nextDefinition(problem, stated);
    if (next === undefined) return stated.get(problem.length - 1) === problem.answer ? 1 : 0;
    const key = [...stated].join(";");
    const found = known.get(key);
    if (found !== undefined) return found;
    const afterRun = (run: readonly number[], errorRate: number): number => {
      const right = resultOf(task, problem, stated, run);
      let chance = 0;
      for (let value = 0; value < task.config.modulus; value++) {
        const weight = value === right ? 1 - errorRate : errorRate / (task.config.modulus - 1);
        const after = new Map(stated).set(run[run.length - 1] as number, value);
        if (weight > 0) chance += weight * chanceOfAnswer(problem, after, known);
      }
      return chance;
    };
    const user = skippableInto(problem, stated, next);
    const skipRate = user === undefined ? 0 : rates.skipRate;
    let chance = 0;
    if (skipRate < 1) chance += (1 - skipRate) * afterRun([next], rates.errorRate);
    if (user !== undefined && skipRate > 0) chance += skipRate * afterRun([next, user], rates.skippedErrorRate);
    known.set(key, chance);
    return chance;
  }

  return { complete, exactValue };
}

/** Throws unless each rate is a chance. */
export function requireScriptRates(caller: string, rates: ScriptRates): void {
  for (const [name, rate] of Object.entries(rates)) requireWithin(caller, name, rate, 0, 1);
}

/** The value that the text gives last for each definition. */
type Stated = Map<number, number>;

function statedIn(notation: Notation, problem: ChainProblem, completion: readonly number[]): Stated {
  const byName = new Map(problem.definitions.map((_, at) => [nameOf(notation, problem, at), at]));
  const stated: Stated = new Map();
  for (const { names, value } of readSteps(notation, completion)) {
    const definition = byName.get(names[names.length - 1] as number);
    if (definition !== undefined && value !== undefined) stated.set(definition, value);
  }
  return stated;
}

/** The first definition on the way to the answer that is not stated and whose inputs are. */
function nextDefinition(problem: ChainProblem, stated: Stated, wanted = problem.length - 1): number | undefined {
  if (stated.has(wanted)) return undefined;
  for (const operand of (problem.definitions[wanted] as Definition).operands) {
    if ("value" in operand) continue;
    const next = nextDefinition(problem, stated, operand.definition);
    if (next !== undefined) return next;
  }
  return wanted;
}

/** The definition that can be computed together with `next`, when all else that it takes is stated. */
function skippableInto(problem: ChainProblem, stated: Stated, next: number): number | undefined {
  const user = problem.definitions.findIndex((definition, at) => at < problem.length && takes(definition, next));
  const ready = problem.definitions[user]?.operands.every(
    (operand) => "value" in operand || operand.definition === next || stated.has(operand.definition),
  );
  return ready === true ? user : undefined;
}

function resultOf(task: ChainArithmetic, problem: ChainProblem, stated: Stated, run: readonly number[]): number {
  let within = 0;
  for (const [k, definition] of run.entries()) {
    const { operator, operands } = problem.definitions[definition] as Definition;
    const inputs = operands.map((operand) => {
      if ("value" in operand) return operand.value;
      return operand.definition === run[k - 1] ? within : (stated.get(operand.definition) as number);
    });
    within = task.apply(operator, inputs);
  }
  return within;
}

/** What is stated and not yet used up: the values at which a walk down from the answer stops. */
function stillNeeded(problem: ChainProblem, stated: Stated): Stated {
  const kept: Stated = new Map();
  const visit = (definition: number): void => {
    const value = stated.get(definition);
    if (value !== undefined) kept.set(definition, value);
    else {
      for (const operand of (problem.definitions[definition] as Definition).operands) {
        if ("definition" in operand) visit(operand.definition);
      }
    }
  };
  visit(problem.length - 1);
  return kept;
}
