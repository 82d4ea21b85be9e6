/** @file One law for several groups of rows: some parameters are the same for all, the others each group's own. */
import { wrong } from "../../core/argument-checks.ts";
import type { Law } from "./law.ts";

/** The input that tells the group: 1 for the first, 2 for the second. */
export const GROUP = "group";

/** What a parameter is called in the law of all groups. */
export function groupParameter(parameter: string, group: string, shared: readonly string[]): string {
  return shared.includes(parameter) ? parameter : `${parameter} of ${group}`;
}

/**
 * The law of all groups at once; bounds and fixed values hold for every group.
 *
 * @param law of one group
 * @param groups their names
 * @param shared parameters that are one for all
 * @param starts of the law of all groups, a value a parameter
 */
export function groupedLaw(
  law: Law,
  groups: readonly string[],
  shared: readonly string[],
  starts: Readonly<Record<string, number>>,
): Law {
  const parameters: string[] = [];
  const places = groups.map((group) =>
    law.parameters.map((parameter) => {
      const named = groupParameter(parameter, group, shared);
      if (!parameters.includes(named)) parameters.push(named);
      return parameters.indexOf(named);
    }),
  );
  const copied = <Value>(told: Partial<Record<string, Value>> | undefined): Record<string, Value> => {
    const copies: Record<string, Value> = {};
    for (const group of groups) {
      for (const parameter of law.parameters) {
        const value = told?.[parameter];
        if (value !== undefined) copies[groupParameter(parameter, group, shared)] = value;
      }
    }
    return copies;
  };
  const named = (told: readonly string[] = []) =>
    Object.keys(copied(Object.fromEntries(told.map((each) => [each, true]))));
  const own = new Float64Array(law.parameters.length);
  const slopes = new Float64Array(law.parameters.length);
  const inputs = new Float64Array(law.inputs.length);
  return {
    name: `${law.name} by group`,
    parameters,
    inputs: [...law.inputs, GROUP],
    gives: law.gives,
    takes: law.takes,
    bounds: copied(law.bounds),
    positive: named(law.positive),
    essential: named(law.essential),
    fixed: copied(law.fixed),
    advice: "give each group more rows, or let the groups share more parameters",
    starts: () => Object.fromEntries(parameters.map((parameter) => [parameter, [starts[parameter] as number]])),
    evaluate(coordinates, given, gradient) {
      const told = given[law.inputs.length] as number;
      const number = law.takes === "logarithms" ? Math.exp(told) : told;
      const group = places[Math.round(number) - 1];
      if (group === undefined || Math.abs(number - Math.round(number)) > ROUNDING) {
        const numbers = groups.map((name, place) => `${place + 1} for "${name}"`).join(", ");
        throw wrong(`${law.name} by group`, `its group to be ${numbers}`, number);
      }
      for (let k = 0; k < own.length; k++) own[k] = coordinates[group[k] as number] as number;
      for (let k = 0; k < inputs.length; k++) inputs[k] = given[k] as number;
      const value = law.evaluate(own, inputs, slopes);
      gradient.fill(0);
      for (let k = 0; k < slopes.length; k++) gradient[group[k] as number] = slopes[k] as number;
      return value;
    },
  };
}

const ROUNDING = 1e-9; // of a number that was a logarithm
