/** @file Which solver a task goes to: the fast one where law and noise allow it, the general one everywhere else. */
import type { LawTask, Solver } from "./task.ts";
import { trustRegion } from "./trust-region/trust-region-solver.ts";
import { variableProjection } from "./variable-projection/variable-projection.ts";

/** The first of the solvers that takes the task. */
export function solverOf(task: LawTask): Solver {
  return variableProjection.takes(task) ? variableProjection : trustRegion;
}
