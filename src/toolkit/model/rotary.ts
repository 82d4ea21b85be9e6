/** @file Rotary positions: each pair of a head's channels is turned by an angle that grows with the position (Su et al. 2021). */
import { add, concat, constant, gather, mul, reshape, slice, sub, type Tensor } from "../tensor/index.ts";
import { headSize, type TransformerConfig } from "./config.ts";

/**
 * Channels i and i + D/2 of each head turned by position * base^(-2 i / D).
 *
 * @param x (B, heads, T, D)
 * @param positions int32 (T) or (B, T)
 * @returns like x
 * @source Su et al. 2021, arXiv:2104.09864, eq. 34; halves paired as in GPT-NeoX and Llama
 */
export function rotate(x: Tensor, positions: Tensor, config: TransformerConfig): Tensor {
  const half = headSize(config) / 2;
  const turn = (f: (angle: number) => number): Tensor => {
    const rows = gather(angleTable(config, f), positions); // (T, D/2) or (B, T, D/2)
    return reshape(rows, positions.shape.length === 1 ? rows.shape : rows.shape.toSpliced(1, 0, 1)); // (B, 1, T, D/2)
  };
  const cosine = turn(Math.cos);
  const sine = turn(Math.sin);
  const first = slice(x, -1, 0, half);
  const second = slice(x, -1, half);
  return concat([sub(mul(first, cosine), mul(second, sine)), add(mul(second, cosine), mul(first, sine))], -1);
}

/** f of the angle of each position and pair, (contextLength, D/2). */
function angleTable(config: TransformerConfig, f: (angle: number) => number): Tensor {
  const half = headSize(config) / 2;
  const { contextLength, rotaryBase } = config;
  const values = Float64Array.from({ length: contextLength * half }, (_, at) =>
    f(Math.floor(at / half) * rotaryBase ** (-(at % half) / half)),
  );
  return constant(values, { shape: [contextLength, half] });
}
