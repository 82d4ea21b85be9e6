/** @file Experiments: stages known by the hash of what makes them, done once each by a pool of workers. */
export { codeVersion } from "./code-version.ts";
export { progressLine, type SweepProgress, sweepProgress } from "./progress.ts";
export type { PlannedRun, RunOptions, RunOutcome } from "./run-plan.ts";
export { type Json, type Stage, type StageRecord, stageKey } from "./stage.ts";
export { openStageStore, type StageStore } from "./stage-store.ts";
export { readStarStudy, type StarRecord } from "./star/read-star-study.ts";
export { runStarStudy } from "./star/run-star-study.ts";
export { STAR_POLICIES, STAR_STUDY, type StarPolicy, type StarStudyConfig } from "./star/star-config.ts";
export { planStarStudy, type StarRun } from "./star/star-plan.ts";
export { CUE_STUDY, FULL_STUDY, QUICK_STUDY, RFT_SAMPLES_STUDY, SMALL_STEPS_STUDY } from "./study/profiles.ts";
export { readStudy, type StudyRecord } from "./study/read-study.ts";
export { type RunStudyOptions, runStudy } from "./study/run-study.ts";
export { METHODS, type Method, type StudyConfig } from "./study/study-config.ts";
export { planStudy, type StudyRun } from "./study/study-plan.ts";
export { runSweep, type StageState, type StageStatus, type SweepOptions, type SweepResult } from "./sweep.ts";
export { notebookSweep, type TellSweep, terminalSweep } from "./sweep-display.ts";
export { sweepTable, type TableRun } from "./sweep-table.ts";
export { createWorkerPool, type Job, type JobOutcome, serveJobs, type Work, type WorkerPool } from "./worker-pool.ts";
