/** @file Rows of zeros with a single one. */
import type { Tensor } from "../tensor.ts";
import { constant } from "./inputs.ts";
import { broadcastTo } from "./reduce-sum.ts";
import { placeLast } from "./take-along.ts";

/** A one at each id's place: int32 (...ids), each in [0, width) -> float32 (...ids, width). @throws OpMismatch unless int32 */
export function oneHot(ids: Tensor, width: number): Tensor {
  return placeLast(broadcastTo(constant(1), ids.shape), ids, width);
}
