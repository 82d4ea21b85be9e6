/** @file The tokenizer in the metadata of a GGUF file, as the tokenizer.json that Hugging Face's library reads. */
import { UnsupportedModel } from "./architecture.ts";
import type { GgufValue } from "./gguf-file.ts";

export interface GgufTokenizer {
  /** what tokenizer.json would hold */
  readonly definition: Readonly<Record<string, unknown>>;
  /** the token that ends a completion */
  readonly endToken: string;
  /** how a conversation is written, in Jinja; undefined where the file has none */
  readonly chatTemplate: string | undefined;
}

const BYTE_LEVEL = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };

/** By tokenizer.ggml.pre. @source llama.cpp, src/llama-vocab.cpp */
const PARTS: Readonly<Record<string, readonly object[]>> = {
  "gpt-2": [BYTE_LEVEL],
  smollm: [{ type: "Digits", individual_digits: true }, BYTE_LEVEL],
};

const CONTROL = 3; // llama.cpp's LLAMA_TOKEN_TYPE_CONTROL
const USER_DEFINED = 4;

/** @throws UnsupportedModel for a tokenizer that is not byte-level BPE, or lists that do not fit together */
export function tokenizerOf(path: string, metadata: ReadonlyMap<string, GgufValue>): GgufTokenizer | undefined {
  const own = (name: string): GgufValue | undefined => metadata.get(`tokenizer.ggml.${name}`);
  const tokens = texts(own("tokens"));
  if (tokens === undefined) return undefined;
  const [model, pre] = [own("model"), own("pre") ?? "gpt-2"];
  const parts = PARTS[String(pre)];
  if (model !== "gpt2" || parts === undefined) {
    const known = Object.keys(PARTS).map((name) => `gpt2, ${name}`);
    throw new UnsupportedModel(
      `${path}: a tokenizer of ${String(model)}, ${String(pre)}; supported: ${known.join("; ")}`,
    );
  }
  const [merges, types, end] = [texts(own("merges")), own("token_type"), own("eos_token_id")];
  const endToken = typeof end === "number" ? tokens[end] : undefined;
  if (merges === undefined || !Array.isArray(types) || types.length !== tokens.length || endToken === undefined) {
    throw new UnsupportedModel(
      `${path}: its tokenizer lacks merges, a type for each token, or the token that ends a text`,
    );
  }
  const added = tokens.flatMap((content, id) => {
    const special = types[id] === CONTROL;
    if (!special && types[id] !== USER_DEFINED) return [];
    return [{ id, content, special, single_word: false, lstrip: false, rstrip: false, normalized: false }];
  });
  const chatTemplate = metadata.get("tokenizer.chat_template");
  return {
    endToken,
    chatTemplate: typeof chatTemplate === "string" ? chatTemplate : undefined,
    definition: {
      ...{ version: "1.0", truncation: null, padding: null, added_tokens: added, normalizer: null },
      pre_tokenizer: { type: "Sequence", pretokenizers: parts },
      post_processor: null,
      decoder: BYTE_LEVEL,
      model: {
        ...{ type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null },
        ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false },
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges,
      },
    },
  };
}

function texts(value: GgufValue | undefined): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string") ? (value as string[]) : undefined;
}
