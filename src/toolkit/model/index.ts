/** @file The policy: a decoder-only transformer on symbolic tensors, its parameters, and what its sampling shares with its training. */
export { attend, causalMask, type KeysValues, projectHeads, UNSEEN } from "./attention.ts";
export {
  type Checkpoint,
  CheckpointError,
  checkpointPath,
  listCheckpoints,
  pruneCheckpoints,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.ts";
export { headSize, type TransformerConfig, type TransformerOptions, transformerConfig } from "./config.ts";
export { type ExportOptions, exportOnnx } from "./export-onnx.ts";
export {
  ADAPTABLE,
  type AdaptableLayer,
  initialiseLowRank,
  type LowRank,
  type LowRankOptions,
  lowRankSpecs,
  mergeLowRank,
  requireLowRank,
  withLowRank,
} from "./low-rank.ts";
export {
  initialiseParameters,
  parameterCount,
  parameterSpecs,
  requireParameters,
  type TransformerParameters,
} from "./parameters.ts";
export { UnsupportedModel } from "./pretrained/architecture.ts";
export type { GgufTokenizer } from "./pretrained/gguf-tokenizer.ts";
export { type GgufModel, type GgufOptions, readGguf, readGgufHeader } from "./pretrained/read-gguf.ts";
export { type PretrainedOptions, readPretrained, readPretrainedConfig } from "./pretrained/read-pretrained.ts";
export { writePretrained } from "./pretrained/write-pretrained.ts";
export { ContextOverflow, requirePredicted, requireTokens, TokenOutOfRange } from "./token-checks.ts";
export { hiddenStates, logits, type Placement, readOut } from "./transformer.ts";
