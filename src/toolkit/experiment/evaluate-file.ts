/** @file Any checkpoint on a file of GSM8K's or MATH's format: what it writes for each problem, and the verdicts; or those on recorded answers. */
import { requireCount, requireOneOf } from "../core/argument-checks.ts";
import { readJsonLines } from "../core/json-lines.ts";
import { createStream } from "../core/random-stream.ts";
import { accuracy, type Rate } from "../evaluate/index.ts";
import { continueFrom } from "../rollout/index.ts";
import { ANSWER_RULES, type AnswerFormat, type AnswerRules, judgeAnswer, type Verdict } from "../tasks/index.ts";
import { openModel } from "./open-model.ts";
import { engineOf } from "./stage-engine.ts";

export interface EvaluateOptions {
  /** GSM8K's ("question", "answer") or MATH's ("problem", "solution") JSON lines */
  readonly data: string;
  /** folder as transformers saves them, or a GGUF file; or else */
  readonly model?: string;
  /** JSON lines with "text", one a problem of the data, in its order */
  readonly answers?: string;
  readonly rules: AnswerRules;
  /** the first so many problems; all by default */
  readonly limit?: number;
  /** tokens of an answer, at most; 256 by default */
  readonly maxTokens?: number;
}

/** A problem with what was written for it. */
export interface JudgedAnswer {
  readonly question: string;
  readonly text: string;
  readonly verdict: Verdict;
}

export interface Evaluation {
  readonly format: AnswerFormat;
  readonly right: Rate;
  readonly judged: readonly JudgedAnswer[];
}

/** @throws Error or RangeError in one line that names the file, the line or the option, and what was expected */
export async function evaluateFile(options: EvaluateOptions): Promise<Evaluation> {
  const { data, model, answers, rules, limit = Infinity } = options;
  requireOneOf("evaluate", "rules", rules, ANSWER_RULES);
  if (limit !== Infinity) requireCount("evaluate", "limit", limit, 1, Number.MAX_SAFE_INTEGER);
  if ((model === undefined) === (answers === undefined)) {
    throw new RangeError("evaluate requires either a model or recorded answers, and not both");
  }
  const { format, items } = await readItems(data, limit);
  const texts =
    answers === undefined ? await written(items, format, model ?? "", options) : await recorded(answers, items.length);
  const judged = items.map(({ question, solution }, at): JudgedAnswer => {
    const text = texts[at] ?? "";
    return { question, text, verdict: judgeAnswer(format, rules, text, solution) };
  });
  return { format, right: accuracy(judged.map(({ verdict }) => verdict)).right, judged };
}

interface Item {
  readonly question: string;
  readonly solution: string;
}

const FIELDS = { gsm8k: ["question", "answer"], math: ["problem", "solution"] } as const;

async function readItems(path: string, limit: number): Promise<{ format: AnswerFormat; items: Item[] }> {
  const lines = (await readJsonLines(path)).slice(0, limit);
  const [first] = lines;
  if (first === undefined) throw new Error(`${path}: expected problems, got an empty file`);
  const format: AnswerFormat = "problem" in first.record ? "math" : "gsm8k";
  const [asked, solved] = FIELDS[format];
  const items = lines.map(({ line, record }): Item => {
    const [question, solution] = [record[asked], record[solved]];
    if (typeof question === "string" && typeof solution === "string") return { question, solution };
    throw new Error(`${path}, line ${line}: expected text under "${asked}" and "${solved}"`);
  });
  return { format, items };
}

async function recorded(path: string, count: number): Promise<string[]> {
  const lines = await readJsonLines(path);
  if (lines.length < count)
    throw new Error(`${path}: ${lines.length} answers, expected one for each of ${count} problems`);
  return lines.slice(0, count).map(({ line, record }) => {
    if (typeof record.text === "string") return record.text;
    throw new Error(`${path}, line ${line}: expected text under "text"`);
  });
}

const THREADS = 2;
const AT_ONCE = 8; // problems in a batch: caches of a published model are large

/** Greedy answers, to the question and a line break, or as the harness asks without examples. */
async function written(
  items: readonly Item[],
  format: AnswerFormat,
  model: string,
  { rules, maxTokens = 256 }: EvaluateOptions,
): Promise<string[]> {
  requireCount("evaluate", "max-tokens", maxTokens, 1, 2 ** 20);
  const { vocabulary, ...read } = await openModel(model);
  const policy = { engine: await engineOf(THREADS), ...read };
  const label = format === "gsm8k" ? "Question" : "Problem";
  const asked = ({ question }: Item): string =>
    rules === "eightfold" ? `${question}\n` : `${label}: ${question}\nAnswer:`;
  const prefixes = items.map((item, index) => ({
    problem: { id: item.question, split: "test", index } as const,
    prompt: vocabulary.encode(asked(item)),
    completion: [],
  }));
  const limits = { temperature: 0, maxTokens, stopTokens: [vocabulary.endId], batchSize: AT_ONCE };
  const completions = await continueFrom(policy, limits)(prefixes, 1, createStream(0)); // greedy: nothing is drawn
  return completions.map(([ids = []]) => vocabulary.decode(ids.filter((id) => id !== vocabulary.endId)));
}
