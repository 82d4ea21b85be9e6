/** @file Checkpoints: one safetensors file with a policy, its configuration and tokenizer, and what training needs to go on; written at one stroke. */
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { replaceFile } from "../core/replace-file.ts";
import { isSpec } from "../tensor/graph.ts";
import type { Numbers, Spec } from "../tensor/index.ts";
import { isNumbers, sameShape } from "../tensor/spec.ts";
import { flattenTree, type MapTree, rebuildTree } from "../tensor/tree.ts";
import type { TransformerConfig } from "./config.ts";
import { type LowRank, type LowRankOptions, lowRankSpecs } from "./low-rank.ts";
import { parameterSpecs, type TransformerParameters } from "./parameters.ts";
import { decodeSafetensors, encodeSafetensors, SafetensorsError, type StoredTensor } from "./safetensors.ts";

/** What JSON holds. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

export interface Checkpoint {
  readonly config: TransformerConfig;
  readonly parameters: TransformerParameters<Numbers>;
  /** The words of the vocabulary, in the order of their ids. */
  readonly tokenizer?: readonly string[];
  /** More trees in the nesting of the parameters, by name: the optimiser's means and squares. */
  readonly companions?: Readonly<Record<string, TransformerParameters<Numbers>>>;
  /** Where adapters are trained, trees in their nesting, by name; the parameters have them merged. */
  readonly lowRank?: {
    readonly options: LowRankOptions;
    readonly trees: Readonly<Record<string, LowRank<Numbers>>>;
  };
  /** Whatever else is to be kept. */
  readonly notes?: Plain;
}

/** Why a checkpoint could not be written or read; `path` says which. */
export class CheckpointError extends Error {
  override readonly name = "CheckpointError";
  readonly path: string;
  readonly kind: "missing" | "damaged" | "another config" | "wrong size" | "another run" | "not written";

  constructor(path: string, kind: CheckpointError["kind"], what: string, options?: ErrorOptions) {
    super(`${path}: ${what}`, options);
    this.path = path;
    this.kind = kind;
  }
}

const METADATA = "eightfold"; // one entry of the header's metadata, whose values must be text

/**
 * Writes a checkpoint: whoever reads `path` meanwhile, or after a crash, finds what was there before or all of the new one.
 * Folders on the way are made.
 *
 * @param path of the file, commonly NAME.safetensors
 * @throws CheckpointError "not written" when the disk is full or the folder refuses; what was at `path` is still there
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { config, parameters, tokenizer, companions = {}, lowRank, notes } = checkpoint;
  const tensors = new Map<string, StoredTensor>();
  const add = (specs: unknown, trees: Readonly<Record<string, unknown>>): void => {
    for (const [tree, numbers] of Object.entries(trees)) {
      for (const { name, leaf, spec } of leavesOf(specs, numbers)) {
        tensors.set(`${tree}.${name}`, { shape: spec.shape, data: leaf });
      }
    }
  };
  add(parameterSpecs(config), { parameters, ...companions });
  if (lowRank !== undefined) add(lowRankSpecs(config, lowRank.options), lowRank.trees);
  const adapters = lowRank && { options: lowRank.options, trees: Object.keys(lowRank.trees) };
  const about = { config, tokenizer, companions: Object.keys(companions), lowRank: adapters, notes };
  const metadata = { [METADATA]: JSON.stringify(about) };
  await writeAtOnce(path, encodeSafetensors({ tensors, metadata }));
}

/**
 * Writes a file's parts at one stroke. Folders on the way are made.
 *
 * @throws CheckpointError "not written"
 */
