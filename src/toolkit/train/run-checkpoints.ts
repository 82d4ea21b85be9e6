/** @file Checkpoints of a run: all that the next update hangs on, so that a run that was killed goes on as if it had not been. */
import { createHash } from "node:crypto";
import {
  CheckpointError,
  checkpointPath,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  type TransformerParameters,
  writeCheckpoint,
} from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { ADAM_W } from "./adam-w.ts";
import type { Identified } from "./objective.ts";
import type { CheckpointOptions, TrainOptions } from "./train-options.ts";
import type { Trained } from "./update-graphs.ts";
import type { Stopping } from "./validation.ts";

/** A run between two updates. */
export interface RunState {
  readonly trained: Trained<Numbers>;
  /** updates done; the data's position and the streams' follow from it */
  readonly done: number;
  /** trained on so far */
  readonly tokens: number;
  readonly stopping: Stopping;
}

export interface RunCheckpoints {
  /** The state to go on from, if there is one. @throws CheckpointError when it is damaged, or of another run */
  last(): Promise<RunState | undefined>;
  save(state: RunState): Promise<void>;
  /** The path of the last one written or read. */
  path(): string | undefined;
}

/** What a checkpoint says of its run besides the tensors. */
interface Notes {
  readonly run: Readonly<Record<string, unknown>>;
  readonly done: number;
  readonly tokens: number;
  readonly best: { readonly update: number; readonly loss: number } | null;
  readonly worse: number;
}

/** The checkpoints of a run in its folder. */
export function runCheckpoints<Example extends Identified>(
  options: TrainOptions<Example>,
  { folder, keep = 2, resume = true, tokenizer }: CheckpointOptions,
): RunCheckpoints {
  const { config } = options;
  const run = runOf(options);
  let latest: string | undefined;
  return {
    last: async () => {
      latest = resume ? (await listCheckpoints(folder)).at(-1) : undefined;
      if (latest === undefined) return undefined;
      const { parameters, companions = {}, notes } = await readCheckpoint(latest, config);
      const { run: written, done, tokens, best, worse } = notes as unknown as Notes;
      requireRun(latest, written, run);
      const { means, squares, best: bestParameters } = companions as Record<string, TransformerParameters<Numbers>>;
      if (means === undefined || squares === undefined || (best !== null && bestParameters === undefined)) {
        throw new CheckpointError(latest, "damaged", "the optimiser's state is missing: a policy alone cannot go on");
      }
      return {
        trained: { parameters, optimiser: { means, squares } },
        done,
        tokens,
        stopping: { best: best === null ? undefined : { ...best, parameters: bestParameters as typeof means }, worse },
      };
    },
    save: async ({ trained, done, tokens, stopping: { best, worse } }) => {
      const path = checkpointPath(folder, done);
      const written = best === undefined ? null : { update: best.update, loss: best.loss };
      await writeCheckpoint(path, {
        config,
        parameters: trained.parameters,
        companions: { ...trained.optimiser, ...(best && { best: best.parameters }) },
        ...(tokenizer && { tokenizer }),
        notes: { run, done, tokens, best: written, worse },
      });
      latest = path;
      await pruneCheckpoints(folder, keep);
    },
    path: () => latest,
  };
}

/** What must be equal for a run to go on: method, data, settings, and the stream, known by a number split off it. */
function runOf<Example extends Identified>(options: TrainOptions<Example>) {
  const { objective, examples, updates, batchSize, accumulate = 1, schedule, clipNorm = null, stream } = options;
  return {
    method: objective.name,
    examples: createHash("sha256").update(JSON.stringify(examples)).digest("hex").slice(0, 16),
    updates,
    batchSize,
    accumulate,
    schedule: { ...schedule },
    adamW: { ...ADAM_W, ...options.adamW },
    clipNorm,
    stream: stream.split("identity").integer(Number.MAX_SAFE_INTEGER),
  };
}

function requireRun(path: string, written: Notes["run"], run: Notes["run"]): void {
  for (const name of Object.keys(run)) {
    const [was, is] = [JSON.stringify(written[name]), JSON.stringify(run[name])];
    if (was === is) continue;
    const hint = "(hint: name another folder, or do not resume)";
    throw new CheckpointError(path, "another run", `of another run: ${name} was ${was}, is ${is} ${hint}`);
  }
}
