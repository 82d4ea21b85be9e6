/** @file The stages of the star graph's study: a base learner a seed, the control, two SFT policies, and each method from either. */

import type { Method } from "../methods/methods.ts";
import { asJson, type Stage } from "../stage.ts";
import { requireStarConfig, STAR_POLICIES, type StarConfig, type StarPolicy } from "./star-config.ts";

/** A trained and measured policy. */
export interface StarRun {
  /** "reversed" is the control: SFT on paths told from the goal back */
  readonly method: Method | "reversed";
  readonly policy: StarPolicy;
  readonly seed: number;
  readonly stage: Stage;
}

/**
 * The runs of a study; two that share a part share its stage.
 *
 * @throws RangeError or TypeError for a configuration that does not fit
 */
export function planStarStudy(config: StarConfig): StarRun[] {
  requireStarConfig(config);
  return config.seeds.flatMap((seed) => {
    const { graph, model, size, validationProblems, testProblems } = config;
    const common = { graph: { ...graph, seed }, model, seed, size, validationProblems };
    const base: Stage = { work: "star-base", config: asJson({ ...common, ...config.base }), needs: {} };
    return STAR_POLICIES.flatMap((policy): StarRun[] => {
      // what learns from a policy's samples begins at the base learner and trains as long as the early-stopped policy did
      const supervised = (
        method: StarRun["method"],
        needs: Stage["needs"],
        updates = config.sft.updates["early-stopped"],
      ): Stage => ({
        work: "star-supervise",
        config: asJson({ ...common, testProblems, ...config.sft, updates, method, kept: config.rftKept }),
        needs: { base, ...needs },
      });
      const sft = supervised("sft", {}, config.sft.updates[policy]);
      const { samples, ...valued } = config.rollouts;
      const rollouts: Stage = {
        work: "star-rollouts",
        config: asJson({ ...common, samples }),
        needs: { policy: sft },
      };
      const values: Stage = {
        work: "star-values",
        config: asJson({ ...common, ...valued }),
        needs: { policy: sft, rollouts },
      };
      const stageOf = (method: Exclude<Method, "sft">): Stage => {
        if (method.startsWith("rft")) return supervised(method, { rollouts });
        if (method === "advantage-filtered") return supervised(method, { rollouts, values });
        return {
          work: "star-prefer",
          config: asJson({ ...common, testProblems, ...config.preference, method }),
          needs: { policy: sft, rollouts, ...(method.startsWith("step") && { values }) },
        };
      };
      const run = (method: StarRun["method"], stage: Stage): StarRun => ({ method, policy, seed, stage });
      return [
        ...(policy === "early-stopped" ? [run("reversed", supervised("reversed", {}))] : []),
        run("sft", sft),
        ...config.methods.map((method) => run(method, stageOf(method))),
      ];
    });
  });
}
