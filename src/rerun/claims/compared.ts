/** @file What a comparison of figures works on, and what comes of it. */
import type { Verdict } from "./verdict.ts";

/** Lists of values by their place in a figure: "data[0].x" -> its numbers and texts. */
export type FigureLists = Map<string, readonly unknown[]>;

/** A verdict, undefined when only an eye can judge, and why it is not the best. */
export type Compared = readonly [verdict: Verdict | undefined, reason: string | undefined];
