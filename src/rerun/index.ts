/** @file Running notebooks from a clean state and checking the numbers they claim. */
export { type Claim, type ClaimsFile, readClaims, type Tolerance } from "./claims.ts";
export { type Notebook, readNotebook } from "./notebook.ts";
export type { Outcome } from "./outcome.ts";
export type { ReportJson } from "./report-json.ts";
export { type Rerun, type RerunOptions, rerun } from "./rerun.ts";
export type { RunProgress } from "./run-notebook.ts";
export type { Judgement, Verdict } from "./verdict.ts";
