/** @file GPT-2's settings and tensors in our terms (Radford et al. 2019): learned positions, LayerNorm, biases, a tied head. */
import { transformerConfig } from "../config.ts";
import { type Architecture, blockOf, countOf, numberOf, requireSetting, type TensorSource } from "./architecture.ts";

const BLOCK: Readonly<Record<string, string>> = {
  "attentionNorm.gain": "ln_1.weight",
  "attentionNorm.bias": "ln_1.bias",
  "queriesKeysValues.weight": "attn.c_attn.weight", // (C, 3 C): stored (in, out), as ours
  "queriesKeysValues.bias": "attn.c_attn.bias",
  "attentionOutput.weight": "attn.c_proj.weight",
  "attentionOutput.bias": "attn.c_proj.bias",
  "feedForwardNorm.gain": "ln_2.weight",
  "feedForwardNorm.bias": "ln_2.bias",
  "up.weight": "mlp.c_fc.weight",
  "up.bias": "mlp.c_fc.bias",
  "down.weight": "mlp.c_proj.weight",
  "down.bias": "mlp.c_proj.bias",
};

const REST: Readonly<Record<string, TensorSource>> = {
  embedding: { names: ["wte.weight"] },
  positions: { names: ["wpe.weight"] },
  "finalNorm.gain": { names: ["ln_f.weight"] },
  "finalNorm.bias": { names: ["ln_f.bias"] },
};

/** @source the names of GPT2LMHeadModel in transformers 5.23 */
export const GPT2: Architecture = {
  prefix: "transformer.",
  configOf: (published) => {
    requireSetting(published, "activation_function", ["gelu_new", "gelu_pytorch_tanh", "gelu"]);
    requireSetting(published, "scale_attn_by_inverse_layer_idx", [false]);
    requireSetting(published, "scale_attn_weights", [true]);
    requireSetting(published, "add_cross_attention", [false]);
    requireSetting(published, "tie_word_embeddings", [true]);
    const channels = countOf(published, "n_embd");
    return transformerConfig({
      vocabularySize: countOf(published, "vocab_size"),
      contextLength: countOf(published, "n_positions"),
      layers: countOf(published, "n_layer"),
      channels,
      heads: countOf(published, "n_head"),
      hidden: (published.n_inner ?? null) === null ? 4 * channels : countOf(published, "n_inner"),
      positions: "learned",
      normalisation: "layerNorm",
      activation: published.activation_function === "gelu" ? "gelu" : "geluTanh",
      biases: true,
      tiedHead: true,
      epsilon: numberOf(published, "layer_norm_epsilon"),
    });
  },
  publishedOf: ({ positions, normalisation, activation, biases, tiedHead, ...config }) => {
    const fits = positions === "learned" && normalisation === "layerNorm" && biases && tiedHead;
    if (!fits || activation === "swiglu" || config.keyValueHeads !== config.heads) return undefined;
    return {
      architectures: ["GPT2LMHeadModel"],
      bos_token_id: null, // which they are, the tokenizer says
      eos_token_id: null,
      model_type: "gpt2",
      vocab_size: config.vocabularySize,
      n_positions: config.contextLength,
      n_embd: config.channels,
      n_layer: config.layers,
      n_head: config.heads,
      n_inner: config.hidden,
      activation_function: activation === "gelu" ? "gelu" : "gelu_new",
      layer_norm_epsilon: config.epsilon,
      tie_word_embeddings: true,
      dtype: "float32",
    };
  },
  sourceOf: (name) => {
    const inBlock = blockOf(name);
    if (inBlock === undefined) return REST[name] as TensorSource;
    return { names: [`h.${inBlock.block}.${BLOCK[inBlock.part]}`] };
  },
};
