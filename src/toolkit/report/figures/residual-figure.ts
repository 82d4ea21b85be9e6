/** @file Standardised residuals against an input, or against the law's value: what a law leaves unexplained shows as a run of one sign. */
import { inputAlong } from "../../scaling/fit/law-line.ts";
import { valueAt } from "../../scaling/fit/read-law.ts";
import { type FittedLaw, measurementDeviation, residualRuns } from "../../scaling/index.ts";
import { type Fits, fitList } from "../fits.ts";
import { methodColours } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/**
 * One figure of residuals over their standard deviations: fitted points joined by size, held-out points as open markers, and
 * between -2 and 2 the strip that holds 19 of 20 residuals of a law that is right. The legend gives the runs test of each fit.
 *
 * @param fits as a list or by name; one that failed is told in the legend alone
 * @param options title, the claim, by default what the axes are; xTitle: the horizontal axis with its unit; along: for laws with several inputs the column on that axis,
 *   by default the law's value
 * @returns a figure with a logarithmic horizontal axis
 * @throws RangeError or TypeError when there is no fit, or none that is ok, or an option is out of range
 */
export function plotResiduals(fits: Fits, options: { title?: string; xTitle?: string; along?: string } = {}): Figure {
  requireFigureOptions("plotResiduals", options, ["title", "xTitle", "along"]);
  const { along } = options;
  const list = fitList("plotResiduals", fits);
  const colours = methodColours(list.map((fit) => fit.name));
  const fitted = list.filter((fit): fit is FittedLaw => fit.ok);
  const [first] = fitted;
  if (first === undefined) throw new RangeError("plotResiduals requires a fit that is ok, got none");
  const several = fitted.some(({ law }) => law.inputs.length > 1);
  const { xTitle = along ?? (several ? `${first.columns.y} by the law` : "training data") } = options;
  const { title = `residuals against ${xTitle}` } = options;
  const all = fitted.flatMap((fit) => residualsOf(fit, along));
  const xRange = padded(
    all.map(({ x }) => x),
    several ? 1.05 : 1.25,
  );
  const most = Math.max(3, ...all.map(({ residual }) => 1.1 * Math.abs(residual)));
  const texts = list.map((fit) => (fit.ok ? legendText(fit, along) : `${fit.name}: no fit`));
  const traces = list.flatMap((fit, index) => {
    const colour = colours[index] ?? "#000000";
    return fit.ok ? residualTraces(fit, along, colour, markerSymbol(index), texts[index] ?? "") : [];
  });
  const caption =
    "Markers: (measured - law) / standard deviation; open: held out of the fit. Strip: 19 of 20 residuals of a law that is right.";
  return makeFigure(
    traces,
    {
      ...claimLayout({ title, legendEntries: fitted.length, caption }),
      xaxis: logAxis(xTitle, xRange, several && along === undefined ? String : formatCount),
      yaxis: linearAxis("standardised residual", [-most, most]),
      shapes: [strip(-2, 2), line(0)],
    },
    `${title}. ${texts.join("; ")}.`,
  );
}

interface Residual {
  x: number;
  residual: number;
  heldOut: boolean;
}

/** Each point's residual over its standard deviation, in the space of the fit; of a held-out one, over that of a measurement at the law's value. */
function residualsOf(fit: FittedLaw, along: string | undefined): Residual[] {
  const input = along === undefined && fit.law.inputs.length > 1 ? undefined : inputAlong("plotResiduals", fit, along);
  let fitted = 0;
  const residuals = fit.measurements.map((measurement): Residual => {
    const value = valueAt(fit, measurement.inputs);
    const x = input === undefined ? value : (measurement.inputs[input] as number);
    if (measurement.holdOut !== true) {
      return { x, residual: fit.standardisedResiduals[fitted++] ?? 0, heldOut: false };
    }
    const y = measurement.outcome;
    const miss = fit.space === "log" ? value * Math.log(y / value) : y - value;
    return { x, residual: miss / measurementDeviation(fit, measurement, value), heldOut: true };
  });
  const shown = residuals.filter(({ x }) => x > 0); // a logarithmic axis has no place for 0
  return shown.sort((one, other) => one.x - other.x);
}

function residualTraces(
  fit: FittedLaw,
  along: string | undefined,
  colour: string,
  symbol: string,
  name: string,
): PlotlyPart[] {
  const all = residualsOf(fit, along);
  const [inside, heldOut] = [false, true].map((held) => all.filter((each) => each.heldOut === held));
  const joined = fit.law.inputs.length === 1 ? "lines+markers" : "markers";
  const trace = (rows: typeof all, mode: string, marker: PlotlyPart): PlotlyPart => ({
    type: "scatter",
    mode,
    x: rows.map(({ x }) => x),
    y: rows.map(({ residual }) => residual),
    name,
    legendgroup: fit.name,
    marker: { color: colour, ...marker },
    line: { color: colour, width: 1, dash: "dot" },
    hovertemplate: `${fit.name}<br>%{x:.4s}: %{y:.2f}<extra></extra>`,
  });
  return [
    trace(inside ?? [], joined, { symbol, size: 8 }),
    {
      ...trace(heldOut ?? [], "markers", { symbol: `${symbol}-open`, size: 10, line: { width: 2 } }),
      showlegend: false,
    },
  ];
}

function legendText(fit: FittedLaw, along: string | undefined): string {
  const { runs, pValue } = residualRuns(fit, along === undefined ? {} : { along });
  return `${fit.name}: ${fit.residuals.length} residuals in ${runs} runs (p = ${Number(pValue.toPrecision(2))})`;
}

const acrossTheFigure = { type: "rect", xref: "paper", x0: 0, x1: 1, layer: "below" } as const;

function strip(y0: number, y1: number): PlotlyPart {
  return { ...acrossTheFigure, y0, y1, fillcolor: "#f0f0f0", line: { width: 0 } };
}

function line(y: number): PlotlyPart {
  return { ...acrossTheFigure, type: "line", y0: y, y1: y, line: { color: "#4d4d4d", width: 1 } };
}
