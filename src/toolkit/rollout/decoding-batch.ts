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

const PREFILL_COUNTS = [32, 16, 8, 4, 2, 1]; // prompts at once: activations that fit a core's cache, few programs

export class DecodingBatch {
  readonly #policy: TransformerPolicy;
  readonly #options: BatchOptions;
  readonly #cache: KeyValueCache;
  /** of a row; none where the row is free */
  #groups: (PromptGroup | undefined)[];
  readonly #mask: CacheMask;
  #spent: { logits: DeviceArray; memory: Memory<DeviceArray> } | undefined;
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

  /** Brings the busy rows to the front of `rows` rows. */
  async arrange(rows: number): Promise<void> {
    const busy = this.#groups.flatMap((group, row) => (group === undefined ? [] : [row]));
    if (rows === this.rows && busy.every((row, at) => row === at)) return;
    await this.#cache.keep(busy, rows);
    this.#mask.reshape(this.#cache.shape, busy);
    this.#groups = Array.from({ length: rows }, (_, at) => this.#groups[busy[at] ?? -1]);
  }

  /** Reads prompts into the rows behind the busy ones, and writes the first token of each of their sequences. */
  async enter(groups: readonly PromptGroup[]): Promise<void> {
    let row = this.busyRows;
    for (let start = 0; start < groups.length; ) {
      const count = PREFILL_COUNTS.find((most) => most <= groups.length - start) as number;
      const chunk = groups.slice(start, start + count);
      const { logits, memory } = await this.#prefill(chunk);
      this.#cache.putPrompts(memory, row);
      for (const [at, group] of chunk.entries()) {
        this.#groups[row + at] = group;
        this.#mask.enter(row + at, group.prompt.length);
        for (const writing of group.writings) this.#write(writing, logits, at);
      }
      disposeMemory(memory);
      row += count;
      start += count;
    }
    this.#leave();
  }

  /** Writes one more token of each sequence. */
  async step(): Promise<void> {
    const { rows, samples } = this.#cache.shape;
    if (await this.#cache.grow())
      this.#mask.reshape(
        this.#cache.shape,
        Array.from({ length: rows }, (_, row) => row),
      );
    const tokens = new Int32Array(rows * samples);
    const positions = new Int32Array(rows * samples);
    this.#eachWriting((writing, slot, prompt) => {
      tokens[slot] = writing.tokens.at(-1) as number;
      positions[slot] = prompt.length + writing.tokens.length - 1;
    });
    const decode = await decodeProgram(this.#policy, this.#cache.shape);
    const { parameters } = this.#policy;
    const { prompts, written, next } = this.#cache;
    const inputs = { parameters, tokens, positions, mask: this.#mask.values, prompts, written };
    const results = await decode(inputs, this.#spent === undefined ? {} : { spent: this.#spent });
    this.#spent = results;
    this.#cache.write(results.memory);
    const logits = await results.logits.read();
    this.#eachWriting((writing, slot) => {
      this.#mask.see(slot, next);
      this.#write(writing, logits, slot);
    });
    this.#leave();
  }

  dispose(): void {
    this.#cache.dispose();
    this.#spent?.logits.dispose();
    disposeMemory(this.#spent?.memory ?? []);
  }

  async #prefill(groups: readonly PromptGroup[]): Promise<{ logits: Numbers; memory: Memory<DeviceArray> }> {
    const { promptLength } = this.#cache.shape;
    const tokens = new Int32Array(groups.length * promptLength);
    for (const [at, { prompt }] of groups.entries()) tokens.set(prompt, at * promptLength);
    const lasts = Int32Array.from(groups, ({ prompt }) => prompt.length - 1);
    const prefill = await prefillProgram(this.#policy, groups.length, promptLength);
    const { logits, memory } = await prefill({ parameters: this.#policy.parameters, tokens, lasts });
    const numbers = await logits.read();
    logits.dispose();
    return { logits: numbers, memory };
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

  /** Frees the rows whose sequences have all ended. */
  #leave(): void {
    this.#groups = this.#groups.map((group) =>
      group?.writings.some(({ finish }) => finish === undefined) ? group : undefined,
    );
  }

  #eachWriting(visit: (writing: Writing, slot: number, prompt: readonly number[]) => void): void {
    const { samples } = this.#cache.shape;
    for (const [row, group] of this.#groups.entries()) {
      for (const [at, writing] of group?.writings.entries() ?? []) {
        if (writing.finish === undefined) visit(writing, row * samples + at, group?.prompt as readonly number[]);
      }
    }
  }
}
