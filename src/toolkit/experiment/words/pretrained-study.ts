/** @file The study of word problems with a published model as the learner: its plan, and what it will take. docs/study-protocol.md */
import { asJson, type Stage } from "../stage.ts";
import type { Study } from "../study.ts";
import { type CheckpointFile, checkpointFile } from "./checkpoint-file.ts";
import {
  CALLER,
  PRETRAINED_PROFILES,
  type PretrainedWordsConfig,
  requirePretrainedWords,
  type Training,
} from "./pretrained-config.ts";
import { pretrainedCost } from "./pretrained-cost.ts";
import { planMethods, sharedSettings, type WordsRun } from "./words-plan.ts";
import { type WordsRecord, wordsRecord } from "./words-record.ts";

interface PretrainedWordsRun extends WordsRun {
  readonly training: Training["name"];
}

export const pretrainedWordsStudy: Study<PretrainedWordsConfig, PretrainedWordsRun, WordsRecord> = {
  profiles: PRETRAINED_PROFILES,
  plan: planPretrainedWords,
  works: new URL("./words-works.ts", import.meta.url).href,
  table: { rows: "method", columns: "size" },
  record: wordsRecord,
  workers: 1, // a model fills the machine
  cost: (config) => pretrainedCost(config, runsOf(config, { path: "", bytes: 0, modified: 0 })),
};

/**
 * The runs of the study; SFT, its rollouts and their values are shared by the methods of a size, the checkpoint by all.
 *
 * @throws RangeError or TypeError for a configuration that does not fit, or without a checkpoint
 */
export function planPretrainedWords(config: PretrainedWordsConfig): PretrainedWordsRun[] {
  if (config.checkpoint === undefined) {
    throw new RangeError(
      `${CALLER} requires a checkpoint, got none (hint: --model DIR or --model FILE.gguf; --dry-run needs none)`,
    );
  }
  return runsOf(config, checkpointFile(config.checkpoint));
}

function runsOf(config: PretrainedWordsConfig, checkpoint: CheckpointFile): PretrainedWordsRun[] {
  requirePretrainedWords(config);
  const shared = { ...sharedSettings(config), checkpoint };
  const base: Stage = { work: "words-checkpoint", config: asJson({ ...shared, seed: 0 }), needs: {} };
  return config.seeds.flatMap((seed) =>
    config.trainings.flatMap(({ name, lowRank, rates }) => {
      const budgets = {
        sft: { ...config.sft, learningRate: rates.sft, ...(lowRank && { lowRank }) },
        preference: { ...config.preference, learningRate: rates.preference, ...(lowRank && { lowRank }) },
      };
      const runs = planMethods({ ...config, ...budgets }, { ...shared, seed }, base);
      return runs.map((run): PretrainedWordsRun => ({ ...run, training: name }));
    }),
  );
}
