/** @file What a study is: a configuration gives a plan, its stages leave records, and a reader checks them. A folder plugs one in. */
import { readJsonLines } from "../core/json-lines.ts";
import type { Stage } from "./stage.ts";

/**
 * A study. Its folder holds nothing else: `chain/` is one, `star/` another.
 *
 * @typeParam Config all that a run of the study hangs on
 * @typeParam Run its labels and its stage
 * @typeParam Found a line of its results
 */
export interface Study<Config, Run extends PlannedRun, Found> {
  /** configurations by the names that `npm run study` takes */
  readonly profiles: Readonly<Record<string, Config>>;
  /** The runs in the order of their records; two that share a part share its stage. @throws RangeError or TypeError for a configuration that does not fit */
  plan(config: Config): Run[];
  /** URL of the module whose `works` do the stages; only an executor's processes load it */
  readonly works: string;
  /** the labels by which a table counts the runs */
  readonly table: { readonly rows: keyof Run; readonly columns: keyof Run };
  /** processes at a time on one machine, where none are asked for; default: one a core */
  readonly workers?: number;
  /** What the runs will take, in lines, for --dry-run. @throws RangeError or TypeError for a configuration that does not fit */
  cost?(config: Config): Promise<string[]>;
  /** Checks a line of the results. @param where file and line, for errors @throws RangeError or TypeError that names what is wrong */
  record(where: string, line: Readonly<Record<string, unknown>>): Found;
}

/** The stage whose result is a run's record; beside it the labels that the record begins with, such as method and seed. */
export interface PlannedRun {
  readonly stage: Stage;
}

/**
 * Reads the file that runStudy writes.
 *
 * @param path JSON lines, relative to the working directory (in a notebook: the notebook's folder)
 * @returns the records in the file's order
 * @throws Error that names file, line and the value that is missing or out of range
 */
export async function readRecords<Found>(
  { record }: Pick<Study<never, PlannedRun, Found>, "record">,
  path: string,
): Promise<Found[]> {
  return (await readJsonLines(path)).map(({ line, record: found }) => record(`${path}, line ${line}`, found));
}
