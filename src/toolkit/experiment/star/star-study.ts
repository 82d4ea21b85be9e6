/** @file The study of star graphs: one critical step, and a policy that was trained too long. docs/study-protocol.md, "The star graph" */
import { readRecords, type Study } from "../study.ts";
import { STAR_STUDY, type StarConfig } from "./star-config.ts";
import { planStarStudy, type StarRun } from "./star-plan.ts";
import { type StarRecord, starRecord } from "./star-record.ts";

export const starStudy: Study<StarConfig, StarRun, StarRecord> = {
  profiles: { star: STAR_STUDY },
  plan: planStarStudy,
  works: new URL("./star-works.ts", import.meta.url).href,
  table: { rows: "method", columns: "policy" },
  record: starRecord,
};

/** Its records; see readRecords. */
export function readStarStudy(path: string): Promise<StarRecord[]> {
  return readRecords(starStudy, path);
}
