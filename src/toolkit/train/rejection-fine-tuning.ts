/** @file Rejection fine-tuning: supervised fine-tuning on the teacher's solutions and on the policy's own right ones (Yuan et al. 2023). */
import { type SftExample, sft } from "./sft.ts";

/**
 * The examples of rejection fine-tuning: the originals, and those sampled that are none of them over again. Training
 * starts from the base policy, not from the one that was sampled, with the loss of sft().
 *
 * @param originals the teacher's solutions
 * @param sampled right solutions of the policy, as rollout's selectPositives chose them
 * @returns examples for sft(), each text of a prompt once
 * @source Yuan et al. 2023, arXiv:2308.01825; Setlur et al. 2024, arXiv:2406.14532, section 4
 */
export function rejectionFineTuningExamples(
  originals: readonly SftExample[],
  sampled: readonly SftExample[],
): SftExample[] {
  const seen = new Set<string>();
  return [...originals, ...sampled].filter(({ prompt, completion }) => {
    const text = `${prompt.join()}|${completion.join()}`;
    return !seen.has(text) && seen.add(text);
  });
}

/** The loss of rejection fine-tuning is that of supervised fine-tuning; its name stands in logs and checkpoints. */
export function rejectionFineTuning(): ReturnType<typeof sft> {
  return { ...sft(), name: "rejectionFineTuning" };
}
