/** @file The study of chain arithmetic: what data sizes and methods make of a learner whose teacher is terse. docs/study-protocol.md */
import { readRecords, type Study } from "../study.ts";
import type { ChainConfig } from "./chain-config.ts";
import { type ChainRun, planChainStudy } from "./chain-plan.ts";
import { type ChainRecord, chainRecord } from "./chain-record.ts";
import { CHAIN_PROFILES } from "./profiles.ts";

export const chainStudy: Study<ChainConfig, ChainRun, ChainRecord> = {
  profiles: CHAIN_PROFILES,
  plan: planChainStudy,
  works: new URL("./chain-works.ts", import.meta.url).href,
  table: { rows: "method", columns: "size" },
  record: chainRecord,
};

/** Its records; see readRecords. */
export function readChainStudy(path: string): Promise<ChainRecord[]> {
  return readRecords(chainStudy, path);
}
