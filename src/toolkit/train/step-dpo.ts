/** @file Per-step DPO: preference pairs that part at a step, the first pit of a wrong solution (Setlur et al. 2024). */
import { wrong } from "../core/argument-checks.ts";
import type { Objective } from "./objective.ts";
import { type PreferenceOptions, preferenceObjective, type ReferredPair } from "./preference-loss.ts";

/**
 * The loss of DPO on pairs of either form: a whole right solution against a wrong one up to and with its first pit, or,
 * after the steps before the pit, a right continuation against the pit. A text that is cut at a step has no end token, so
 * that it is not learnt, or unlearnt, to stop there. What both texts begin with cancels out of the margin.
 *
 * @throws RangeError for a wrong option
 * @source Setlur et al. 2024, arXiv:2406.14532, section 5; forked pairs: Hwang et al. 2024, arXiv:2404.10346
 */
export function stepDpo(options: PreferenceOptions = {}): Objective<ReferredPair> {
  return preferenceObjective("stepDpo", options, (where, { chosen, rejected }) => {
    const parts = rejected.some((token, at) => chosen[at] !== token);
    if (!parts) throw wrong(where, "a rejected text that the chosen one does not begin with", rejected);
  });
}
