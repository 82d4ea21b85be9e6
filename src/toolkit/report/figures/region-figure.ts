/** @file Joint regions of two parameters: one contour a fit, its best pair marked. */
import { wrong } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import type { JointRegion } from "../../scaling/index.ts";
import { methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import type { PlotlyPart } from "./picture.ts";

/**
 * @param regions one or several, as jointRegion gives them, of the same two parameters
 * @param options title, the claim, by default what the axes are; xTitle, yTitle: the parameters with their units, by default their names
 * @returns a figure
 * @throws RangeError or TypeError when there is no region, one that failed, or one of other parameters
 */
export function plotJointRegions(
  regions: JointRegion | readonly JointRegion[],
  options: { title?: string; xTitle?: string; yTitle?: string } = {},
): Figure {
  requireFigureOptions("plotJointRegions", options, ["title", "xTitle", "yTitle"]);
  const list = (Array.isArray(regions) ? regions : [regions]) as JointRegion[];
  const [first] = list;
  if (first === undefined) throw new RangeError("plotJointRegions requires at least one region, got none");
  for (const region of list) {
    if (region?.ok !== true) throw wrong("plotJointRegions", "regions that are ok", region);
    const pair = region.parameters.join(" and ");
    if (pair !== first.parameters.join(" and ")) {
      throw wrong("plotJointRegions", `regions of ${first.parameters.join(" and ")} alone`, pair);
    }
  }
  const { xTitle = first.parameters[0], yTitle = first.parameters[1] } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  const colours = methodColours(list.map(({ name }) => name));
  const caption = `Contours: pairs that the data do not contradict together, at ${Number((100 * first.level).toPrecision(3))} %.`;
  return makeFigure(
    list.flatMap((region, index) => regionTraces(region, colours[index] ?? "#000000")),
    {
      ...claimLayout({ title, legendEntries: list.length, caption }),
      xaxis: linearAxis(xTitle),
      yaxis: linearAxis(yTitle),
    },
    `${title}. ${list.map(inWords).join("; ")}.`,
  );
}

function regionTraces(region: JointRegion, colour: string): PlotlyPart[] {
  const { name, edge, values } = region;
  const round = [...edge, edge[0] as [number, number]];
  return [
    {
      type: "scatter",
      mode: "lines",
      name: inWords(region),
      legendgroup: name,
      x: round.map(([x]) => x),
      y: round.map(([, y]) => y),
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      line: { color: colour, width: 2 },
      hoverinfo: "skip",
    },
    {
      type: "scatter",
      mode: "markers",
      showlegend: false,
      legendgroup: name,
      x: [values[0]],
      y: [values[1]],
      marker: { color: colour, size: 9 },
      hovertemplate: `${name}<br>%{x:.4g}, %{y:.4g}<extra></extra>`,
    },
  ];
}

function inWords({ name, parameters, values, cutOff }: JointRegion): string {
  const pair = parameters.map((parameter, k) => `${parameter} ${formatNumber(values[k] as number)}`).join(", ");
  return `${name}: ${pair}${cutOff ? ", cut off at a bound" : ""}`;
}
