/** @file The stages of the study of word problems: a base learner a seed, then for each size teaching, rollouts, values, and each method. */
import type { Method } from "../methods/methods.ts";
import { startOf } from "../methods/rft-start.ts";
import { asJson, type Stage } from "../stage.ts";
import { requireWordsConfig, type WordsConfig } from "./words-config.ts";

/** A trained and measured policy. */
export interface WordsRun {
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
export function planWordsStudy(config: WordsConfig): WordsRun[] {
  requireWordsConfig(config);
  const { teacher, steps, model, validationProblems, validationSamples, testProblems, sampled } = config;
  return config.seeds.flatMap((seed) => {
    const common = { teacher, steps, model, validationProblems, validationSamples, seed };
    const base: Stage = { work: "words-base", config: asJson({ ...common, ...config.base }), needs: {} };
    return config.sizes.flatMap((size) => {
      const updates = Math.max(1, Math.round((size * config.sft.epochs) / config.sft.batchSize));
      const trained = { ...common, size, testProblems, sampled, updates };
      const supervised = (method: Method, needs: Stage["needs"]): Stage => ({
        work: "words-supervise",
        config: asJson({ ...trained, ...config.sft, method, kept: config.rftKept }),
        needs: { base, ...needs },
      });
      const sft = supervised("sft", {});
      const { samples, ...valued } = config.rollouts;
      const rollouts: Stage = {
        work: "words-rollouts",
        config: asJson({ ...common, size, samples }),
        needs: { policy: sft },
      };
      const values: Stage = {
        work: "words-values",
        config: asJson({ ...common, size, ...valued }),
        needs: { policy: sft, rollouts },
      };
      const stageOf = (method: Method): Stage => {
        if (method === "sft") return sft;
        if (method.startsWith("rft")) return supervised(method, startOf(method, { base, sft, rollouts }));
        if (method === "advantage-filtered") return supervised(method, { values });
        return {
          work: "words-prefer",
          config: asJson({ ...trained, ...config.preference, method }),
          needs: { policy: sft, rollouts, ...(method.startsWith("step") && { values }) },
        };
      };
      const methods = config.methods.filter((method) => method === "sft" || config.comparedSizes.includes(size));
      return methods.map((method): WordsRun => ({ method, size, seed, stage: stageOf(method) }));
    });
  });
}
