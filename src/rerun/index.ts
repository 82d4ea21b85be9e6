/** @file Running notebooks from a clean state and checking the numbers they claim.
 *
 * src/rerun/README.md says what each folder is for, what may change there, and which test tells.
 */
export { type Claim, type ClaimsFile, readClaims, type Tolerance } from "./claims/claims.ts";
export type { Judgement, Verdict } from "./claims/verdict.ts";
export { type Notebook, readNotebook } from "./notebook/notebook.ts";
export type { RunProgress } from "./notebook/run-notebook.ts";
export type { Outcome } from "./outcome.ts";
export type { ReportJson } from "./report/report-json.ts";
export { type Rerun, type RerunOptions, rerun } from "./rerun.ts";
