/** @file The tasks' own problems as graphs of steps, plain data for exact theory: all that a policy may write, and what it is worth. */
import { wrong } from "../core/argument-checks.ts";
import type { ChainArithmetic } from "./chain-arithmetic/chain-arithmetic.ts";
import type { ChainProblem } from "./chain-arithmetic/problem.ts";
import { requireScriptRates, type ScriptRates } from "./chain-arithmetic/scripted-policy.ts";
import type { StarProblem } from "./star-graph/problem.ts";
import type { StarGraph } from "./star-graph/star-graph.ts";

/** States in an order in which every action leads further down the list. */
export interface ReasoningGraph {
  readonly states: readonly ReasoningState[];
  /** the problem: where a solution begins */
  readonly starts: readonly { readonly state: number; readonly probability: number }[];
}

export interface ReasoningState {
  readonly name: string;
  /** the steps that may follow; none where the solution has ended */
  readonly actions: readonly ReasoningAction[];
  /** 1 for an end that verifies, else 0 */
  readonly reward: number;
}

export interface ReasoningAction {
  readonly name: string;
  /** index of the state that the step leads to */
  readonly next: number;
  /** its chance; the chances of a state sum to 1 */
  readonly probability: number;
  /** what the step is an instance of: steps that share a name are learnt together */
  readonly features: readonly string[];
}

/**
 * A chain under a scripted policy. A state is how far the chain has come and the value stated last, so wrong values that a
 * table brings together meet again. Steps of one style share a feature, and so do the uses of one fact.
 *
 * @param task a chain without joined chains
 * @param rates how the policy errs
 * @returns (length * modulus + 1) states at most, and as many ends; the value of the start is the policy's exact value
 * @throws RangeError when the task joins chains or a rate is no chance
 */
export function chainReasoningGraph(task: ChainArithmetic, problem: ChainProblem, rates: ScriptRates): ReasoningGraph {
  requireScriptRates("chainReasoningGraph", rates);
  const { modulus, joinOperators } = task.config;
  if (joinOperators > 0) throw wrong("chainReasoningGraph", "a task without joinOperators", joinOperators);
  const [operand] = problem.definitions[0]?.operands ?? [];
  const start = operand !== undefined && "value" in operand ? operand.value : 0;
  const at = (done: number, value: number): number => (done === 0 ? 0 : 1 + (done - 1) * modulus + value);
  const ends = {
    right: 1 + problem.length * modulus,
    wrong: 2 + problem.length * modulus,
    silent: 3 + problem.length * modulus,
  };
  const operators = problem.definitions.slice(0, problem.length).map(({ operator }) => operator);
  const apply = (from: number, to: number, value: number): number =>
    operators.slice(from, to).reduce((input, operator) => task.apply(operator, [input]), value);

  /** The steps from `done` operators on to `done + taken`, one for each value that may be stated. */
  const stepsOf = (done: number, taken: 1 | 2, value: number, chance: number, errorRate: number): ReasoningAction[] => {
    const right = apply(done, done + taken, value);
    const names = operators.slice(done, done + taken).map((operator) => `f${operator}`);
    return Array.from({ length: modulus }, (_, stated): ReasoningAction => {
      const share = stated === right ? 1 - errorRate : errorRate / (modulus - 1);
      const features = [taken === 1 ? "small step" : "skipped step", `${names.join(" ")} ${value} -> ${stated}`];
      return {
        name: `${names.join(" ")} ${stated}`,
        next: at(done + taken, stated),
        probability: chance * share,
        features,
      };
    }).filter(({ probability }) => probability > 0);
  };

  const actionsOf = (done: number, value: number): ReasoningAction[] => {
    if (done === problem.length) {
      const stop = (next: number, name: string, probability: number) => ({ name, next, probability, features: [name] });
      const end = value === problem.answer ? ends.right : ends.wrong;
      const actions = [stop(end, "<end>", 1 - rates.silenceRate), stop(ends.silent, "silence", rates.silenceRate)];
      return actions.filter(({ probability }) => probability > 0);
    }
    const skips = done + 2 <= problem.length ? rates.skipRate : 0;
    const small = skips < 1 ? stepsOf(done, 1, value, 1 - skips, rates.errorRate) : [];
    return skips > 0 ? [...small, ...stepsOf(done, 2, value, skips, rates.skippedErrorRate)] : small;
  };

  const states: ReasoningState[] = [{ name: `${start}`, actions: actionsOf(0, start), reward: 0 }];
  for (let done = 1; done <= problem.length; done++) {
    for (let value = 0; value < modulus; value++) {
      states.push({ name: `${done} done, ${value}`, actions: actionsOf(done, value), reward: 0 });
    }
  }
  for (const [name, reward] of [
    ["right", 1],
    ["wrong", 0],
    ["silent", 0],
  ] as const) {
    states.push({ name, actions: [], reward });
  }
  return { states, starts: [{ state: 0, probability: 1 }] };
}

/**
 * A star graph under a policy that follows an arm once it has chosen one: the first node is the only choice.
 *
 * @param task forward: the arms part at the first step; reversed: there is one way
 * @param chances of each arm's first node, in the order of problem.arms, (degree); all equal by default
 * @throws RangeError when there is not a chance for each arm
 * @source Bachmann & Nagarajan 2024, arXiv:2403.06963, section 4
 */
export function starReasoningGraph(
  task: StarGraph,
  problem: StarProblem,
  chances: readonly number[] = problem.arms.map((_, __, arms) => 1 / arms.length),
): ReasoningGraph {
  if (chances.length !== problem.arms.length) {
    throw wrong("starReasoningGraph", `${problem.arms.length} chances, one for each arm`, chances.length);
  }
  const walks = task.config.target === "reversed" ? [task.path(problem)] : problem.arms;
  const states: { name: string; actions: ReasoningAction[]; reward: number }[] = [];
  const prompt = { name: `${problem.source}`, actions: [] as ReasoningAction[], reward: 0 };
  states.push(prompt);
  for (const [arm, walk] of walks.entries()) {
    let before = prompt;
    for (const [step, label] of walk.entries()) {
      const probability = step === 0 && walks.length > 1 ? (chances[arm] as number) : 1;
      const features = [step === 0 ? "first node" : "along an arm", `${before.name}>${label}`];
      before.actions.push({ name: `${label}`, next: states.length, probability, features });
      const last = step === walk.length - 1;
      before = { name: `${label}`, actions: [], reward: last && arm === 0 ? 1 : 0 };
      states.push(before);
    }
  }
  return { states, starts: [{ state: 0, probability: 1 }] };
}
