/** @file Experiments: stages known by the hash of what makes them, done once each by an executor. README.md says how a study plugs in. */
export type { ChainConfig } from "./chain/chain-config.ts";
export { type ChainRun, planChainStudy, planChainStudy as planStudy } from "./chain/chain-plan.ts";
export type { ChainRecord } from "./chain/chain-record.ts";
export { chainStudy, readChainStudy, readChainStudy as readStudy } from "./chain/chain-study.ts";
export { CUE_STUDY, FULL_STUDY, QUICK_STUDY, RFT_SAMPLES_STUDY, SMALL_STEPS_STUDY } from "./chain/profiles.ts";
export { codeVersion } from "./code-version.ts";
export {
  doJob,
  type Executor,
  type Job,
  type JobOutcome,
  type OpenExecutor,
  type Work,
  type Works,
} from "./executor.ts";
export { METHODS, type Method } from "./methods/methods.ts";
export { progressLine, type SweepProgress, sweepProgress } from "./progress.ts";
export { type RunOptions, type RunOutcome, runStudy } from "./run-study.ts";
export { type Json, type Stage, type StageRecord, stageKey } from "./stage.ts";
export { openStageStore, type StageStore } from "./stage-store.ts";
export { STAR_POLICIES, STAR_STUDY, type StarConfig, type StarPolicy } from "./star/star-config.ts";
export { planStarStudy, type StarRun } from "./star/star-plan.ts";
export type { StarRecord } from "./star/star-record.ts";
export { readStarStudy, starStudy } from "./star/star-study.ts";
export { type PlannedRun, readRecords, type Study } from "./study.ts";
export { runSweep, type StageState, type StageStatus, type SweepOptions, type SweepResult } from "./sweep.ts";
export { notebookSweep, type TellSweep, terminalSweep } from "./sweep-display.ts";
export { sweepTable, type TableRun } from "./sweep-table.ts";
export { createWorkerPool } from "./worker-pool.ts";
