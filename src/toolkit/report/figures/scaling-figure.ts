/** @file Learning curves and their laws in one log-log figure: points with error bars, curve, band, hold-out, exponent. */

import { requireOptions, requirePositive } from "../../core/argument-checks.ts";
import { formatEstimate } from "../../core/estimate-text.ts";
import { type FittedLaw, type LawFit, measurementDeviation, predictionBand } from "../../scaling/index.ts";
import { type CurvePoint, curveAt, curvePoints, namedParameters } from "../curve-points.ts";
import { type Fits, fitList } from "../fits.ts";
import { methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout } from "./figure-layout.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/** What a figure of scaling laws says beside its curves. */
export interface ScalingFigureOptions {
  /** the claim that the figure supports, a sentence; without one the figure says what its axes are */
  title?: string;
  /** the horizontal axis with its unit */
  xTitle?: string;
  /** the vertical axis with its unit */
  yTitle?: string;
  /** a size, > 0, to which laws and bands are drawn, where it lies beyond the points */
  extendTo?: number;
}

const normal95 = 1.959963984540054; // R 4: qnorm(0.975)

/**
 * One figure of fitted laws: measured points with 95 % error bars, the curve (dotted where it is extrapolated), its band,
 * open markers for points kept out of the fit, and each law's exponent and floor, or its parameters, with their intervals in the legend.
 *
 * @param fits fits of laws with one input, as a list or by name; one that failed shows its points alone
 * @param options title, the claim; axis titles with units; extendTo, the size that the laws are to be read at
 * @returns a figure with logarithmic axes
 * @throws RangeError when there is no fit, no point above 0 to show, or extendTo is no number above 0
 */
export function plotScalingLaws(fits: Fits, options: ScalingFigureOptions = {}): Figure {
  requireOptions("plotScalingLaws", options, ["title", "xTitle", "yTitle", "extendTo"]);
  const { xTitle = "training data", yTitle = "test error", extendTo } = options;
  const { title = `${yTitle} against ${xTitle}` } = options;
  if (extendTo !== undefined) requirePositive("plotScalingLaws", "extendTo", extendTo);
  const list = fitList("plotScalingLaws", fits);
  const colours = methodColours(list.map((fit) => fit.name));
  const points = list.flatMap(shownPoints);
  if (points.length === 0) throw new RangeError("plotScalingLaws requires a point with an error above 0, got none");
  const targets = extendTo === undefined ? [] : [extendTo];
  const xRange = padded([...points.map(({ x }) => x), ...targets], 1.25);
  const yRange = padded([...points.map(({ y }) => y), ...list.flatMap((fit) => endsAt(fit, targets))], 1.12);
  const traces = list.flatMap((fit, index) =>
    curveTraces(fit, colours[index] ?? "#000000", markerSymbol(index), yRange, targets),
  );
  const heldOut = points.some(({ heldOut }) => heldOut);
  const words = { title, legendEntries: list.length + (heldOut ? 1 : 0), caption: caption(list) };
  return makeFigure(
    heldOut ? [...traces, heldOutKey()] : traces,
    {
      ...claimLayout(words),
      xaxis: logAxis(xTitle, xRange, formatCount),
      yaxis: logAxis(yTitle, yRange, String),
    },
    `${title}. ${list.map(inWords).join("; ")}.`,
  );
}

/** The ends of the band at the targets, so that it is not clipped there. */
function endsAt(fit: LawFit, targets: readonly number[]): number[] {
  return fit.ok ? predictionBand(fit, targets).flatMap(({ low, high }) => [low, high].filter((end) => end > 0)) : [];
}

function curveTraces(
  fit: LawFit,
  colour: string,
  symbol: string,
  yRange: [number, number],
  targets: readonly number[],
): PlotlyPart[] {
  const name = legendText(fit);
  const key = {
    x: [null],
    y: [null],
    name,
    legendgroup: fit.name,
    marker: { color: colour, symbol, size: 8 },
    line: { color: colour, width: 2 },
  };
  const shown = shownPoints(fit);
  return [
    ...(fit.ok ? lawTraces(fit, colour, yRange, targets) : []),
    pointTrace(
      fit,
      shown.filter((point) => !point.heldOut),
      { color: colour, symbol, size: 8 },
    ),
    pointTrace(
      fit,
      shown.filter((point) => point.heldOut),
      { color: colour, symbol: `${symbol}-open`, size: 10, line: { width: 2 } },
    ),
    { type: "scatter", mode: fit.ok ? "lines+markers" : "markers", ...key },
  ];
}

