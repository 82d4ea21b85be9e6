/** @file Sampling completions from a policy with a key-value cache, sequences coming and going while others are written. */
import { requireCount, wrong } from "../core/argument-checks.ts";
import type { RandomStream } from "../core/random-stream.ts";
import { ContextOverflow, requireTokens, type TransformerConfig } from "../model/index.ts";
import { requireTokenOptions, type TokenOptions } from "./choose-token.ts";
import { DecodingBatch } from "./decoding-batch.ts";
import { groupRequests, type Run, type SampleRequest } from "./prompt-groups.ts";
import { onDevice, type TransformerPolicy } from "./transformer-policy.ts";

export interface SampleOptions extends TokenOptions {
  /** Tokens that a completion may have, with the stop token; the context may allow fewer. */
  readonly maxTokens: number;
  /** Tokens that end a completion, and belong to it; default none. */
  readonly stopTokens?: readonly number[];
  /** Sequences that are written at the same time; default 256. */
  readonly batchSize?: number;
}

export interface Sampled {
  /** up to and with the stop token; without one where it was cut short */
  readonly tokens: readonly number[];
  /** of each token at temperature 1 over the whole vocabulary: what the policy itself says */
  readonly logProbs: readonly number[];
  /** of each token under the distribution it was drawn from, after temperature, top-k and top-p; 0 at temperature 0 */
  readonly sampledLogProbs: readonly number[];
  readonly finish: "stop" | "length";
}

/**
 * Writes a completion for each request. Equal prompts are read once. What a request gets hangs on its prompt and seed
 * alone, up to the rounding of the engine's float32, which may differ with the batch's shape: a draw that falls
 * within about 1e-6 of a border between two tokens may go to the other.
 *
 * @returns a completion for each request, in their order
 * @throws TypeError without requests; TokenOutOfRange; ContextOverflow for a prompt that leaves no room for a token
 */
export async function sample(
  policy: TransformerPolicy,
  requests: readonly SampleRequest[],
  options: SampleOptions,
): Promise<Sampled[]> {
  const { maxTokens, stopTokens = [], batchSize = 256 } = options;
  const { contextLength } = policy.config;
  requireRequests(requests, options, policy.config);
  const { runs, writings } = groupRequests(requests, { batchSize, maxTokens, contextLength });
  const { policy: loaded, release } = onDevice(policy);
  try {
    for (const run of runs) await writeRun(loaded, run, batchSize, { ...options, stopTokens: new Set(stopTokens) });
  } finally {
    release();
  }
  return writings.map(({ tokens, logProbs, sampledLogProbs, finish = "length" }) => {
    return { tokens, logProbs, sampledLogProbs, finish };
  });
}

/** Requests for `samples` completions of each prompt, those of one prompt together, with seeds from a stream. */
export function requestsFor(
  prompts: readonly (readonly number[])[],
  samples: number,
  stream: RandomStream,
): SampleRequest[] {
  requireCount("requestsFor", "samples", samples, 1, Number.MAX_SAFE_INTEGER);
  return prompts.flatMap((prompt) =>
    Array.from({ length: samples }, () => ({ prompt, seed: stream.integer(Number.MAX_SAFE_INTEGER) })),
  );
}

const ENOUGH_FREE = 1 / 4; // of the rows, before others enter: prompts are read faster many at once
const FEWEST_ROWS = 8;

async function writeRun(
  policy: TransformerPolicy,
  { groups, samples, promptLength }: Run,
  batchSize: number,
  options: TokenOptions & { readonly stopTokens: ReadonlySet<number> },
): Promise<void> {
  const waiting = [...groups];
  const most = Math.max(1, Math.floor(batchSize / samples));
  const longest = groups.reduce((sofar, { writings }) => Math.max(sofar, ...writings.map(({ limit }) => limit)), 1);
  const rows = rowsFor(groups.length, most);
  const batch = new DecodingBatch(policy, { rows, samples, promptLength }, longest - 1, options);
  try {
    while (waiting.length > 0 || batch.busyRows > 0) {
      const free = batch.rows - batch.busyRows;
      if (waiting.length > 0 && (free >= ENOUGH_FREE * batch.rows || free >= waiting.length)) {
        await batch.enter(waiting.splice(0, free));
      } else if (waiting.length === 0) {
        const fewer = rowsFor(batch.busyRows, most);
        if (fewer < batch.rows) batch.arrange(fewer);
      }
      if (batch.busyRows > 0) await batch.step();
    }
  } finally {
    batch.dispose();
  }
}

/** The smallest that holds `count` rows of: the most, a quarter of it, a quarter of that, ... Each size is a program more. */
function rowsFor(count: number, most: number): number {
  let rows = most;
  while (rows / 4 >= Math.max(count, FEWEST_ROWS)) rows = Math.ceil(rows / 4);
  return rows;
}

function requireRequests(requests: readonly SampleRequest[], options: SampleOptions, config: TransformerConfig): void {
  const { maxTokens, stopTokens = [], batchSize = 256 } = options;
  requireTokenOptions("sample", options);
  requireCount("sample", "maxTokens", maxTokens, 1, Number.MAX_SAFE_INTEGER);
  requireCount("sample", "batchSize", batchSize, 1, Number.MAX_SAFE_INTEGER);
  requireTokens("sample's stopTokens", stopTokens, { ...config, contextLength: Infinity });
  if (requests.length === 0) throw wrong("sample", "at least one request", requests);
  for (const [at, { prompt, seed, maxTokens: own }] of requests.entries()) {
    const where = `sample's prompt ${at}`;
    requireTokens(where, prompt, config);
    if (prompt.length === 0) throw wrong(where, "at least one token", prompt);
    if (prompt.length === config.contextLength)
      throw new ContextOverflow(`${where} and a token after it`, prompt.length + 1, config.contextLength);
    if (own !== undefined) requireCount("sample", `maxTokens of request ${at}`, own, 1, Number.MAX_SAFE_INTEGER);
    requireCount("sample", `seed of request ${at}`, seed, 0, Number.MAX_SAFE_INTEGER);
  }
}
