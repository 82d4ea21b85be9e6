/** @file Which requests are written together: those of one prompt share its cache, prompts of like length a batch. */

/** A completion to be written. */
export interface SampleRequest {
  /** token ids, at least one */
  readonly prompt: readonly number[];
  /** an integer in [0, 2^53): the same prompt and seed give the same completion */
  readonly seed: number;
  /** tokens that this completion may have; default: what the options say */
  readonly maxTokens?: number;
}

/** A request and what is written of it so far. */
export interface Writing {
  readonly seed: number;
  /** tokens that it may have at most */
  readonly limit: number;
  readonly tokens: number[];
  readonly logProbs: number[];
  readonly sampledLogProbs: number[];
  finish?: "stop" | "length";
}

/** A prompt and some of the requests that have it. */
export interface PromptGroup {
  readonly prompt: readonly number[];
  readonly writings: readonly Writing[];
}

/** Groups that go through one batch, one after another. */
export interface Run {
  readonly groups: readonly PromptGroup[];
  /** sequences of a group at most */
  readonly samples: number;
  /** places for the longest of the prompts */
  readonly promptLength: number;
}

export interface GroupingOptions {
  readonly batchSize: number;
  readonly maxTokens: number;
  readonly contextLength: number;
}

const MOST_SHARING = 8; // a group stays until its last sequence ends: larger ones would leave more places idle

/**
 * Requests of one prompt go into groups of at most eight, groups into runs by falling length of the prompt; a new run
 * begins where the prompts fit a shorter cache and the last run fills a batch.
 *
 * @returns the runs, and the writing of each request in the order of the requests
 */
export function groupRequests(
  requests: readonly SampleRequest[],
  { batchSize, maxTokens, contextLength }: GroupingOptions,
): { runs: Run[]; writings: Writing[] } {
  const byPrompt = new Map<string, { prompt: readonly number[]; writings: Writing[] }>();
  const writings = requests.map(({ prompt, seed, maxTokens: own = maxTokens }) => {
    const limit = Math.min(own, contextLength - prompt.length);
    const writing: Writing = { seed, limit, tokens: [], logProbs: [], sampledLogProbs: [] };
    const key = prompt.join();
    const known = byPrompt.get(key);
    if (known === undefined) byPrompt.set(key, { prompt, writings: [writing] });
    else known.writings.push(writing);
    return writing;
  });
  const samples = Math.min(batchSize, evenShare(requests.length / byPrompt.size));
  const groups = [...byPrompt.values()].flatMap(({ prompt, writings: own }) =>
    Array.from({ length: Math.ceil(own.length / samples) }, (_, part) => ({
      prompt,
      writings: own.slice(part * samples, (part + 1) * samples),
    })),
  );
  groups.sort((a, b) => b.prompt.length - a.prompt.length); // a stable sort: groups of one prompt stay together
  const runs: { groups: PromptGroup[]; samples: number; promptLength: number }[] = [];
  for (const group of groups) {
    const promptLength = Math.min(contextLength, roundedLength(group.prompt.length));
    const run = runs.at(-1);
    const isFull = run !== undefined && run.groups.length * samples >= batchSize;
    if (run === undefined || (isFull && promptLength < run.promptLength))
      runs.push({ groups: [group], samples, promptLength });
    else run.groups.push(group);
  }
  return { runs, writings };
}

/** Requests a prompt in equal parts of at most eight. @example evenShare(10) // => 5 */
function evenShare(perPrompt: number): number {
  return Math.ceil(perPrompt / Math.ceil(perPrompt / MOST_SHARING));
}

/** Few different lengths, so that few programs are compiled. */
function roundedLength(length: number): number {
  const unit = length <= 64 ? 16 : 32;
  return Math.ceil(length / unit) * unit;
}
