/** @file A stage's policy on disk: what the stages after it start from. */
import { join } from "node:path";
import {
  readCheckpoint,
  type TransformerConfig,
  type TransformerParameters,
  writeCheckpoint,
} from "../../model/index.ts";
import type { TransformerPolicy } from "../../rollout/index.ts";
import type { Numbers } from "../../tensor/index.ts";

/** A policy whose parameters are at hand. */
export interface LearnedPolicy extends TransformerPolicy {
  readonly parameters: TransformerParameters<Numbers>;
}

/** Keeps a policy in a stage's folder. @throws CheckpointError */
export async function savePolicy(
  folder: string,
  config: TransformerConfig,
  parameters: TransformerParameters<Numbers>,
): Promise<void> {
  await writeCheckpoint(join(folder, POLICY), { config, parameters });
}

/** @throws CheckpointError when it is missing, damaged or of another configuration */
export async function loadPolicy(folder: string, config: TransformerConfig): Promise<TransformerParameters<Numbers>> {
  return (await readCheckpoint(join(folder, POLICY), config)).parameters;
}

const POLICY = "policy.safetensors";