export async function writeAtOnce(path: string, parts: readonly Uint8Array[]): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, parts);
  } catch (error) {
    throw new CheckpointError(path, "not written", `not written: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Reads a checkpoint.
 *
 * @param expected the configuration that it must have; default: any
 * @throws CheckpointError: "missing"; "damaged" when the file is cut off or none of ours; "another config", which names
 *   the first difference; "wrong size", which names the tensor
 */
export async function readCheckpoint(path: string, expected?: TransformerConfig): Promise<Checkpoint> {
  const { tensors, about } = await decoded(path);
  const { config, tokenizer, companions, lowRank, notes } = about;
  if (expected !== undefined) requireConfig(path, config, expected);
  const treeOf = <Specs>(specs: Specs, tree: string): MapTree<Specs, Spec, Numbers> => {
    const leaves = flattenTree(specs, isSpec).map(({ name, leaf: spec }) => {
      return requireTensor(path, `${tree}.${name}`, tensors.get(`${tree}.${name}`), spec);
    });
    return rebuildTree(specs, isSpec, leaves);
  };
  const treesOf = <Specs>(specs: Specs, trees: readonly string[]): Record<string, MapTree<Specs, Spec, Numbers>> =>
    Object.fromEntries(trees.map((tree) => [tree, treeOf(specs, tree)]));
  const specs = parameterSpecs(config);
  return {
    config,
    parameters: treeOf(specs, "parameters"),
    ...(tokenizer !== undefined && { tokenizer }),
    companions: treesOf(specs, companions),
    ...(lowRank !== undefined && {
      lowRank: { options: lowRank.options, trees: treesOf(lowRankSpecs(config, lowRank.options), lowRank.trees) },
    }),
    ...(notes !== undefined && { notes }),
  };
}

interface About {
  readonly config: TransformerConfig;
  readonly tokenizer?: readonly string[];
  readonly companions: readonly string[];
  readonly lowRank?: { readonly options: LowRankOptions; readonly trees: readonly string[] };
  readonly notes?: Plain;
}

async function decoded(path: string): Promise<{ tensors: ReadonlyMap<string, StoredTensor>; about: About }> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const what = error.code === "ENOENT" ? "no such checkpoint" : error.message;
    throw new CheckpointError(path, "missing", what, { cause: error });
  });
  try {
    const { tensors, metadata } = decodeSafetensors(bytes);
    const text = metadata[METADATA];
    if (text === undefined)
      throw new SafetensorsError("no checkpoint of this project: its header names no configuration");
    return { tensors, about: JSON.parse(text) as About };
  } catch (error) {
    if (!(error instanceof SafetensorsError || error instanceof SyntaxError)) throw error;
    throw new CheckpointError(path, "damaged", error.message, { cause: error });
  }
}

function requireConfig(path: string, config: TransformerConfig, expected: TransformerConfig): void {
  for (const name of Object.keys(expected) as (keyof TransformerConfig)[]) {
    if (config[name] === expected[name]) continue;
    const what = `of another model: ${name} is ${config[name]}, expected ${expected[name]}`;
    throw new CheckpointError(path, "another config", what);
  }
}

function requireTensor(path: string, name: string, tensor: StoredTensor | undefined, spec: Spec): Numbers {
  if (tensor === undefined) throw new CheckpointError(path, "damaged", `tensor ${name} is missing`);
  if (sameShape(tensor.shape, spec.shape)) return tensor.data;
  const what = `tensor ${name} has shape [${tensor.shape.join(", ")}], expected [${spec.shape.join(", ")}]`;
  throw new CheckpointError(path, "wrong size", what);
}

function leavesOf(specs: unknown, numbers: unknown) {
  const given = flattenTree(numbers, isNumbers);
  return flattenTree(specs, isSpec).map(({ name, leaf: spec }) => {
    const leaf = given.find((own) => own.name === name)?.leaf;
    if (leaf === undefined) throw new TypeError(`writeCheckpoint requires parameter ${name}, got none`);
    return { name, leaf, spec };
  });
}

const CHECKPOINT_NAME = /^update-(\d+)\.safetensors$/;

/** The path of a run's checkpoint after an update. */
export function checkpointPath(folder: string, update: number): string {
  return join(folder, `update-${String(update).padStart(8, "0")}.safetensors`);
}

/** Paths of a run's checkpoints, the last one last; none where there is no such folder. */
export async function listCheckpoints(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return names
    .filter((name) => CHECKPOINT_NAME.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * Deletes all but the last `keep` checkpoints of a run, and drafts that killed writers left.
 *
 * @param last path of the run's last one, default: of the latest update; those behind it, which are of a run before, go too
 */
export async function pruneCheckpoints(folder: string, keep: number, last?: string): Promise<void> {
  const paths = await listCheckpoints(folder);
  const end = last === undefined ? paths.length : paths.findLastIndex((path) => basename(path) <= basename(last)) + 1;
  const kept = new Set(paths.slice(Math.max(0, end - keep), end));
  for (const path of paths) if (!kept.has(path)) await rm(path, { force: true });
  for (const name of await readdir(folder)) {
    if (/^update-\d+\.safetensors\.[0-9a-f.]+\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}
