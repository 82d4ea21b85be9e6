/** @file Direct preference optimisation on whole solutions, a right one and a wrong one (Rafailov et al. 2023). */
import { wrong } from "../core/argument-checks.ts";
import type { Objective } from "./objective.ts";
import { type PreferenceOptions, preferenceObjective, type ReferredPair } from "./preference-loss.ts";

/**
 * -log sigmoid(beta ((log pi(y+ | x) - log ref(y+ | x)) - (log pi(y- | x) - log ref(y- | x)))), the mean over pairs.
 *
 * @throws RangeError for a wrong option
 * @source Rafailov et al. 2023, arXiv:2305.18290, eq. 7
 */
export function dpo(options: PreferenceOptions = {}): Objective<ReferredPair> {
  return preferenceObjective("dpo", options, (where, { chosen, rejected }) => {
    const differ = chosen.length !== rejected.length || chosen.some((token, at) => token !== rejected[at]);
    if (!differ) throw wrong(where, "two different texts", chosen);
  });
}
