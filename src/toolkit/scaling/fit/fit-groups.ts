/** @file Fits one law to several groups of rows at once, some of its parameters shared by all: the groups' rows settle those together. */
import { requireList, requireOneOf, wrong } from "../../core/argument-checks.ts";
import { GROUP, groupedLaw, groupParameter } from "../laws/grouped-law.ts";
import { fitLaw } from "./fit-law.ts";
import type { Failure, LawFit } from "./fitted-law.ts";
import type { LawFitOptions } from "./law-request.ts";
import { valueIn } from "./measurements.ts";

export interface GroupedFitOptions<Parameter extends string, Input extends string>
  extends Omit<LawFitOptions<Parameter, Input>, "start" | "ties"> {
  /** the column that tells the group, by text or number */
  by: string;
  /** parameters that are one for all groups; the others are each group's own, and called "PARAMETER of GROUP" */
  shared: readonly NoInfer<Parameter>[];
}

export interface GroupedFit {
  /** in the order in which they first appear */
  groups: string[];
  /** of all rows; where it is read, the column `by` holds 1 for the first group, 2 for the second */
  fit: LawFit;
}

/**
 * One fit of all groups. It starts from fits of each group alone, a shared parameter from their mean. Whether parameters may be shared,
 * `nestedTest` of two such fits says: the one with more of them shared lies inside the other.
 *
 * @param rows plain objects
 * @param options by, shared, and those of fitLaw but `start` and `ties`; bounds and fixed values hold for every group
 * @returns the fit with the names of the groups; or { ok: false, reason } where a group alone cannot be fitted
 * @throws RangeError or TypeError that names the option, or the row and column, that is out of range
 * @source Bates & Watts 1988, Nonlinear Regression Analysis, section 3.11 (parameters common to several sets)
 * @example fitGroups([1, 2, 4, 8].flatMap((dataSize) => [{ method: "a", dataSize, error: 2 / dataSize }, { method: "b", dataSize, error: 3 / dataSize }]), { by: "method", shared: ["exponent"], law: powerLaw, y: "error" }).fit.parameters.exponent.value.toFixed(6) // => "1.000000"
 */
export function fitGroups<Parameter extends string, Input extends string>(
  rows: readonly object[],
  options: GroupedFitOptions<Parameter, Input>,
): GroupedFit | Failure {
  requireList("fitGroups", "rows to be an array of plain objects", rows);
  if (typeof options !== "object" || options === null)
    throw wrong("fitGroups", "options with by, shared, law and y", options);
  const { by, shared, bounds = {}, fixed = {}, ...asked } = options;
  const { law } = options;
  if (typeof law?.evaluate !== "function") throw wrong("fitGroups", "law to be a law", law, "defineLaw makes one");
  if (!Array.isArray(shared)) throw wrong("fitGroups", "shared to be an array of parameters", shared);
  for (const parameter of shared) requireOneOf("fitGroups", "shared", parameter, law.parameters);
  if ("ties" in asked) {
    const hint = "write them into the law's formula: defineLaw";
    throw wrong("fitGroups", "no ties, which would have to name each group's parameters", "some", hint);
  }
  if ("start" in asked) throw wrong("fitGroups", "no start: the groups' own fits are the start", "one");
  const names = rows.map((row, index) => nameOf(valueIn("fitGroups", row, index, by), index, by));
  const groups = [...new Set(names)];
  if (groups.length < 2) throw wrong("fitGroups", `two groups or more in the column ${by}`, groups.length);

  const own = { ...law, bounds: { ...law.bounds, ...bounds }, fixed: { ...law.fixed, ...fixed } } as typeof law;
  const starts: Record<string, number> = {};
  for (const group of groups) {
    const alone = fitLaw(
      rows.filter((_, index) => names[index] === group),
      { ...asked, law: own, intervalMethods: ["wald"] } as LawFitOptions<Parameter, Input>,
    );
    if (!alone.ok) return { ok: false, reason: `the group "${group}" alone cannot be fitted: ${alone.reason}` };
    for (const parameter of law.parameters) {
      const { value } = alone.parameters[parameter];
      const named = groupParameter(parameter, group, shared);
      const share = shared.includes(parameter) ? value / groups.length : value;
      starts[named] = (starts[named] ?? 0) + share;
    }
  }
  const { x, inputs, ...rest } = asked;
  const columns = x === undefined ? inputs : { [law.inputs[0] as string]: x };
  const numbered = rows.map((row, index) => ({ ...row, [by]: groups.indexOf(names[index] as string) + 1 }));
  const fit = fitLaw(numbered, {
    ...rest,
    law: groupedLaw(own, groups, shared, starts),
    inputs: { ...columns, [GROUP]: by },
  } as LawFitOptions<string, string>);
  return { groups, fit };
}

function nameOf(value: unknown, index: number, column: string): string {
  if (typeof value === "string" || Number.isFinite(value)) return String(value);
  throw wrong("fitGroups", `rows[${index}].${column} to be the name of a group`, value);
}
