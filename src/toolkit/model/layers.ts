/** @file The layers between which attention stands: linear, normalisation, feed-forward. */
import { add, gelu, geluTanh, layerNorm, matmul, mul, rmsNorm, silu, slice, type Tensor } from "../tensor/index.ts";
import type { TransformerConfig } from "./config.ts";
import type { Block, Linear, Normalisation } from "./parameters.ts";

/** x weight + bias, and the product of the adapters where there are some. (..., in) -> (..., out) */
export function linear(x: Tensor, { weight, bias, beside }: Linear<Tensor>): Tensor {
  const frozen = matmul(x, weight);
  const product = beside === undefined ? frozen : add(frozen, matmul(matmul(x, beside.a), beside.b));
  return bias === undefined ? product : add(product, bias);
}

/** LayerNorm where there is a bias, else RMSNorm. (..., C) -> (..., C) */
export function normalise(x: Tensor, { gain, bias }: Normalisation<Tensor>, { epsilon }: TransformerConfig): Tensor {
  return bias === undefined ? rmsNorm(x, gain, { epsilon }) : layerNorm(x, gain, bias, { epsilon });
}

/** down(gelu(up(x))), or down(silu(gate) up) with gate and up from one product. @source Shazeer 2020, arXiv:2002.05202 */
export function feedForward(
  x: Tensor,
  { up, down }: Pick<Block<Tensor>, "up" | "down">,
  config: TransformerConfig,
): Tensor {
  const wide = linear(x, up); // (B, T, hidden), or twice that
  if (config.activation !== "swiglu") return linear((config.activation === "gelu" ? gelu : geluTanh)(wide), down);
  const gate = slice(wide, -1, 0, config.hidden);
  return linear(mul(silu(gate), slice(wide, -1, config.hidden)), down);
}
