/** @file What every stage of the study of word problems needs: its task, its model's configuration, and its random streams. */
import { createStream, type RandomStream } from "../../core/random-stream.ts";
import type { TransformerConfig } from "../../model/index.ts";
import { drawSum, type Vocabulary, type WordProblems, wordProblems } from "../../tasks/index.ts";
import type { SftExample } from "../../train/index.ts";
import { type Learner, learnerOf } from "../methods/learner.ts";
import type { ModelSettings } from "../methods/methods.ts";
import { describeModel } from "../open-model.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import type { WordsMethods } from "./words-config.ts";

/** The settings that all stages of a run share: those of a model from scratch, or a published checkpoint. */
export interface WordsSettings
  extends Pick<WordsMethods, "teacher" | "steps" | "largest" | "validationProblems" | "validationSamples"> {
  readonly seed: number;
  readonly model?: ModelSettings;
  readonly checkpoint?: CheckpointFile;
}

/**
 * @param stage whose random numbers are drawn
 * @throws RangeError where a checkpoint's tokenizer lacks a word of the stories, or its context has no room for the longest
 */
export async function createWordsLearner(settings: WordsSettings, stage: string): Promise<Learner<WordProblems>> {
  const { seed, model, checkpoint } = settings;
  const stream = createStream(seed).split("words study").split(stage);
  if (checkpoint === undefined) {
    const words = wordTask(settings);
    return learnerOf(words, model as ModelSettings, words.longest.completion, stream);
  }
  const { config, vocabulary } = await describeModel(checkpoint.path);
  return publishedLearner(wordTask(settings, vocabulary), config, stream);
}

function publishedLearner(task: WordProblems, config: TransformerConfig, stream: RandomStream): Learner<WordProblems> {
  const { prompt, completion } = task.longest;
  const contextLength = prompt + completion;
  if (contextLength <= config.contextLength) return { task, config: { ...config, contextLength }, stream };
  throw new RangeError(
    `a words study requires a model with room for ${contextLength} tokens, got ${config.contextLength} (hint: fewer steps)`,
  );
}

/** Its problems, in a model's own tokens or in the words of the stories. */
function wordTask(
  { seed, steps, largest, teacher }: Omit<WordsSettings, "validationProblems">,
  vocabulary?: Vocabulary,
): WordProblems {
  return wordProblems({ seed, steps, teacher, ...(largest && { largest }), ...(vocabulary && { vocabulary }) });
}

/** The problems of the base learner: two steps, told one by one. */
export function baseProblems({ seed, largest }: WordsSettings): WordProblems {
  return wordProblems({ seed, steps: [2, 2], ...(largest && { largest }) });
}

/** What the base learner practises before it reads: sums in its own tokens, with numbers as large as those of its stories. */
export function sums({ vocabulary, config }: WordProblems, count: number, stream: RandomStream): SftExample[] {
  return Array.from({ length: count }, (_, at) => {
    const { asked, answered } = drawSum(config.largest, stream);
    return { id: `sum ${at}`, prompt: vocabulary.encode(asked), completion: vocabulary.encode(answered) };
  });
}

/** The ten stories that nothing is trained on. */
export function foreignStories({ config: { teacher, ...config }, vocabulary }: WordProblems): WordProblems {
  return wordProblems({ ...config, teacher, stories: "held-out", vocabulary });
}
