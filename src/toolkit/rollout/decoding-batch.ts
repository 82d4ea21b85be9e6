/** @file The sequences that are being written together: which slot of the cache each has, what it sees, what it has written. */
import type { DeviceArray } from "../engine/index.ts";
import type { Numbers } from "../tensor/index.ts";
import { CacheMask } from "./cache-mask.ts";
import { type CacheShape, decodeProgram, type Memory, prefillProgram } from "./cached-graphs.ts";
import { type ChosenToken, chooseToken, type TokenOptions } from "./choose-token.ts";
import { disposeMemory, KeyValueCache } from "./key-value-cache.ts";
import type { PromptGroup, Writing } from "./prompt-groups.ts";
import { uniformFor } from "./token-uniform.ts";
import type { TransformerPolicy } from "./transformer-policy.ts";

export interface BatchOptions extends TokenOptions {
  readonly stopTokens: ReadonlySet<number>;
}

/** Prompts read at once, more of the short ones: activations that fit a core's cache, and two programs. */
const TOKENS_AT_ONCE = 1024;
const FEWEST_PROMPTS = 32;
const FEW_OF_MANY = 1 / 4;
/** Prompts are padded to a multiple of this, or of a quarter of the cache's places for them. */
const FINEST = 4;

interface Predictions {
  readonly logits: DeviceArray;
  readonly memory: Memory<DeviceArray>;
}

export class DecodingBatch {
  readonly #policy: TransformerPolicy;
  readonly #options: BatchOptions;
  readonly #cache: KeyValueCache;
  /** of a row; none where the row is free */
  #groups: (PromptGroup | undefined)[];
  /** sequences that are still written, in the order of their slots */
  #active: { readonly writing: Writing; readonly slot: number; readonly promptLength: number }[] = [];
  readonly #mask: CacheMask;
  #spent: Predictions | undefined;
  readonly #chosen: ChosenToken = { token: 0, logProb: 0, sampledLogProb: 0 };

  constructor(policy: TransformerPolicy, shape: Omit<CacheShape, "length">, capacity: number, options: BatchOptions) {
    this.#policy = policy;
    this.#options = options;
    this.#cache = new KeyValueCache(policy, shape, capacity);
    this.#groups = new Array<undefined>(shape.rows).fill(undefined);
    this.#mask = new CacheMask(this.#cache.shape);
  }

  /** Rows of the cache, free ones too. */
  get rows(): number {
    return this.#groups.length;
  }

  /** Rows that have a sequence which is still written. */
  get busyRows(): number {
    return this.#groups.filter((group) => group !== undefined).length;
  }

  /** Brings the busy rows together in `rows` rows. */
  arrange(rows: number): void {
    const busy = this.#groups.flatMap((group, row) => (group === undefined ? [] : [row]));
    this.#cache.keep(busy, rows);
    this.#mask.reshape(this.#cache.shape, busy);
    this.#groups = Array.from({ length: rows }, (_, at) => this.#groups[busy[at] ?? -1]);
    this.#leave(); // the sequences have other slots now
  }

