/** @file What a family of published decoders calls its settings and its tensors, in our terms. */
import type { TransformerConfig } from "../config.ts";

/** Where the numbers of one of our parameters stand in a published checkpoint. */
export interface TensorSource {
  /** tensors to be set side by side, in this order */
  readonly names: readonly string[];
  /** whether a matrix is stored (out, in), as PyTorch's Linear does, and not (in, out) as ours are */
  readonly transposed?: boolean;
  /** whether a tensor that the checkpoint does not have is zeros: a bias that the family leaves out */
  readonly orZeros?: boolean;
}

/** The configuration of a published model, as its config.json has it. */
export type PublishedConfig = Readonly<Record<string, unknown>>;

export interface Architecture {
  /** @throws UnsupportedModel for a setting that our transformer does not have */
  configOf(published: PublishedConfig): TransformerConfig;
  /** The config.json of a model of ours, for transformers 5; undefined when the family lacks one of its choices. */
  publishedOf(config: TransformerConfig): PublishedConfig | undefined;
  /** The source of a parameter, by our name of it, such as "blocks.0.up.weight". */
  sourceOf(name: string): TensorSource;
  /** a prefix of all names that some files leave out */
  readonly prefix: string;
}

/** A published model that is none of ours: another architecture, or a setting that is not supported. */
export class UnsupportedModel extends Error {
  override readonly name = "UnsupportedModel";
}

/** A count of the configuration. @throws UnsupportedModel when it is missing or no count */
export function countOf(published: PublishedConfig, name: string): number {
  const value = published[name];
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new UnsupportedModel(`config.json: expected a count under "${name}", got ${JSON.stringify(value)}`);
}

/** A positive number of the configuration. @throws UnsupportedModel when it is missing or another thing */
export function numberOf(published: PublishedConfig, name: string): number {
  const value = published[name];
  if (typeof value === "number" && value > 0) return value;
  throw new UnsupportedModel(`config.json: expected a number > 0 under "${name}", got ${JSON.stringify(value)}`);
}

/** @throws UnsupportedModel when a setting that is there has a value other than these */
export function requireSetting(published: PublishedConfig, name: string, supported: readonly unknown[]): void {
  const value = published[name];
  if (value === undefined || supported.includes(value)) return;
  const known = supported.map((one) => JSON.stringify(one)).join(" or ");
  throw new UnsupportedModel(`config.json: "${name}" is ${JSON.stringify(value)}; supported: ${known}`);
}

/** "blocks.3.up.weight" as 3 and "up.weight"; no block: undefined. */
export function blockOf(name: string): { block: number; part: string } | undefined {
  const found = /^blocks\.(\d+)\.(.+)$/.exec(name);
  return found === null ? undefined : { block: Number(found[1]), part: found[2] as string };
}
