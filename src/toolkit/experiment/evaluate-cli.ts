/** @file The command `npm run evaluate`: a checkpoint, or recorded answers, on a file of GSM8K's or MATH's format. */
import { parseArgs } from "node:util";
import { formatEstimate } from "../core/estimate-text.ts";
import { writeJsonLines } from "../core/json-lines.ts";
import { ANSWER_RULES, type AnswerRules } from "../tasks/index.ts";
import { evaluateFile } from "./evaluate-file.ts";

const USAGE = `npm run evaluate -- --model DIR|FILE.gguf --data FILE [options]
npm run evaluate -- --answers FILE --data FILE [options]

Greedy answers of a published checkpoint to problems in the format of GSM8K or MATH, or answers recorded before, and how many are right.

  --rules       ${ANSWER_RULES.join(", ")} (default eightfold): which answer a text gives; the others are
                those of lm-evaluation-harness, with its question and no examples
  --limit N     the first N problems
  --max-tokens  of an answer (default 256)
  --out FILE    JSON lines: question, text, verdict

Example: npm run evaluate -- --model SmolLM2-135M-Instruct --data gsm8k/test.jsonl --limit 64`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...{ model: text, answers: text, data: text, limit: text, "max-tokens": text, out: text },
        rules: { type: "string", default: "eightfold" },
        help: { type: "boolean", default: false },
      },
    });
    const { data, model, answers, limit, out, rules } = values;
    if (values.help || data === undefined) {
      console.error(USAGE);
      return values.help ? 0 : 2;
    }
    const tokens = values["max-tokens"];
    const { format, right, judged } = await evaluateFile({
      ...{ data, rules: rules as AnswerRules },
      ...(model !== undefined && { model }),
      ...(answers !== undefined && { answers }),
      ...(limit !== undefined && { limit: Number(limit) }),
      ...(tokens !== undefined && { maxTokens: Number(tokens) }),
    });
    if (out !== undefined)
      await writeJsonLines(
        out,
        judged.map((each) => ({ ...each })),
      );
    const count = (verdict: string) => judged.filter((each) => each.verdict === verdict).length;
    const counts = (["right", "wrong", "unanswered"] as const).map((verdict) => `${count(verdict)} ${verdict}`);
    console.log(`${format}, ${rules}: ${counts.join(", ")} of ${judged.length}; accuracy ${formatEstimate(right)}`);
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
}
