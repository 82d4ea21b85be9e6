/** @file What each measure of solutions checks at its door: a task that can judge them, and solutions that name their problem. */
import { requireCount, requireList, requireOneOf, wrong } from "../core/argument-checks.ts";
import type { Solution } from "../rollout/index.ts";

/** Throws unless a task has the methods that a measure calls. */
export function requireTask(caller: string, task: unknown, methods: readonly string[]): void {
  if (typeof task !== "object" || task === null)
    throw wrong(caller, "task to be a task", task, "chainArithmetic makes one");
  for (const method of methods) {
    const given = (task as Readonly<Record<string, unknown>>)[method];
    if (typeof given === "function") continue;
    const hint = method === "oracle" ? "a task without an oracle cannot judge steps" : undefined;
    throw wrong(caller, `task.${method} to be a function`, given, hint);
  }
}

/** Throws unless solutions are an array of { split, index, id, completion }; whether the task has that problem, problemOf says. */
export function requireSolutions(caller: string, solutions: readonly Solution[]): void {
  requireList(caller, "solutions to be an array of { split, index, id, completion }", solutions);
  for (const [place, solution] of solutions.entries()) {
    requireOneOf(caller, `solutions[${place}].split`, solution?.split, ["train", "validation", "test"]);
    requireCount(caller, `solutions[${place}].index`, solution.index, 0, Number.MAX_SAFE_INTEGER);
    requireList(caller, `solutions[${place}].completion to be an array of token ids`, solution.completion);
  }
}
