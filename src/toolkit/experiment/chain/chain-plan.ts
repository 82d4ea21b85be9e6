/** @file The stages of the chain study: a base learner a seed, then for each data size teaching, rollouts, step values, and each method. */
import { budgetOf, type Method } from "../methods/methods.ts";
import { startOf } from "../methods/rft-start.ts";
import { asJson, type Stage } from "../stage.ts";
import { type ChainConfig, requireChainConfig } from "./chain-config.ts";

/** A trained and evaluated policy. */
export interface ChainRun {
  readonly method: Method;
  readonly size: number;
  readonly seed: number;
  readonly stage: Stage;
}

/**
 * The runs of a study; two that share a part share its stage.
 *
 * @throws RangeError or TypeError for a configuration that does not fit
 */
export function planChainStudy(config: ChainConfig): ChainRun[] {
  requireChainConfig(config);
  return config.seeds.flatMap((seed) => {
    const common = {
      task: { ...config.task, seed },
      model: config.model,
      seed,
      validationProblems: config.validationProblems,
      validationSamples: config.validationSamples,
    };
    const base: Stage = { work: "base", config: asJson({ ...common, ...config.base }), needs: {} };
    return config.sizes.flatMap((size) => {
      const { sft: lesson } = config;
      const updates =
        "updates" in lesson ? lesson.updates : Math.max(1, Math.round((size * lesson.epochs) / lesson.batchSize));
      const trained = {
        ...common,
        size,
        testProblems: config.testProblems,
        sampled: config.sampled,
        credit: config.credit,
      };
      const supervised = (method: Method, needs: Stage["needs"], kept?: number): Stage => ({
        work: "supervise",
        config: asJson({ ...trained, ...budgetOf(method, config.sft), updates, method, kept }),
        needs: { base, ...needs },
      });
      const sft = supervised("sft", {});
      const start = config.methods.includes("sft-early") ? supervised("sft-early", {}) : sft;
      const run = (method: Method, stage: Stage): ChainRun => ({ method, size, seed, stage });
      const runs = config.methods.includes("sft") ? [run("sft", sft)] : [];
      if (!config.comparedSizes.includes(size)) return runs;
      const { samples, ...valued } = config.rollouts;
      const rollouts: Stage = {
        work: "rollouts",
        config: asJson({ ...common, size, samples }),
        needs: { policy: start },
      };
      const values: Stage = {
        work: "values",
        config: asJson({ ...common, size, ...valued }),
        needs: { policy: start, rollouts },
      };
      const prefer = (method: Method, needs: Stage["needs"]): Stage => {
        const { updatesShare, ...preference } = config.preference;
        const share = Math.max(1, Math.round(updates * updatesShare));
        return {
          work: "prefer",
          config: asJson({ ...trained, ...preference, updates: share, method }),
          needs: { policy: start, rollouts, ...needs },
        };
      };
      const stagesOf = (method: Method): Stage[] => {
        if (method === "sft") return [];
        if (method === "sft-early") return [start];
        if (method.startsWith("rft")) {
          const needs = startOf(method, { sft: start, rollouts, base });
          return config.rftKept.map((kept) => supervised(method, needs, kept));
        }
        if (method === "advantage-filtered") return [supervised(method, { values })];
        return [prefer(method, method.startsWith("step") ? { values } : {})];
      };
      return [...runs, ...config.methods.flatMap((method) => stagesOf(method).map((stage) => run(method, stage)))];
    });
  });
}
