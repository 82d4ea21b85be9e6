/** @file The settings and tensors of Llama, Mistral and Qwen2 in our terms: rotary positions, RMSNorm, SwiGLU, grouped queries. */
import { transformerConfig } from "../config.ts";
import {
  type Architecture,
  blockOf,
  countOf,
  numberOf,
  type PublishedConfig,
  requireSetting,
  type TensorSource,
  UnsupportedModel,
} from "./architecture.ts";

const MATRICES: Readonly<Record<string, readonly string[]>> = {
  queriesKeysValues: ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
  attentionOutput: ["self_attn.o_proj"],
  up: ["mlp.gate_proj", "mlp.up_proj"], // what passes through SiLU, then what it gates
  down: ["mlp.down_proj"],
};

const NORMS: Readonly<Record<string, string>> = {
  attentionNorm: "input_layernorm",
  feedForwardNorm: "post_attention_layernorm",
};

const REST: Readonly<Record<string, TensorSource>> = {
  embedding: { names: ["model.embed_tokens.weight"] },
  "finalNorm.gain": { names: ["model.norm.weight"] },
  head: { names: ["lm_head.weight"], transposed: true },
};

/** @source the names of LlamaForCausalLM, MistralForCausalLM and Qwen2ForCausalLM in transformers 5.23 */
export const LLAMA: Architecture = {
  prefix: "",
  configOf: (published) => {
    requireSetting(published, "hidden_act", ["silu"]);
    requireSetting(
      published,
      "sliding_window",
      published.use_sliding_window === false ? [published.sliding_window] : [null],
    );
    requireSetting(published, "use_sliding_window", [false]);
    const channels = countOf(published, "hidden_size");
    const heads = countOf(published, "num_attention_heads");
    requireSetting(published, "head_dim", [null, channels / heads]);
    return transformerConfig({
      vocabularySize: countOf(published, "vocab_size"),
      contextLength: countOf(published, "max_position_embeddings"),
      layers: countOf(published, "num_hidden_layers"),
      channels,
      heads,
      keyValueHeads: published.num_key_value_heads === undefined ? heads : countOf(published, "num_key_value_heads"),
      hidden: countOf(published, "intermediate_size"),
      positions: "rotary",
      normalisation: "rmsNorm",
      activation: "swiglu",
      // a family with some biases has all of ours, those that it leaves out being zeros
      biases: published.model_type === "qwen2" || published.attention_bias === true || published.mlp_bias === true,
      tiedHead: published.tie_word_embeddings === true,
      epsilon: numberOf(published, "rms_norm_eps"),
      rotaryBase: rotaryBaseOf(published),
    });
  },
  publishedOf: ({ positions, normalisation, activation, biases, ...config }) => {
    if (positions !== "rotary" || normalisation !== "rmsNorm" || activation !== "swiglu") return undefined;
    return {
      architectures: ["LlamaForCausalLM"],
      bos_token_id: null, // which they are, the tokenizer says
      eos_token_id: null,
      model_type: "llama",
      vocab_size: config.vocabularySize,
      max_position_embeddings: config.contextLength,
      num_hidden_layers: config.layers,
      hidden_size: config.channels,
      num_attention_heads: config.heads,
      num_key_value_heads: config.keyValueHeads,
      intermediate_size: config.hidden,
      hidden_act: "silu",
      attention_bias: biases,
      mlp_bias: biases,
      tie_word_embeddings: config.tiedHead,
      rms_norm_eps: config.epsilon,
      rope_parameters: { rope_type: "default", rope_theta: config.rotaryBase },
      rope_theta: config.rotaryBase, // what transformers 4 reads
      dtype: "float32",
    };
  },
  sourceOf: (name) => {
    const inBlock = blockOf(name);
    if (inBlock === undefined) return REST[name] as TensorSource;
    const [layer, kind] = inBlock.part.split(".") as [string, string];
    const path = (own: string, what: string): string => `model.layers.${inBlock.block}.${own}.${what}`;
    if (layer in NORMS) return { names: [path(NORMS[layer] as string, "weight")] };
    const names = (MATRICES[layer] as readonly string[]).map((own) => path(own, kind));
    return kind === "bias" ? { names, orZeros: true } : { names, transposed: true };
  },
};

/** Newer files keep the settings of rotary positions together. @throws UnsupportedModel for positions that are stretched */
function rotaryBaseOf(published: PublishedConfig): number {
  const parameters = (published.rope_parameters ?? published.rope_scaling ?? {}) as PublishedConfig;
  const type = parameters.rope_type ?? parameters.type ?? "default";
  if (type !== "default") {
    throw new UnsupportedModel(`config.json: rotary positions of type ${JSON.stringify(type)}; supported: "default"`);
  }
  requireSetting(parameters, "partial_rotary_factor", [1]);
  if (parameters.rope_theta !== undefined) return numberOf(parameters, "rope_theta");
  return published.rope_theta === undefined ? 10_000 : numberOf(published, "rope_theta");
}
