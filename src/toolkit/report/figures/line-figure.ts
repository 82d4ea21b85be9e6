/** @file Exact curves in one figure: lines with legend, linear or logarithmic axes, stacked where shares add up to 1. */
import { requireList, requireText, wrong } from "../../core/argument-checks.ts";
import { type Dash, methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, legendOf, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import { logAxis } from "./log-axis.ts";
import type { PlotlyPart } from "./picture.ts";

/** A curve by name; a point whose y is null is a gap. */
export interface Line {
  name: string;
  x: readonly number[];
  y: readonly (number | null)[];
  /** default "solid"; the mechanism switched off is drawn dotted */
  dash?: Dash;
  /** the method whose colour is used; default the name */
  method?: string;
}

/** What a figure of lines says beside its curves. */
export interface LineFigureOptions {
  /** the claim that the figure supports, a sentence; without one the figure says what its axes are */
  title?: string;
  /** the axes with their units; default "x" and "y" */
  xTitle?: string;
  yTitle?: string;
  /** logarithmic axes; default neither */
  log?: "x" | "y" | "both";
  /** lines are shares that add up: drawn as areas on top of each other */
  stacked?: boolean;
  /** how the lines are to be read, in small print */
  caption?: string;
}

/**
 * A figure of exact curves: no points, since nothing was measured, and no bars, since nothing is uncertain.
 *
 * @param lines curves in the order of the legend; methods of the study have their own colours
 * @param options title, axes, scales
 * @returns a figure
 * @throws RangeError or TypeError when there is no line, or a value is not above 0 on a logarithmic axis
 */
export function plotLines(lines: readonly Line[], options: LineFigureOptions = {}): Figure {
  requireLines("plotLines", lines);
  requireFigureOptions("plotLines", options, ["title", "xTitle", "yTitle", "log", "stacked", "caption"]);
  const {
    xTitle = "x",
    yTitle = "y",
    log,
    stacked = false,
    caption = "Exact: computed by enumeration, without sampling.",
  } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  if (lines.length === 0) throw wrong("plotLines", "at least one line", [...lines]);
  const methods = [...new Set(lines.map(({ method, name }) => method ?? name))];
  const colours = new Map(methodColours(methods).map((colour, index) => [methods[index], colour]));
  const traces = lines.map(({ name, x, y, dash = "solid", method = name }): PlotlyPart => {
    const color = colours.get(method) ?? "#000000";
    const area: PlotlyPart = stacked ? { stackgroup: "shares", fillcolor: translucent(color, 0.55) } : {};
    return {
      ...{ type: "scatter", mode: "lines", name, x: [...x], y: [...y], ...area },
      line: { color, width: stacked ? 1 : 2.5, dash },
      hovertemplate: `${name}<br>%{x:.4~g}: %{y:.4~g}<extra></extra>`,
    };
  });
  const axis = (letter: "x" | "y", name: string): PlotlyPart => {
    const values = lines.flatMap((line) => line[letter]).filter((value) => value !== null);
    if (log !== letter && log !== "both") {
      const counted =
        letter === "x" && values.every(Number.isInteger) && Math.max(...values) - Math.min(...values) <= 12;
      return { ...linearAxis(name, stacked && letter === "y" ? [0, 1] : undefined), ...(counted ? { dtick: 1 } : {}) };
    }
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (!(low > 0)) throw wrong("plotLines", `values above 0 on the logarithmic ${letter} axis`, low);
    const padding = letter === "y" ? 1.12 : 1;
    return logAxis(name, [low / padding, high * padding], String);
  };
  return makeFigure(
    traces,
    {
      ...claimLayout({ title, ...legendOf(lines.map(({ name }) => name)), caption }),
      xaxis: axis("x", xTitle),
      yaxis: axis("y", yTitle),
    },
    `${title}. ${lines.map(inWords).join("; ")}.`,
  );
}

/** Throws unless lines are an array of { name, x, y }, with names that are texts and lists of values. */
export function requireLines(caller: string, lines: readonly unknown[]): void {
  requireList(caller, "lines to be an array of { name, x, y }", lines);
  for (const [index, line] of lines.entries()) {
    const { name, x, y, method = "" } = (line ?? {}) as Partial<Line>;
    requireText(caller, `lines[${index}].name`, name);
    requireText(caller, `lines[${index}].method`, method);
    for (const [axis, values] of Object.entries({ x, y })) {
      if (!ArrayBuffer.isView(values)) requireList(caller, `lines[${index}].${axis} to be an array`, values);
    }
  }
}

function inWords({ name, x, y }: Line): string {
  const shown = y.flatMap((value, index) => (value === null ? [] : [{ value, at: x[index] ?? 0 }]));
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no value`;
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  return `${name}: from ${short(first.value)} at ${short(first.at)} to ${short(last.value)} at ${short(last.at)}`;
}