  /** Reads prompts into free rows, and writes the first token of each of their sequences. */
  async enter(groups: readonly PromptGroup[]): Promise<void> {
    const free = this.#groups.flatMap((group, row) => (group === undefined ? [row] : []));
    const many = Math.max(FEWEST_PROMPTS, Math.floor(TOKENS_AT_ONCE / this.#cache.shape.promptLength));
    const few = Math.ceil(many * FEW_OF_MANY);
    let spent: Predictions | undefined;
    for (let start = 0; start < groups.length; ) {
      const count = groups.length - start > few ? many : few;
      const chunk = groups.slice(start, start + count);
      spent = await this.#prefill(chunk, count, spent);
      const logits = await spent.logits.read();
      this.#cache.putPrompts(spent.memory, Int32Array.from(free.slice(start, start + chunk.length)));
      for (const [at, group] of chunk.entries()) {
        const row = free[start + at] as number;
        this.#groups[row] = group;
        this.#mask.enter(row, group.prompt.length);
        for (const writing of group.writings) this.#write(writing, logits, at);
      }
      start += chunk.length;
    }
    disposePredictions(spent);
    this.#leave();
  }

  /** Writes one more token of each sequence. */
  async step(): Promise<void> {
    const { rows, samples } = this.#cache.shape;
    if (this.#cache.grow()) this.#mask.reshape(this.#cache.shape, [...new Array(rows).keys()]);
    const tokens = new Int32Array(rows * samples);
    const positions = new Int32Array(rows * samples);
    for (const { writing, slot, promptLength } of this.#active) {
      tokens[slot] = writing.tokens.at(-1) as number;
      positions[slot] = promptLength + writing.tokens.length - 1;
    }
    const decode = await decodeProgram(this.#policy, this.#cache.shape);
    const { parameters } = this.#policy;
    const { prompts, written, next } = this.#cache;
    const inputs = { parameters, tokens, positions, mask: this.#mask.values, prompts, written };
    const results = await decode(inputs, this.#spent === undefined ? {} : { spent: this.#spent });
    this.#spent = results;
    this.#cache.write(results.memory);
    const logits = await results.logits.read();
    let ended = false;
    for (const { writing, slot } of this.#active) {
      this.#mask.see(slot, next);
      this.#write(writing, logits, slot);
      ended ||= writing.finish !== undefined;
    }
    if (ended) this.#leave();
  }

  dispose(): void {
    this.#cache.dispose();
    disposePredictions(this.#spent);
  }

  /** Reads prompts, followed by empty ones up to `count`. */
  async #prefill(groups: readonly PromptGroup[], count: number, spent: Predictions | undefined): Promise<Predictions> {
    const unit = Math.max(FINEST, Math.ceil(this.#cache.shape.promptLength / 4));
    const longest = groups.reduce((sofar, { prompt }) => Math.max(sofar, prompt.length), 1);
    const promptLength = Math.min(this.#cache.shape.promptLength, Math.ceil(longest / unit) * unit);
    const tokens = new Int32Array(count * promptLength);
    for (const [at, { prompt }] of groups.entries()) tokens.set(prompt, at * promptLength);
    const lasts = Int32Array.from({ length: count }, (_, at) => (groups[at]?.prompt.length ?? 1) - 1);
    const prefill = await prefillProgram(this.#policy, count, promptLength);
    return prefill({ parameters: this.#policy.parameters, tokens, lasts }, spent === undefined ? {} : { spent });
  }

  /** Draws the next token from a row of logits. */
  #write(writing: Writing, logits: Numbers, row: number): void {
    const { vocabularySize } = this.#policy.config;
    const uniform = uniformFor(writing.seed, writing.tokens.length);
    const chosen = this.#chosen;
    chooseToken(logits, row * vocabularySize, vocabularySize, this.#options, uniform, chosen);
    writing.tokens.push(chosen.token);
    writing.logProbs.push(chosen.logProb);
    writing.sampledLogProbs.push(chosen.sampledLogProb);
    if (this.#options.stopTokens.has(chosen.token)) writing.finish = "stop";
    else if (writing.tokens.length === writing.limit) writing.finish = "length";
  }

  /** Frees the rows whose sequences have all ended, and lists the sequences that have not. */
  #leave(): void {
    const { samples } = this.#cache.shape;
    this.#active = [];
    for (const [row, group] of this.#groups.entries()) {
      const before = this.#active.length;
      for (const [at, writing] of group?.writings.entries() ?? []) {
        if (writing.finish !== undefined) continue;
        this.#active.push({ writing, slot: row * samples + at, promptLength: group?.prompt.length ?? 0 });
      }
      if (this.#active.length === before) this.#groups[row] = undefined;
    }
  }
}

function disposePredictions(predictions: Predictions | undefined): void {
  predictions?.logits.dispose();
  disposeMemory(predictions?.memory ?? []);
}
