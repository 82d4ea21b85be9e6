/** @file The one training loop: batches in, updates on the engine, and all that is told, saved and stopped on the way. */
import { type DeviceArray, DeviceLost } from "../engine/index.ts";
import { parameterSpecs, type TransformerParameters } from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { ADAM_W, adamWInit } from "./adam-w.ts";
import { disposeTree, readTree, uploadTree } from "./device-trees.ts";
import type { Identified } from "./objective.ts";
import type { EvaluationRecord } from "./observer.ts";
import { type RunCheckpoints, type RunState, runCheckpoints } from "./run-checkpoints.ts";
import { learningRateAt } from "./schedule.ts";
import { type SpeedMeter, speedMeter } from "./speed.ts";
import { requireRun, type TrainOptions } from "./train-options.ts";
import { type FrozenTree, type TrainableRun, type TrainedTree, trainableOf } from "./trainable.ts";
import { heldOutBatches, type TrainingData, trainingData } from "./training-data.ts";
import type { Trained } from "./update-graphs.ts";
import { createUpdater, type Measured, type PackedBatch, type Updater } from "./updater.ts";
import { noteMeasurement, type Stopping } from "./validation.ts";

/** What training gave, or why and where it stopped. */
export type TrainingOutcome =
  | {
      readonly ok: true;
      /** of the lowest validation loss; of the last update where there is no validation set */
      readonly parameters: TransformerParameters<Numbers>;
      /** the update after which they were taken */
      readonly update: number;
      /** updates done */
      readonly updates: number;
      readonly stoppedEarly: boolean;
      /** of the parameters, where there is a validation set */
      readonly validationLoss: number | undefined;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** the update whose loss or gradient is no number */
      readonly update: number;
      /** of the examples in its batch */
      readonly ids: readonly string[];
      /** path of the last good checkpoint */
      readonly checkpoint: string | undefined;
    };

/**
 * Trains a policy by a method's loss.
 *
 * @returns ok, unless a loss or a gradient's norm is NaN or infinite
 * @throws RangeError or TypeError for an option or an example that does not fit, before the first update;
 *   CheckpointError when a checkpoint is damaged, of another run, or cannot be written; DeviceLost, with the last
 *   checkpoint, when the engine's device is gone
 */
export async function train<Example extends Identified>(options: TrainOptions<Example>): Promise<TrainingOutcome> {
  requireRun(options);
  const { updates, validation, observers = [] } = options;
  const run = prepare(options);
  let state = await firstState(run);
  try {
    for (const observer of observers) await observer.started?.(state.done);
    const waiting: Launched[] = [];
    while (state.done < updates && state.stopping.worse < (validation?.patience ?? Infinity)) {
      const launched = await launch(run, state);
      waiting.push(launched);
      state = launched.state;
      // on a device that goes on by itself the next update is handed over before the loss of this one is read
      const late = options.engine.runsAhead === true && !stopsHere(run, state) ? 1 : 0;
      for (const { done } of waiting.splice(0, waiting.length - late)) {
        const broken = await done();
        if (broken !== undefined) return { ok: false, ...broken, checkpoint: run.checkpoints?.path() };
      }
      state = { ...state, stopping: await looked(run, state) };
      if (run.checkpoints !== undefined && isDue(run, state, options.checkpoints?.every ?? 1)) {
        await run.checkpoints.save({ ...state, trained: await readTree(state.trained) });
      }
    }
    const { best } = state.stopping;
    return {
      ok: true,
      parameters: best?.parameters ?? (await policyNow(run, state)),
      update: best?.update ?? state.done,
      updates: state.done,
      stoppedEarly: state.done < updates,
      validationLoss: best?.loss,
    };
  } catch (error) {
    if (error instanceof DeviceLost) throw new DeviceLost(error.said, run.checkpoints?.path());
    throw error;
  } finally {
    for (const observer of observers) await observer.ended?.();
    disposeTree(state.trained);
    disposeTree(run.frozen);
    run.updater.dispose();
  }
}

/** What stays as it is from the first update to the last. */
interface Run<Example extends Identified> {
  readonly options: TrainOptions<Example>;
  readonly data: TrainingData;
  readonly trainable: TrainableRun;
  /** on the device */
  readonly frozen: FrozenTree<DeviceArray>;
  readonly heldOut: readonly PackedBatch[] | undefined;
  readonly updater: Updater;
  readonly checkpoints: RunCheckpoints | undefined;
  readonly speed: SpeedMeter;
}

/** A run between two updates, its parameters on the device. */
type DeviceState = Omit<RunState, "trained"> & { readonly trained: Trained<TrainedTree<DeviceArray>> };

function prepare<Example extends Identified>(options: TrainOptions<Example>): Run<Example> {
  const { engine, objective, examples, validation, checkpoints, stream } = options;
  const trainable = trainableOf(options);
  const heldOut = validation && heldOutBatches(objective, validation.examples, options);
  const frozen = uploadTree(engine, trainable.frozenSpecs, trainable.frozen);
  return {
    options,
    trainable,
    frozen,
    data: trainingData(objective, examples, {
      config: options.config,
      batchSize: options.batchSize,
      accumulate: options.accumulate ?? 1,
      stream: stream.split("epochs"),
    }),
    heldOut,
    updater: createUpdater(objective, {
      ...options,
      adamW: { ...ADAM_W, ...options.adamW },
      clipNorm: options.clipNorm,
      trainable,
      frozen,
    }),
    checkpoints: checkpoints && runCheckpoints(options, trainable, checkpoints),
    speed: speedMeter(),
  };
}

