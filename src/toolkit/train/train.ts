/** @file The one training loop: batches in, updates on the engine, and all that is told, saved and stopped on the way. */
import { parameterSpecs, type TransformerParameters } from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { ADAM_W, adamWInit, requireAdamW } from "./adam-w.ts";
import { disposeTree, readTree, uploadTree } from "./device-trees.ts";
import type { Identified } from "./objective.ts";
import type { EvaluationRecord } from "./observer.ts";
import { runCheckpoints } from "./run-checkpoints.ts";
import { learningRateAt } from "./schedule.ts";
import { speedMeter } from "./speed.ts";
import { requireRun, type TrainOptions } from "./train-options.ts";
import { heldOutBatches, trainingData } from "./training-data.ts";
import { createUpdater, type Report } from "./updater.ts";
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
 * @throws RangeError or TypeError for an option or an example that does not fit, before the first update
 */
export async function train<Example extends Identified>(options: TrainOptions<Example>): Promise<TrainingOutcome> {
  requireRun(options);
  const { engine, config, objective, updates, schedule, validation, evaluation, observers = [], stream } = options;
  const adamW = { ...ADAM_W, ...options.adamW };
  requireAdamW("train", adamW);
  const data = trainingData(objective, options.examples, {
    config,
    batchSize: options.batchSize,
    accumulate: options.accumulate ?? 1,
    stream: stream.split("epochs"),
  });
  const heldOut = validation && heldOutBatches(objective, validation.examples, options);
  const updater = createUpdater(objective, { engine, config, adamW, clipNorm: options.clipNorm });
  const specs = parameterSpecs(config);
  const checkpoints = options.checkpoints && runCheckpoints(options, options.checkpoints);
  const saved = await checkpoints?.last();
  let trained = {
    parameters: uploadTree(engine, specs, saved?.trained.parameters ?? options.parameters),
    optimiser: uploadTree(engine, { means: specs, squares: specs }, saved?.trained.optimiser ?? adamWInit(specs)),
  };
  let { done, tokens, stopping } = saved ?? { done: 0, tokens: 0, stopping: { best: undefined, worse: 0 } as Stopping };
  const speed = speedMeter();
  const tellEvaluation = async (record: EvaluationRecord): Promise<void> => {
    for (const observer of observers) await observer.evaluated?.(record);
  };
  const due = (every: number): boolean => done % every === 0 || done === updates;

  try {
    for (const observer of observers) await observer.started?.(done);
    while (done < updates && stopping.worse < (validation?.patience ?? Infinity)) {
      const update = done + 1;
      const { batches, ids, tokens: counted, epoch } = data.of(update);
      const learningRate = learningRateAt(schedule, update, updates);
      const noise = stream.split("noise").split(update);
      const seeds = batches.map((_, at) => noise.split(at).integer(Number.MAX_SAFE_INTEGER));
      const next = await updater.update(trained, batches, { count: update, learningRate, seeds });
      trained = next.trained;
      const { report, gradientNorm } = next;
      if (!Number.isFinite(report.loss) || !Number.isFinite(gradientNorm)) {
        return {
          ok: false,
          reason: broken(report, gradientNorm, update, learningRate, ids),
          update,
          ids,
          checkpoint: checkpoints?.path(),
        };
      }
      done = update;
      tokens += counted;
      const pace = speed.note(counted, updates - done);
      for (const observer of observers) {
        await observer.updated?.({ update, updates, epoch, ...report, learningRate, gradientNorm, tokens, ...pace });
      }
      if (validation !== undefined && heldOut !== undefined && due(validation.every)) {
        const { loss, metrics } = await updater.measure(trained.parameters, heldOut);
        await tellEvaluation({ update, kind: "validation", values: { loss, ...metrics } });
        const read = (): Promise<TransformerParameters<Numbers>> => readTree(trained.parameters);
        stopping = await noteMeasurement(stopping, { update, loss }, validation.leastGain ?? 0, read);
      }
      if (evaluation !== undefined && due(evaluation.every)) {
        const values = await evaluation.evaluate(trained.parameters, update);
        await tellEvaluation({ update, kind: "evaluation", values });
      }
      if (checkpoints !== undefined && due(options.checkpoints?.every ?? 1)) {
        await checkpoints.save({ trained: await readTree(trained), done, tokens, stopping });
      }
    }
    const { best } = stopping;
    return {
      ok: true,
      parameters: best?.parameters ?? (await readTree(trained.parameters)),
      update: best?.update ?? done,
      updates: done,
      stoppedEarly: done < updates,
      validationLoss: best?.loss,
    };
  } finally {
    for (const observer of observers) await observer.ended?.();
    disposeTree(trained);
    updater.dispose();
  }
}

function broken(
  { loss }: Report,
  gradientNorm: number,
  update: number,
  learningRate: number,
  ids: readonly string[],
): string {
  const what = Number.isFinite(loss) ? `the gradient's norm is ${gradientNorm}` : `the loss is ${loss}`;
  const examples = ids.length <= 8 ? ids.join(", ") : `${ids.slice(0, 8).join(", ")} and ${ids.length - 8} more`;
  return `${what} at update ${update} (learning rate ${learningRate}; examples ${examples}); lower the learning rate, lengthen the warm-up, or clip the gradient`;
}
