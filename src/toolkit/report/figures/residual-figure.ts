/** @file Standardised residuals against a law's one input: what a law leaves unexplained shows as a run of one sign. */
import { requireOptions } from "../../core/argument-checks.ts";
import { type FittedLaw, measurementDeviation, residualRuns } from "../../scaling/index.ts";
import { type CurvePoint, curveAt, curvePoints } from "../curve-points.ts";
import { type Fits, fitList } from "../fits.ts";
import { methodColours } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/**
 * One figure of residuals over their standard deviations: fitted points joined by size, held-out points as open markers, and
 * between -2 and 2 the strip that holds 19 of 20 residuals of a law that is right. The legend gives the runs test of each fit.
 *
 * @param fits fits of laws with one input, as a list or by name; one that failed is told in the legend alone
 * @param options title, the claim, by default what the axes are; xTitle: the horizontal axis with its unit
 * @returns a figure with a logarithmic horizontal axis
 * @throws RangeError when there is no fit, or none that is ok
 */
export function plotResiduals(fits: Fits, options: { title?: string; xTitle?: string } = {}): Figure {
  requireOptions("plotResiduals", options, ["title", "xTitle"]);
  const { xTitle = "training data" } = options;
  const { title = `residuals against ${xTitle}` } = options;
  const list = fitList("plotResiduals", fits);
  const colours = methodColours(list.map((fit) => fit.name));
  const fitted = list.filter((fit): fit is FittedLaw => fit.ok);
  if (fitted.length === 0) throw new RangeError("plotResiduals requires a fit that is ok, got none");
  const xRange = padded(
    fitted.flatMap((fit) => curvePoints("plotResiduals", fit).flatMap(({ x }) => (x > 0 ? [x] : []))),
    1.25,
  );
  const most = Math.max(
    3,
    ...fitted.flatMap((fit) => residualsOf(fit).map(({ residual }) => 1.1 * Math.abs(residual))),
  );
  const texts = list.map((fit) => (fit.ok ? legendText(fit) : `${fit.name}: no fit`));
  const traces = list.flatMap((fit, index) => {
    const colour = colours[index] ?? "#000000";
    return fit.ok ? residualTraces(fit, colour, markerSymbol(index), texts[index] ?? "") : [];
  });
  const caption =
    "Markers: (measured - law) / standard deviation; open: held out of the fit. Strip: 19 of 20 residuals of a law that is right.";
  return makeFigure(
    traces,
    {
      ...claimLayout({ title, legendEntries: fitted.length, caption }),
      xaxis: logAxis(xTitle, xRange, formatCount),
      yaxis: linearAxis("standardised residual", [-most, most]),
      shapes: [strip(-2, 2), line(0)],
    },
    `${title}. ${texts.join("; ")}.`,
  );
}

/** Each point's residual over its standard deviation, in the space of the fit; of a held-out one, over that of a measurement at the law's value. */
function residualsOf(fit: FittedLaw): { point: CurvePoint; residual: number }[] {
  let fitted = 0;
  const residuals = curvePoints("plotResiduals", fit).map((point) => {
    if (!point.heldOut) return { point, residual: fit.standardisedResiduals[fitted++] ?? 0 };
    const value = curveAt(fit, point.x);
    const miss = fit.space === "log" ? value * Math.log(point.y / value) : point.y - value;
    return { point, residual: miss / measurementDeviation(fit, point.measurement, value) };
  });
  const shown = residuals.filter(({ point }) => point.x > 0); // a logarithmic axis has no place for 0
  return shown.sort((one, other) => one.point.x - other.point.x);
}

function residualTraces(fit: FittedLaw, colour: string, symbol: string, name: string): PlotlyPart[] {
  const all = residualsOf(fit);
  const [inside, heldOut] = [false, true].map((held) => all.filter(({ point }) => point.heldOut === held));
  const trace = (rows: typeof all, mode: string, marker: PlotlyPart): PlotlyPart => ({
    type: "scatter",
    mode,
    x: rows.map(({ point }) => point.x),
    y: rows.map(({ residual }) => residual),
    name,
    legendgroup: fit.name,
    marker: { color: colour, ...marker },
    line: { color: colour, width: 1, dash: "dot" },
    hovertemplate: `${fit.name}<br>%{x:.4s}: %{y:.2f}<extra></extra>`,
  });
  return [
    trace(inside ?? [], "lines+markers", { symbol, size: 8 }),
    {
      ...trace(heldOut ?? [], "markers", { symbol: `${symbol}-open`, size: 10, line: { width: 2 } }),
      showlegend: false,
    },
  ];
}

function legendText(fit: FittedLaw): string {
  const { runs, pValue } = residualRuns(fit);
  return `${fit.name}: ${fit.residuals.length} residuals in ${runs} runs (p = ${Number(pValue.toPrecision(2))})`;
}

const acrossTheFigure = { type: "rect", xref: "paper", x0: 0, x1: 1, layer: "below" } as const;

function strip(y0: number, y1: number): PlotlyPart {
  return { ...acrossTheFigure, y0, y1, fillcolor: "#f0f0f0", line: { width: 0 } };
}

function line(y: number): PlotlyPart {
  return { ...acrossTheFigure, type: "line", y0: y, y1: y, line: { color: "#4d4d4d", width: 1 } };
}
