/** @file The study of word problems: what data sizes and methods make of a learner that solves stories in sentences. docs/study-protocol.md */
import { readRecords, type Study } from "../study.ts";
import { WORDS_PROFILES, type WordsConfig } from "./words-config.ts";
import { planWordsStudy, type WordsRun } from "./words-plan.ts";
import { type WordsRecord, wordsRecord } from "./words-record.ts";

export const wordsStudy: Study<WordsConfig, WordsRun, WordsRecord> = {
  profiles: WORDS_PROFILES,
  plan: planWordsStudy,
  works: new URL("./words-works.ts", import.meta.url).href,
  table: { rows: "method", columns: "size" },
  record: wordsRecord,
};

/** Its records; see readRecords. */
export function readWordsStudy(path: string): Promise<WordsRecord[]> {
  return readRecords(wordsStudy, path);
}
