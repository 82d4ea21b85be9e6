/** @file The RL-inspired conceptual model: problems as graphs of steps, exact values, exact optima and exact learning curves. */
export { bestOfK, type ExactValues, exactPassAtK, exactValues } from "./exact-values.ts";
export {
  type Policy,
  type StepAction,
  type StepGraph,
  type StepStart,
  type StepState,
  writtenPolicy,
} from "./step-graph.ts";
