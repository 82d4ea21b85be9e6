/** @file Every primitive op: what an engine must be able to run (a test holds each engine to this list). */
import type { Op } from "../tensor.ts";
import { erfOp, geluOp, sigmoidOp, softplusOp, tanhOp } from "./activations.ts";
import { addOp, divOp, mulOp, negOp, subOp } from "./arithmetic.ts";
import { andOp, equalOp, lessEqualOp, lessOp, notOp, orOp } from "./compare.ts";
import { concatOp } from "./concat.ts";
import { cumulativeSumOp } from "./cumulative-sum.ts";
import { expOp, logOp, sqrtOp } from "./exponentials.ts";
import { gatherOp, sumRowsOp } from "./gather.ts";
import { argmaxOp, reduceMaxOp } from "./largest.ts";
import { matmulOp } from "./matmul.ts";
import { inverseDeviationOp, layerNormOp, standardiseOp } from "./normalisation.ts";
import { broadcastToOp, reduceSumOp } from "./reduce-sum.ts";
import { reshapeOp } from "./reshape.ts";
import { padOp, sliceOp } from "./slice.ts";
import { logSoftmaxOp, softmaxOp } from "./softmax.ts";
import { placeLastOp, takeLastOp } from "./take-along.ts";
import { transposeOp } from "./transpose.ts";
import { castOp, whereOp } from "./where.ts";

/**
 * The leaves (input, constant, uniform) are not here: a graph hands them to the engine as values; nor are eachPart and
 * sumOfParts, which say how often the others are run (stages.ts).
 */
export const PRIMITIVES: readonly Op[] = [
  ...[addOp, subOp, mulOp, divOp, negOp, expOp, logOp, sqrtOp],
  ...[tanhOp, erfOp, sigmoidOp, softplusOp, geluOp],
  ...[equalOp, lessOp, lessEqualOp, andOp, orOp, notOp, whereOp, castOp],
  ...[matmulOp, softmaxOp, logSoftmaxOp, layerNormOp, standardiseOp, inverseDeviationOp],
  ...[reduceSumOp, reduceMaxOp, argmaxOp, cumulativeSumOp],
  ...[reshapeOp, transposeOp, broadcastToOp, sliceOp, padOp, concatOp],
  ...[gatherOp, sumRowsOp, takeLastOp, placeLastOp],
];
