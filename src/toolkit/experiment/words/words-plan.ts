/** @file The stages of the study of word problems: a base learner a seed, then for each size teaching, rollouts, values, and each method. */
import { budgetOf, type Method } from "../methods/methods.ts";
import { startOf } from "../methods/rft-start.ts";
import { asJson, type Stage } from "../stage.ts";
import { requireWordsConfig, type WordsConfig, type WordsMethods } from "./words-config.ts";
import type { WordsSettings } from "./words-learner.ts";

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
  return config.seeds.flatMap((seed) => {
    const common = { ...sharedSettings(config), model: config.model, seed };
    const base: Stage = { work: "words-base", config: asJson({ ...common, ...config.base }), needs: {} };
    return planMethods(config, common, base);
  });
}

/** What every stage is told of the task and of how policies are chosen. */
export function sharedSettings(config: WordsMethods): Omit<WordsSettings, "seed"> {
  const { teacher, steps, largest, validationProblems, validationSamples } = config;
  return {
    ...{ teacher, steps, validationProblems },
    ...(largest !== undefined && { largest }),
    ...(validationSamples !== undefined && { validationSamples }),
  };
}

/** Every size and method that begins with one base. @param common of all stages */
export function planMethods(config: WordsMethods, common: WordsSettings, base: Stage): WordsRun[] {
  const { testProblems, sampled } = config;
  return config.sizes.flatMap((size) => {
    const updates = Math.max(1, Math.round((size * config.sft.epochs) / config.sft.batchSize));
    const trained = { ...common, size, testProblems, sampled, updates };
    const supervised = (method: Method, needs: Stage["needs"]): Stage => ({
      work: "words-supervise",
      config: asJson({ ...trained, ...budgetOf(method, config.sft), method, kept: config.rftKept }),
      needs: { base, ...needs },
    });
    const sft = supervised("sft", {});
    const start = config.methods.includes("sft-early") ? supervised("sft-early", {}) : sft;
    const { samples, ...valued } = config.rollouts;
    const rollouts: Stage = {
      work: "words-rollouts",
      config: asJson({ ...common, size, samples }),
      needs: { policy: start },
    };
    const values: Stage = {
      work: "words-values",
      config: asJson({ ...common, size, ...valued }),
      needs: { policy: start, rollouts },
    };
    const stageOf = (method: Method): Stage => {
      if (method === "sft") return sft;
      if (method === "sft-early") return start;
      if (method.startsWith("rft")) return supervised(method, startOf(method, { base, sft: start, rollouts }));
      if (method === "advantage-filtered") return supervised(method, { values });
      return {
        work: "words-prefer",
        config: asJson({ ...trained, ...config.preference, method }),
        needs: { policy: start, rollouts, ...(method.startsWith("step") && { values }) },
      };
    };
    const methods = config.methods.filter((method) => method === "sft" || config.comparedSizes.includes(size));
    return methods.map((method): WordsRun => ({ method, size, seed: common.seed, stage: stageOf(method) }));
  });
}
