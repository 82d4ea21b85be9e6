/** @file Measurements of runs by two of their fields, such as method and size: as cells, as rows of a table, as lines of a figure. */
import { wrong } from "../../core/argument-checks.ts";
import { formatMeasured, type Measured } from "../../core/estimate-text.ts";
import type { MeasuredLine } from "../figures/measured-figure.ts";
import type { TableRow } from "../tables/table.ts";

/** Which places a table shows, and the unit in the headings of its columns: "1000 problems". */
export interface GridColumns<At> {
  at?: readonly At[];
  unit?: string;
}

/** Which places a line has, what the legend calls it, and how it is drawn. */
export interface GridLines<By, At> {
  at?: readonly At[];
  name?: string | ((by: By) => string);
  dash?: NonNullable<MeasuredLine["dash"]>;
}

/** One measurement for each group of runs (`By`) at each place where they were made (`At`). */
export interface RunGrid<By, At, Cell extends Measured> {
  /** @throws RangeError or TypeError where nothing was run */
  cell(by: By, at: At): Cell;
  /** The cells of one group by their headings; "not run" where there is none. */
  row(by: By, columns?: GridColumns<At>): Record<string, Measured>;
  /** The cells of one group in one text, parted by semicolons. @throws RangeError or TypeError where nothing was run */
  text(by: By, at: readonly At[]): string;
  /** A row for each group. */
  rows(by: readonly By[], columns?: GridColumns<At>): TableRow[];
  /** A line for plotMeasured for each group, over the places at which it was run where `at` names no others. */
  lines(by: readonly By[], lines?: GridLines<By, At>): MeasuredLine[];
}

/** What a grid is made of. */
export interface GridParts<By, At, Cell> {
  /** names of the two fields, for headings and errors */
  fields: { by: string; at: string };
  groups: readonly By[];
  /** the places at which a group was run */
  placesOf(by: By): readonly At[];
  /** called when a cell is asked for, and no sooner */
  measure(by: By, at: At): Cell;
}

export function runGrid<By, At, Cell extends Measured>(parts: GridParts<By, At, Cell>): RunGrid<By, At, Cell> {
  const { fields, groups, placesOf, measure } = parts;
  const shown = (by: By, at: At): Measured => (placesOf(by).includes(at) ? measure(by, at) : { reason: "not run" });
  const everywhere = (): At[] => [...new Set(groups.flatMap((by) => placesOf(by)))];
  const row = (by: By, { at = everywhere(), unit = "" }: GridColumns<At>): Record<string, Measured> =>
    Object.fromEntries(at.map((place) => [`${String(place)} ${unit}`.trimEnd(), shown(by, place)]));
  const cell = (by: By, at: At): Cell => {
    const places = placesOf(by);
    if (!places.includes(at)) throw notRun("cell", fields, { by, at, places });
    return measure(by, at);
  };
  return {
    cell,
    text: (by, at) => at.map((place) => formatMeasured(cell(by, place))).join("; "),
    row: (by, columns = {}) => row(by, columns),
    rows: (by, columns = {}) => by.map((group) => ({ [fields.by]: group, ...row(group, columns) })),
    lines: (by, { at, name = String, dash } = {}) =>
      by.map((group) => {
        const places = at ?? placesOf(group);
        return {
          name: typeof name === "string" ? name : name(group),
          method: String(group),
          x: places as MeasuredLine["x"],
          y: places.map((place) => shown(group, place)),
          ...(dash !== undefined && { dash }),
        };
      }),
  };
}

/** The error of a cell without a run, which says where the group was run instead. */
export function notRun(
  caller: string,
  fields: { by: string; at: string },
  { by, at, places }: { by: unknown; at: unknown; places: readonly unknown[] },
): RangeError | TypeError {
  const known = places.length === 0 ? "nowhere" : places.map(String).join(", ");
  return wrong(caller, `a ${fields.at} at which ${fields.by} ${String(by)} was run (${known})`, at);
}
