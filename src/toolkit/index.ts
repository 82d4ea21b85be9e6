/** @file The first hour by one import: read a table, fit its curves, draw and compare them; doors of the stages have the rest.
 *
 * Training a policy begins at `@eightfold/toolkit/tasks`, `/model`, `/train`, `/evaluate` and `/engine`; `/experiment` repeats the study, `/theory` has the
 * exact model of right and wrong answers.
 */
export * from "./report/index.ts";
export * from "./scaling/index.ts";
