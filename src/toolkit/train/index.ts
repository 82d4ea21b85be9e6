/** @file Training: one loop, and the methods whose losses it takes. */
export { ADAM_W, type AdamWOptions } from "./adam-w.ts";
export { advantageWeightedSft } from "./advantage-weighted.ts";
export { dpo } from "./dpo.ts";
export { metricsFile } from "./metrics-file.ts";
export type { BatchShape, Identified, Losses, Objective, WeightedSum } from "./objective.ts";
export type { EvaluationRecord, TrainingObserver, UpdateRecord } from "./observer.ts";
export type { PreferenceOptions, ReferredPair } from "./preference-loss.ts";
export { notebookProgress, type ShowValue, type TrainingHistory, terminalProgress } from "./progress.ts";
export { withReferenceLogProbs } from "./reference-log-probs.ts";
export { rejectionFineTuning, rejectionFineTuningExamples } from "./rejection-fine-tuning.ts";
export { learningRateAt, type Schedule } from "./schedule.ts";
export { type SftExample, sft } from "./sft.ts";
export { stepDpo } from "./step-dpo.ts";
export type { Sequence } from "./token-batch.ts";
export { type TrainingOutcome, train } from "./train.ts";
export type { CheckpointOptions, EvaluationOptions, TrainOptions } from "./train-options.ts";
export type { ValidationOptions } from "./validation.ts";
