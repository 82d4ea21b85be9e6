/** @file One colour a method and one dash a variant in every figure; colours of Okabe and Ito, which colour-blind readers tell apart. */
import { requireList, requireText } from "../../core/argument-checks.ts";

const blue = "#0072B2";
const orange = "#E69F00";
const green = "#009E73";
const vermilion = "#D55E00";
const purple = "#CC79A7";
const sky = "#56B4E9";
const black = "#000000";

/** Black and yellow are left to the end and out: black reads as text, yellow vanishes on white. */
const palette = [blue, vermilion, green, purple, orange, sky, black] as const;

/** The methods of the study, under each of their names, letters and digits only; variants have their method's colour. */
const studied: Record<string, string> = {
  sft: blue,
  supervisedfinetuning: blue,
  rft: orange,
  rejectionfinetuning: orange,
  rftprocess: orange,
  dpo: purple,
  dpofarthest: purple,
  stepdpo: vermilion,
  perstepdpo: vermilion,
  stepdpoforked: vermilion,
  stepdpofull: vermilion,
  stepdposhuffled: vermilion,
  advantagefiltered: green,
  advantagefilteredsft: green,
  advantageweighted: sky,
  advantageweightedsft: sky,
};

/** How a line is drawn. */
export type Dash = "solid" | "dash" | "dot" | "dashdot" | "longdash";

/** Variants of a method, which share its colour: the controls are dotted. */
const variants: Record<string, Dash> = {
  rftprocess: "dash",
  dpofarthest: "dash",
  stepdpofull: "dash",
  stepdposhuffled: "dot",
};

/**
 * The colour of a method: fixed for the methods of the study, drawn from the name for any other.
 *
 * @param name the method's name; case, spaces and signs do not matter
 * @returns a colour as #RRGGBB
 * @source Okabe & Ito 2008, "Color universal design", https://jfly.uni-koeln.de/color/
 * @example methodColour("per-step DPO") // => "#D55E00"
 */
export function methodColour(name: string): string {
  requireText("methodColour", "name", name);
  const key = keyOf(name);
  return studied[key] ?? palette[hash(key) % (palette.length - 1)] ?? black;
}

/**
 * The dash of a method's line: solid, but for variants that share a method's colour.
 *
 * @example methodDash("step-dpo-full") // => "dash"
 */
export function methodDash(name: string): Dash {
  return variants[keyOf(name)] ?? "solid";
}

/**
 * Colours for the methods of one figure: each method's own, save that two unknown methods never share one.
 *
 * @param names at most 7 different names, or colours repeat
 * @returns a colour for each name, in the order of the names
 * @example methodColours(["SFT", "RFT"]) // => ["#0072B2", "#E69F00"]
 */
export function methodColours(names: readonly string[]): string[] {
  requireList("methodColours", "names to be an array of texts", names);
  const taken = new Map<string, string>(names.map((name) => [name, methodColour(name)]));
  const used = new Set<string>();
  for (const [name, own] of taken) {
    const colour = used.has(own) ? (palette.find((other) => !used.has(other)) ?? own) : own;
    used.add(colour);
    taken.set(name, colour);
  }
  return names.map((name) => taken.get(name) ?? black);
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** The same colour, seen through: for bands. */
export function translucent(colour: string, opacity: number): string {
  const channel = (start: number) => Number.parseInt(colour.slice(start, start + 2), 16);
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${opacity})`;
}

/** FNV-1a, so that a name's colour is the same in every session and on every machine. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return state;
}
