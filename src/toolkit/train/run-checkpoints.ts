/** @file Checkpoints of a run: all that the next update hangs on, so that a run that was killed goes on as if it had not been. */
import { createHash } from "node:crypto";
import {
  type Checkpoint,
  CheckpointError,
  checkpointPath,
  type LowRank,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  type TransformerParameters,
  writeCheckpoint,
} from "../model/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { isNumbers } from "../tensor/spec.ts";
import { flattenTree } from "../tensor/tree.ts";
import { ADAM_W, type AdamWState } from "./adam-w.ts";
import type { Identified } from "./objective.ts";
import type { CheckpointOptions, TrainOptions } from "./train-options.ts";
import type { TrainableRun, TrainedTree } from "./trainable.ts";
import type { Trained } from "./update-graphs.ts";
import type { Stopping } from "./validation.ts";

/** A run between two updates. */
export interface RunState {
  readonly trained: Trained<TrainedTree<Numbers>>;
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
  trainable: Pick<TrainableRun, "policy">,
  { folder, keep = 2, resume = true, tokenizer }: CheckpointOptions,
): RunCheckpoints {
  const { config, lowRank } = options;
  const run = runOf(options);
  let latest: string | undefined;
  return {
    last: async () => {
      latest = resume ? (await listCheckpoints(folder)).at(-1) : undefined;
      if (latest === undefined) return undefined;
      const checkpoint = await readCheckpoint(latest, config);
      const { run: written, done, tokens, best, worse } = checkpoint.notes as unknown as Notes;
      requireRun(latest, written, run);
      const trained = trainedOf(checkpoint);
      const parameters = checkpoint.companions?.best;
      if (trained === undefined || (best !== null && parameters === undefined)) {
        throw new CheckpointError(latest, "damaged", "the optimiser's state is missing: a policy alone cannot go on");
      }
      const stopping = { best: best === null || parameters === undefined ? undefined : { ...best, parameters }, worse };
      return { trained, done, tokens, stopping };
    },
    save: async ({ trained: { parameters, optimiser }, done, tokens, stopping: { best, worse } }) => {
      const path = checkpointPath(folder, done);
      const written = best === undefined ? null : { update: best.update, loss: best.loss };
      const ofBest = best && { best: best.parameters };
      await writeCheckpoint(path, {
        config,
        parameters: trainable.policy(parameters),
        ...(lowRank === undefined
          ? { companions: { ...(optimiser as AdamWState<TransformerParameters<Numbers>>), ...ofBest } }
          : {
              companions: { ...ofBest },
              lowRank: { options: lowRank, trees: { adapters: parameters, ...optimiser } as LowRankTrees },
            }),
        ...(tokenizer && { tokenizer }),
        notes: { run, done, tokens, best: written, worse },
      });
      latest = path;
      await pruneCheckpoints(folder, keep, path); // a longer run before, that this one does not go on from, would be taken for it
    },
    path: () => latest,
  };
}

type LowRankTrees = Readonly<Record<string, LowRank<Numbers>>>;

/** What updates replace, as a checkpoint has it. */
function trainedOf({ parameters, companions = {}, lowRank }: Checkpoint): Trained<TrainedTree<Numbers>> | undefined {
  const { means, squares } = lowRank?.trees ?? companions;
  const trained = lowRank === undefined ? parameters : lowRank.trees.adapters;
  if (trained === undefined || means === undefined || squares === undefined) return undefined;
  return { parameters: trained, optimiser: { means, squares } };
}

/** What must be equal for a run to go on: method, data, settings, and the stream, known by a number split off it. */
function runOf<Example extends Identified>(options: TrainOptions<Example>) {
  const { objective, examples, updates, batchSize, accumulate = 1, schedule, clipNorm = null, stream } = options;
  const { lowRank, parameters } = options;
  return {
    method: objective.name,
    examples: createHash("sha256").update(JSON.stringify(examples)).digest("hex").slice(0, 16),
    updates,
    batchSize,
    accumulate,
    schedule: { ...schedule },
    adamW: { ...ADAM_W, ...options.adamW },
    clipNorm,
    ...(lowRank && { lowRank: { ...lowRank }, frozen: hashOf(parameters) }), // a checkpoint has the adapters, not what they stand beside
    stream: stream.split("identity").integer(Number.MAX_SAFE_INTEGER),
  };
}

function hashOf(parameters: TransformerParameters<Numbers>): string {
  const hash = createHash("sha256");
  for (const { leaf } of flattenTree(parameters, isNumbers)) {
    hash.update(new Uint8Array(leaf.buffer, leaf.byteOffset, leaf.byteLength));
  }
  return hash.digest("hex").slice(0, 16);
}

function requireRun(path: string, written: Notes["run"], run: Notes["run"]): void {
  for (const name of Object.keys({ ...run, ...written })) {
    const [was, is] = [JSON.stringify(written[name]), JSON.stringify(run[name])];
    if (was === is) continue;
    const hint = "(hint: name another folder, or do not resume)";
    throw new CheckpointError(path, "another run", `of another run: ${name} was ${was}, is ${is} ${hint}`);
  }
}
