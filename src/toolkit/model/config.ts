/** @file What kind of transformer: its sizes and its choice of positions, normalisation, nonlinearity and head. */
import { requireCount, requireOneOf, requirePositive, wrong } from "../core/argument-checks.ts";

/** A decoder-only transformer, every choice made; plain data, kept in checkpoints. */
export interface TransformerConfig {
  /** V */
  readonly vocabularySize: number;
  /** The most tokens that prompt and completion together may have. */
  readonly contextLength: number;
  /** L */
  readonly layers: number;
  /** C, the width of the residual stream: a multiple of heads. */
  readonly channels: number;
  /** H, heads of queries. */
  readonly heads: number;
  /** Heads of keys and values, each shared by heads / keyValueHeads heads of queries. */
  readonly keyValueHeads: number;
  /** Width of the feed-forward layer. */
  readonly hidden: number;
  readonly positions: "learned" | "rotary";
  readonly normalisation: "layerNorm" | "rmsNorm";
  /** "geluTanh": GELU by the hyperbolic tangent, as GPT-2 was trained with */
  readonly activation: "gelu" | "geluTanh" | "swiglu";
  /** Whether the linear layers have biases. */
  readonly biases: boolean;
  /** Whether the logits are read out with the token embedding. */
  readonly tiedHead: boolean;
  /** Under the root of either normalisation. */
  readonly epsilon: number;
  /** Longest rotary wavelength over 2 pi. */
  readonly rotaryBase: number;
}

type Sizes = "vocabularySize" | "contextLength" | "layers" | "channels" | "heads";

/** The sizes must be said; the rest has defaults. */
export type TransformerOptions = Pick<TransformerConfig, Sizes> & Partial<Omit<TransformerConfig, Sizes>>;

const MOST = 2 ** 24; // beyond any model that fits a machine; keeps products of two sizes exact

/**
 * The options checked, with defaults for what they leave open: rotary positions, RMSNorm, GELU, no biases, an untied
 * head, as many heads of keys and values as of queries, hidden 4 C (SwiGLU: 8/3 C rounded up to a multiple of 8, which
 * has as many weights).
 *
 * @throws RangeError or TypeError that names the option
 * @source Radford et al. 2019 (learned, LayerNorm, GELU, tied); Touvron et al. 2023, arXiv:2302.13971 (rotary, RMSNorm, SwiGLU)
 * @example transformerConfig({ vocabularySize: 64, contextLength: 64, layers: 4, channels: 128, heads: 4 }).hidden // => 512
 */
export function transformerConfig(options: TransformerOptions): TransformerConfig {
  const { activation = "gelu", channels, heads } = options;
  const config: TransformerConfig = {
    keyValueHeads: heads,
    hidden: activation === "swiglu" ? 8 * Math.ceil(channels / 3) : 4 * channels,
    positions: "rotary",
    normalisation: "rmsNorm",
    activation,
    biases: false,
    tiedHead: false,
    epsilon: 1e-5,
    rotaryBase: 10_000,
    ...options,
  };
  requireConfig(config);
  return config;
}

/** @throws RangeError or TypeError that names the option which does not fit */
function requireConfig(config: TransformerConfig): void {
  const caller = "transformerConfig";
  const { channels, heads, keyValueHeads } = config;
  for (const name of COUNTS) requireCount(caller, name, config[name], 1, MOST);
  requireOneOf(caller, "positions", config.positions, ["learned", "rotary"]);
  requireOneOf(caller, "normalisation", config.normalisation, ["layerNorm", "rmsNorm"]);
  requireOneOf(caller, "activation", config.activation, ["gelu", "geluTanh", "swiglu"]);
  for (const name of ["biases", "tiedHead"] as const) {
    if (typeof config[name] !== "boolean") throw wrong(caller, `${name} to be true or false`, config[name]);
  }
  requirePositive(caller, "epsilon", config.epsilon);
  requirePositive(caller, "rotaryBase", config.rotaryBase);
  if (channels % heads !== 0) throw wrong(caller, `channels to be a multiple of heads (${heads})`, channels);
  if (heads % keyValueHeads !== 0) throw wrong(caller, `heads to be a multiple of keyValueHeads`, keyValueHeads);
  if (config.positions === "rotary" && (channels / heads) % 2 !== 0) {
    throw wrong(caller, "an even head size (channels / heads) for rotary positions", channels / heads);
  }
}

const COUNTS = ["vocabularySize", "contextLength", "layers", "channels", "heads", "keyValueHeads", "hidden"] as const;

/** D, the size of a head. */
export function headSize({ channels, heads }: TransformerConfig): number {
  return channels / heads;
}
