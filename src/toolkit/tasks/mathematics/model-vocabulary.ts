/** @file A published model's own tokenizer as a vocabulary: tokenizer.json, read by Hugging Face's library. */
import { dirname, join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { readText } from "../../core/text-file.ts";
import type { Vocabulary } from "../vocabulary.ts";

/**
 * Reads a byte-level tokenizer such as GPT-2's, Llama 3's or Qwen's. No token is added before or after a text. Id 0, which
 * fills up a batch, is a token like others here: what fills up is hidden from the policy and from every loss.
 *
 * @param path of tokenizer.json
 * @param options endToken: the text of the token that ends a completion; by default eos_token of tokenizer_config.json,
 *   which stands beside tokenizer.json
 * @returns a vocabulary; ids beyond the tokenizer's, which a model with a padded embedding can write, decode to U+FFFD
 * @throws Error in one line that names the file that is missing or no JSON; RangeError when the end token is none of its tokens
 */
export async function readModelVocabulary(path: string, options: { endToken?: string } = {}): Promise<Vocabulary> {
  const definition = await readJson(path);
  const end = options.endToken ?? (await endTokenOf(join(dirname(path), "tokenizer_config.json")));
  return modelVocabulary(definition, { endToken: end, name: path });
}

/**
 * The same when the tokenizer is at hand, such as that of a GGUF file.
 *
 * @param definition what tokenizer.json holds
 * @param options endToken: the text of the token that ends a completion; name: of the tokenizer, for errors
 * @throws RangeError when the end token is none of its tokens, or the tokens cannot write what an answer in numbers is made of
 */
export function modelVocabulary(
  definition: Readonly<Record<string, unknown>>,
  { endToken, name = "the tokenizer" }: { endToken: string; name?: string },
): Vocabulary {
  const tokenizer = new Tokenizer(definition, { clean_up_tokenization_spaces: false });
  const endId = tokenizer.token_to_id(endToken);
  if (endId === undefined)
    throw new RangeError(`${name}: its tokens have no ${JSON.stringify(endToken)} to end a completion`);
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const lost = ANSWER_SIGNS.find((sign) => pieces(encode(sign), tokenizer).join("") !== sign);
  if (lost !== undefined)
    throw new RangeError(`${name}: its tokens cannot write ${JSON.stringify(lost)}, of which answers are made`);
  const size = 1 + Math.max(...tokenizer.get_vocab(true).values());
  return {
    size,
    padId: 0,
    endId,
    encode: (text) => (text === "" ? [] : encode(text)),
    decode: (ids) => pieces(ids, tokenizer).join(""),
  };
}

/** What solutions of GSM8K and MATH have beside words. */
const ANSWER_SIGNS = [..."0123456789#<>=+-*/.$\\{}", "\n"];

/** Texts of stretches of known ids, and a mark for each other: one that is none must not end the evaluation of a policy. */
function pieces(ids: readonly number[], tokenizer: Tokenizer): string[] {
  const texts: string[] = [];
  let known: number[] = [];
  const flush = (): void => {
    if (known.length > 0) texts.push(tokenizer.decode(known, { skip_special_tokens: false }));
    known = [];
  };
  for (const id of ids) {
    if (tokenizer.id_to_token(id) !== undefined) {
      known.push(id);
      continue;
    }
    flush();
    texts.push("\uFFFD");
  }
  flush();
  return texts;
}

async function endTokenOf(path: string): Promise<string> {
  const { eos_token: token } = (await readJson(path)) as { eos_token?: string | { content: string } };
  const text = typeof token === "object" ? token?.content : token;
  if (text === undefined) throw new Error(`${path}: no eos_token (hint: give endToken)`);
  return text;
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const text = await readText(path);
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path}: no JSON`, { cause: error });
  }
}
