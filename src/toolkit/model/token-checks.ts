/** @file Token ids checked on the host before an engine sees them: what an engine does with a wrong id differs by engine. */
import type { TransformerConfig } from "./config.ts";

/** A token id that the model does not have. */
export class TokenOutOfRange extends RangeError {
  override readonly name = "TokenOutOfRange";
}

/** More tokens than the model's context holds. */
export class ContextOverflow extends RangeError {
  override readonly name = "ContextOverflow";

  /** @param most tokens, and what that number is */
  constructor(where: string, tokens: number, most: number, what = "contextLength") {
    super(`${where} requires at most ${most} tokens (${what}), got ${tokens}`);
  }
}

/**
 * @param where the caller and what it checks, for the message
 * @throws TokenOutOfRange naming the first id outside the vocabulary and its place; ContextOverflow for too many tokens
 */
export function requireTokens(
  where: string,
  tokens: ArrayLike<number>,
  { vocabularySize, contextLength }: Pick<TransformerConfig, "vocabularySize" | "contextLength">,
): void {
  if (tokens.length > contextLength) throw new ContextOverflow(where, tokens.length, contextLength);
  for (let at = 0; at < tokens.length; at++) {
    const id = tokens[at] as number;
    if (Number.isInteger(id) && id >= 0 && id < vocabularySize) continue;
    throw new TokenOutOfRange(`${where} requires token ids in [0, ${vocabularySize}), got ${id} at place ${at}`);
  }
}

/**
 * The same of a text whose tokens are each predicted from those before: the last one is only predicted and takes no place, so
 * that a text may have a token more than the context.
 *
 * @throws TokenOutOfRange; ContextOverflow for a text of more than contextLength + 1 tokens
 */
export function requirePredicted(
  where: string,
  text: ArrayLike<number>,
  { vocabularySize, contextLength }: Pick<TransformerConfig, "vocabularySize" | "contextLength">,
): void {
  const most = contextLength + 1;
  if (text.length > most) {
    throw new ContextOverflow(where, text.length, most, "contextLength and one that is only predicted");
  }
  requireTokens(where, text, { vocabularySize, contextLength: most });
}