/** The band over all sizes and to the targets, the curve solid between the fitted sizes and dotted outside them. */
function lawTraces(
  fit: FittedLaw,
  colour: string,
  [bottom, top]: [number, number],
  targets: readonly number[],
): PlotlyPart[] {
  const points = curvePoints("plotScalingLaws", fit).filter(({ x }) => x > 0);
  const sizes = [...points.map(({ x }) => x), ...targets];
  const fitted = points.filter((point) => !point.heldOut).map(({ x }) => x);
  const [first, last] = [Math.min(...fitted), Math.max(...fitted)];
  const grid = logGrid(Math.min(...sizes), Math.max(...sizes), 121);
  const band = predictionBand(fit, grid);
  const clip = (error: number) => Math.min(Math.max(error, bottom), top);
  const line = (xs: number[], dash: string): PlotlyPart => ({
    ...quiet(fit),
    mode: "lines",
    x: xs,
    y: xs.map((x) => curveAt(fit, x)),
    line: { color: colour, width: 2, dash },
  });
  const before = grid.filter((size) => size < first);
  const beyond = grid.filter((size) => size > last);
  return [
    {
      ...quiet(fit),
      mode: "lines",
      x: [...grid, ...grid.toReversed()],
      y: [...band.map((row) => clip(row.high)), ...band.map((row) => clip(row.low)).reverse()],
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      line: { width: 0 },
    },
    line([first, ...grid.filter((size) => size > first && size < last), last], "solid"),
    ...(before.length === 0 ? [] : [line([...before, first], "dot")]),
    ...(beyond.length === 0 ? [] : [line([last, ...beyond], "dot")]),
  ];
}

function pointTrace(fit: LawFit, points: CurvePoint[], marker: PlotlyPart): PlotlyPart {
  const bars = points.map((point) => normal95 * noiseOf(fit, point));
  return {
    ...quiet(fit),
    mode: "markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    marker,
    error_y: {
      type: "data",
      array: bars,
      color: marker.color ?? "#000000",
      thickness: 1.2,
      width: 3,
      visible: bars.some((bar) => bar > 0),
    },
    hovertemplate: `${fit.name}<br>%{x:.4s}: %{y:.4f}<extra></extra>`,
    hoverinfo: "x+y",
  };
}

/** What all traces of a curve share: no legend entry of their own, no hover box. */
function quiet(fit: LawFit): PlotlyPart {
  return { type: "scatter", name: fit.name, legendgroup: fit.name, showlegend: false, hoverinfo: "skip" };
}

function heldOutKey(): PlotlyPart {
  const marker = { color: "#4d4d4d", symbol: "circle-open", size: 10, line: { width: 2 } };
  return { type: "scatter", mode: "markers", x: [null], y: [null], name: "held out of the fit", marker };
}

function legendText(fit: LawFit): string {
  if (!fit.ok) return `${fit.name}: no fit`;
  const named = namedParameters(fit).map((parameter) => {
    const estimate = fit.parameters[parameter];
    return estimate === undefined ? "" : `${NAMES[parameter] ?? parameter} ${formatEstimate(estimate)}`;
  });
  return `${fit.name}: ${named.join(", ")}`;
}

const NAMES: Record<string, string> = { irreducibleError: "floor" };

function inWords(fit: LawFit): string {
  return fit.ok ? legendText(fit) : `${legendText(fit)} (${fit.reason})`;
}

function caption(fits: readonly LawFit[]): string {
  const percent = `${Number((100 * (fits.find((fit) => fit.ok)?.level ?? 0.95)).toPrecision(3))} %`;
  return `Lines: fitted law, dotted where extrapolated. Bands and brackets: ${percent} intervals. Bars: 95 % noise of a point.`;
}

/** The points that logarithmic axes have a place for. */
function shownPoints(fit: LawFit): CurvePoint[] {
  return curvePoints("plotScalingLaws", fit).filter(({ x, y }) => x > 0 && y > 0);
}

/** A fit that failed knows no noise but the points' own. */
function noiseOf(fit: LawFit, { measurement, y }: CurvePoint): number {
  return fit.ok ? measurementDeviation(fit, measurement, y) : (measurement.standardError ?? 0);
}

function logGrid(low: number, high: number, count: number): number[] {
  const ratio = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? high : low * Math.exp(index * ratio)));
}