/** That of the last checkpoint, or the start. */
async function firstState<Example extends Identified>(run: Run<Example>): Promise<DeviceState> {
  const { options, trainable, checkpoints } = run;
  const { specs, start } = trainable;
  const saved = await checkpoints?.last();
  const { trained, ...rest } = saved ?? {
    trained: { parameters: start, optimiser: adamWInit(specs) },
    done: 0,
    tokens: 0,
    stopping: { best: undefined, worse: 0 },
  };
  return {
    ...rest,
    trained: uploadTree(options.engine, { parameters: specs, optimiser: { means: specs, squares: specs } }, trained),
  };
}

interface Broken {
  readonly reason: string;
  readonly update: number;
  readonly ids: readonly string[];
}

/** An update that was handed over. */
interface Launched {
  readonly state: DeviceState;
  /** Waits for its loss and tells the observers; what is wrong, when the loss or the gradient is no number. */
  done(): Promise<Broken | undefined>;
}

async function launch<Example extends Identified>(
  { options, data, updater, speed }: Run<Example>,
  state: DeviceState,
): Promise<Launched> {
  const { updates, schedule, stream, observers = [] } = options;
  const update = state.done + 1;
  const { batches, ids, tokens: counted, epoch } = data.of(update);
  const learningRate = learningRateAt(schedule, update, updates);
  const noise = stream.split("noise").split(update);
  const seeds = batches.map((_, at) => noise.split(at).integer(Number.MAX_SAFE_INTEGER));
  const { trained, measured } = await updater.update(state.trained, batches, { count: update, learningRate, seeds });
  const tokens = state.tokens + counted;
  return {
    state: { ...state, trained, done: update, tokens },
    done: async () => {
      const { report, gradientNorm } = await measured;
      if (!Number.isFinite(report.loss) || !Number.isFinite(gradientNorm)) {
        return { reason: whyBroken({ report, gradientNorm }, update, learningRate, ids), update, ids };
      }
      const pace = speed.note(counted, updates - update);
      for (const observer of observers) {
        await observer.updated?.({ update, updates, epoch, ...report, learningRate, gradientNorm, tokens, ...pace });
      }
      return undefined;
    },
  };
}

/** Whether something is done with the parameters as they are after this update. */
function stopsHere<Example extends Identified>(run: Run<Example>, state: DeviceState): boolean {
  const { validation, evaluation, checkpoints } = run.options;
  return (
    [validation, evaluation, checkpoints].some((due) => due !== undefined && isDue(run, state, due.every)) ||
    state.done === run.options.updates
  );
}

/** Validation and the caller's evaluation, where they are due. */
async function looked<Example extends Identified>(run: Run<Example>, state: DeviceState): Promise<Stopping> {
  const { options, heldOut, updater } = run;
  const { validation, evaluation, observers = [] } = options;
  const { done: update, trained } = state;
  const tell = async (record: EvaluationRecord): Promise<void> => {
    for (const observer of observers) await observer.evaluated?.(record);
  };
  let { stopping } = state;
  if (validation !== undefined && heldOut !== undefined && isDue(run, state, validation.every)) {
    const { loss, metrics } = await updater.measure(trained.parameters, heldOut);
    await tell({ update, kind: "validation", values: { loss, ...metrics } });
    stopping = await noteMeasurement(stopping, { update, loss }, validation.leastGain ?? 0, () =>
      policyNow(run, state),
    );
  }
  if (evaluation !== undefined && isDue(run, state, evaluation.every)) {
    const values = await lookedAt(run, state, (parameters) => evaluation.evaluate(parameters, update));
    await tell({ update, kind: "evaluation", values });
  }
  return stopping;
}

/** The policy on the host. */
async function policyNow<Example extends Identified>(
  { trainable }: Run<Example>,
  { trained }: DeviceState,
): Promise<TransformerParameters<Numbers>> {
  return trainable.policy((await readTree(trained.parameters)) as TrainedTree<Numbers>);
}

/** What `look` finds of the policy on the device, for the time of the call; adapters are merged for it. */
async function lookedAt<Example extends Identified, Found>(
  run: Run<Example>,
  state: DeviceState,
  look: (parameters: TransformerParameters<DeviceArray>) => Promise<Found>,
): Promise<Found> {
  const { engine, config, lowRank } = run.options;
  if (lowRank === undefined) return look(state.trained.parameters as TransformerParameters<DeviceArray>);
  const merged = uploadTree(engine, parameterSpecs(config), await policyNow(run, state));
  try {
    return await look(merged);
  } finally {
    disposeTree(merged);
  }
}

/** At every so many updates, and at the last. */
function isDue<Example extends Identified>({ options }: Run<Example>, { done }: DeviceState, every: number): boolean {
  return done % every === 0 || done === options.updates;
}

function whyBroken(
  { report: { loss }, gradientNorm }: Measured,
  update: number,
  learningRate: number,
  ids: readonly string[],
): string {
  const what = Number.isFinite(loss) ? `the gradient's norm is ${gradientNorm}` : `the loss is ${loss}`;
  const examples = ids.length <= 8 ? ids.join(", ") : `${ids.slice(0, 8).join(", ")} and ${ids.length - 8} more`;
  return `${what} at update ${update} (learning rate ${learningRate}; examples ${examples}); lower the learning rate, lengthen the warm-up, or clip the gradient`;
}
