/** @file Sums: equations as the solutions of word problems mark them, with no story around them; what a learner can practise before it reads. */
import type { RandomStream } from "../../core/random-stream.ts";
import { applied, drawMove, KINDS, operatorOf } from "./problem.ts";
import { marked } from "./teacher.ts";

/** What is asked, and what is to be written after it: "37 + 45 = " and "<<37+45=82>>82". */
export interface Sum {
  readonly asked: string;
  readonly answered: string;
}

/** One step of a story by itself: a quantity up to the largest, and a move with a number as moves have them. */
export function drawSum(largest: number, stream: RandomStream): Sum {
  for (;;) {
    const quantity = 1 + stream.integer(largest);
    const move = drawMove(KINDS[stream.integer(KINDS.length)] ?? "more", stream);
    const value = applied(quantity, move);
    if (!Number.isInteger(value) || value < 1 || value > largest) continue;
    const line = marked(`${quantity} ${operatorOf(move)} ${move.number}`, value);
    const mark = line.indexOf("<<");
    return { asked: line.slice(0, mark), answered: line.slice(mark) };
  }
}
