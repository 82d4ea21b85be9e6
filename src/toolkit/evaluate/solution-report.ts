/** @file What is wrong with a policy's solutions, by the task's oracle: wrong steps, spurious steps, and the kinds of errors. */
import { problemOf, type Solution } from "../rollout/index.ts";
import type { Problem, StepJudgment, Task, Verdict } from "../tasks/index.ts";
import { type Accuracy, accuracy } from "./accuracy.ts";
import { type Part, type Rate, rateOf } from "./rate.ts";
import { requireSolutions, requireTask } from "./solution-checks.ts";

/** Shares of steps are over all steps of the solutions they speak of. */
export interface SolutionReport {
  answers: Accuracy;
  /** right answer, and every step holds; a share of the solutions */
  process: Rate;
  /** steps that do not hold, in all solutions */
  wrongSteps: Rate;
  /** steps that hold but that the answer does not rest on, in solutions that end */
  uselessSteps: Rate;
  /** steps that do not hold or are not needed, in solutions with a right answer: what rejection sampling lets through */
  spuriousSteps: Rate;
  /**
   * the first error of each solution that is not right: the oracle's word for its first step that does not hold, "answer"
   * when every step holds and the answer is wrong all the same, "unanswered" when there is none
   */
  errorKinds: Record<string, number>;
}

/**
 * @param task with an oracle
 * @param solutions one a problem or several
 * @param level nominal coverage of the intervals, in (0, 1)
 * @throws TypeError for a task without an oracle, RangeError for no solution or one of another task
 */
export function reportSolutions<P extends Problem>(
  task: Task<P> & Required<Pick<Task<P>, "oracle">>,
  solutions: readonly Solution[],
  level = 0.95,
): SolutionReport {
  requireTask("reportSolutions", task, ["problem", "verifyAnswer", "verifyProcess", "oracle"]);
  requireSolutions("reportSolutions", solutions);
  const judged = solutions.map((solution) => {
    const problem = problemOf(task, solution);
    const { completion } = solution;
    const verdict = task.verifyAnswer(problem, completion);
    return { verdict, process: task.verifyProcess(problem, completion), steps: task.oracle(problem, completion) };
  });
  const rate = (part: (judgment: Judged) => Part): Rate => rateOf(judged.map(part), level);
  const none: Part = { hits: 0, total: 0 };
  return {
    answers: accuracy(
      judged.map(({ verdict }) => verdict),
      level,
    ),
    process: rate(({ process }) => ({ hits: process === "right" ? 1 : 0, total: 1 })),
    wrongSteps: rate(({ steps }) => shareOf(steps, ({ holds }) => !holds)),
    uselessSteps: rate(({ verdict, steps }) =>
      verdict === "unanswered" ? none : shareOf(steps, ({ holds, needed }) => holds && !needed),
    ),
    spuriousSteps: rate(({ verdict, steps }) => (verdict === "right" ? shareOf(steps, isSpurious) : none)),
    errorKinds: countKinds(judged),
  };
}

interface Judged {
  verdict: Verdict;
  process: Verdict;
  steps: readonly StepJudgment[];
}

function isSpurious({ holds, needed }: StepJudgment): boolean {
  return !holds || !needed;
}

function shareOf(steps: readonly StepJudgment[], counts: (step: StepJudgment) => boolean): Part {
  return { hits: steps.filter(counts).length, total: steps.length };
}

function countKinds(judged: readonly Judged[]): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const { verdict, steps } of judged) {
    if (verdict === "right") continue;
    const first = steps.find(({ holds }) => !holds)?.error;
    const kind = verdict === "unanswered" ? "unanswered" : (first ?? "answer");
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}
