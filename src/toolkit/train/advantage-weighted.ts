/** @file Advantage-weighted and advantage-filtered fine-tuning: the cross-entropy of steps by how much they help (Peng et al. 2019; Setlur et al. 2024). */
import { wrong } from "../core/argument-checks.ts";
import { type SftExample, sft } from "./sft.ts";

/**
 * -w log pi(y | x), the weighted mean over tokens, w the weight of the step that a token belongs to: exp(A / beta), or, to
 * filter, 1 where A > 0 and else 0 (rollout's advantageWeighted and advantageFiltered make them). Wrong solutions are
 * trained on too, by their good steps.
 *
 * @source Peng et al. 2019, arXiv:1910.00177, eq. 8; Setlur et al. 2024, arXiv:2406.14532
 */
export function advantageWeightedSft(): ReturnType<typeof sft> {
  const base = sft();
  return {
    ...base,
    name: "advantageWeightedSft",
    texts: (example: SftExample) => {
      const where = `advantageWeightedSft, example ${example.id},`;
      const { weights } = example;
      const fits = weights?.every((weight) => weight >= 0 && weight < Infinity) && weights.some((weight) => weight > 0);
      if (!fits) throw wrong(where, "weights >= 0, one a token of the completion, not all of them 0", weights);
      return base.texts(example);
    },
  };
}
