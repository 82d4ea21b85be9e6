/** @file What a training run tells while it goes, to whoever listens: a file, a terminal, a notebook. */

/** One update. */
export interface UpdateRecord {
  /** counted from 1 */
  readonly update: number;
  /** how many there will be at most */
  readonly updates: number;
  /** passes over the examples, as a number: 1.5 in the middle of the second */
  readonly epoch: number;
  /** the batch's, before the update */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** before clipping */
  readonly gradientNorm: number;
  /** trained on so far, padding not counted */
  readonly tokens: number;
  readonly tokensPerSecond: number;
  readonly secondsLeft: number;
}

/** What was found on held-out examples, or by the caller's own evaluation, after an update. */
export interface EvaluationRecord {
  readonly update: number;
  /** of the validation set, with the metrics of the method; or whatever the caller's evaluation gave */
  readonly kind: "validation" | "evaluation";
  readonly values: Readonly<Record<string, number>>;
}

export interface TrainingObserver {
  /** Before the first update of this process, with the update of the checkpoint it starts from (0: from the start). */
  started?(from: number): void | Promise<void>;
  updated?(record: UpdateRecord): void | Promise<void>;
  evaluated?(record: EvaluationRecord): void | Promise<void>;
  /** Once, however the run ends. */
  ended?(): void | Promise<void>;
}
