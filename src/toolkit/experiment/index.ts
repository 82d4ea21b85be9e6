/** @file Experiments: a study is a folder that says its plan, works and record; one road runs it, on any executor.
 *
 * To plug one in: a `Study` in a folder beside chain/ and star/, its line in cli.ts, and here what notebooks need of it. README.md
 * has the steps, and tests/toolkit/experiment/study.test.ts does them for a third study and another executor. A study's own
 * folder, executors and the display may change freely. Keys of stages and lines of results may not: by them the records in
 * data/results are found and read, which the same test tells.
 */
export type { ChainConfig } from "./chain/chain-config.ts";
export { type ChainRun, planChainStudy } from "./chain/chain-plan.ts";
export type { ChainRecord } from "./chain/chain-record.ts";
export { chainStudy, readChainStudy } from "./chain/chain-study.ts";
export {
  CUE_STUDY,
  FULL_STUDY,
  QUICK_STUDY,
  RFT_SAMPLES_STUDY,
  SMALL_STEPS_STUDY,
  TRAINED_OUT_STUDY,
} from "./chain/profiles.ts";
export { codeVersion } from "./code-version.ts";
export { type Executor, localExecutor } from "./executor.ts";
export { doJob, type Job, type JobOutcome, type Work, type Works } from "./job.ts";
export type { Machine } from "./machine.ts";
export { ALL_METHODS, METHODS, type Method } from "./methods/methods.ts";
export { progressLine, type SweepProgress, sweepProgress } from "./progress.ts";
export { type RunOptions, type RunOutcome, runPlan, runStudy } from "./run-study.ts";
export { ClusterError, type ClusterErrorKind } from "./slurm/cluster-error.ts";
export { watchStudy } from "./slurm/plans-command.ts";
export { slurmExecutor } from "./slurm/slurm-executor.ts";
export type { SlurmOptions } from "./slurm/slurm-options.ts";
export { type Json, type Stage, type StageRecord, stageKey } from "./stage.ts";
export { openStageStore, type StageStore, StoreMismatch } from "./stage-store.ts";
export { STAR_POLICIES, STAR_STUDY, type StarConfig, type StarPolicy } from "./star/star-config.ts";
export { planStarStudy, type StarRun } from "./star/star-plan.ts";
export type { StarRecord } from "./star/star-record.ts";
export { readStarStudy, starStudy } from "./star/star-study.ts";
export { type PlannedRun, readRecords, type Study } from "./study.ts";
export { planOf, type StudyPlan } from "./study-plan.ts";
export { runSweep, type StageState, type StageStatus, type SweepOptions, type SweepResult } from "./sweep.ts";
export { notebookSweep, type TellSweep, terminalSweep } from "./sweep-display.ts";
export { sweepTable, type TableRun } from "./sweep-table.ts";
export { WORDS_STUDY, type WordsConfig } from "./words/words-config.ts";
export { planWordsStudy, type WordsRun } from "./words/words-plan.ts";
export type { WordsRecord } from "./words/words-record.ts";
export { type StatedRun, sampledError, type WordsStatement, wordsStatements } from "./words/words-statements.ts";
export { readWordsStudy, wordsStudy } from "./words/words-study.ts";
export { createWorkerPool, type OpenWorkers, type Workers } from "./worker-pool.ts";
