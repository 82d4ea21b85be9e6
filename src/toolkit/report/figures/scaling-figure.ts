/** @file Learning curves and their laws in one log-log figure: points with error bars, curve, band, hold-out, exponent. */
import { measurementDeviation, predict, predictionBand } from "../../scaling/index.ts";
import type { FittedScalingLaw, LearningCurvePoint, ScalingLawFit } from "../../scaling/types.ts";
import { type Fits, fitList } from "../fits.ts";
import { formatEstimate } from "../format.ts";
import { methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout } from "./figure-layout.ts";
import { formatCount, logAxis } from "./log-axis.ts";
import { markerSymbol, padded } from "./marks.ts";
import type { PlotlyPart } from "./picture.ts";

/** What a figure of scaling laws says beside its curves. */
export interface ScalingFigureOptions {
  /** the claim that the figure supports, a sentence */
  title: string;
  /** the horizontal axis with its unit */
  xTitle?: string;
  /** the vertical axis with its unit */
  yTitle?: string;
}

const normal95 = 1.959963984540054; // R 4: qnorm(0.975)

/**
 * One figure of fitted laws: measured points with 95 % error bars, the curve (dotted where it is extrapolated), its band,
 * open markers for points kept out of the fit, and each law's exponent and floor with their intervals in the legend.
 *
 * @param fits the fits, as a list or by name; one that failed shows its points alone
 * @param options title, the claim; axis titles with units
 * @returns a figure with logarithmic axes
 * @throws RangeError when there is no fit, or no point above 0 to show
 */
export function plotScalingLaws(fits: Fits, options: ScalingFigureOptions): Figure {
  const { title, xTitle = "training data", yTitle = "test error" } = options;
  const list = fitList("plotScalingLaws", fits);
  const colours = methodColours(list.map((fit) => fit.name));
  const points = list.flatMap((fit) => fit.points).filter(isShown);
  if (points.length === 0) throw new RangeError("plotScalingLaws requires a point with an error above 0, got none");
  const xRange = padded(
    points.map((point) => point.dataSize),
    1.25,
  );
  const yRange = padded(
    points.map((point) => point.error),
    1.12,
  );
  const traces = list.flatMap((fit, index) =>
    curveTraces(fit, colours[index] ?? "#000000", markerSymbol(index), yRange),
  );
  const heldOut = points.some((point) => point.holdOut === true);
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

function curveTraces(fit: ScalingLawFit, colour: string, symbol: string, yRange: [number, number]): PlotlyPart[] {
  const name = legendText(fit);
  const key = {
    x: [null],
    y: [null],
    name,
    legendgroup: fit.name,
    marker: { color: colour, symbol, size: 8 },
    line: { color: colour, width: 2 },
  };
  const shown = fit.points.filter(isShown);
  return [
    ...(fit.ok ? lawTraces(fit, colour, yRange) : []),
    pointTrace(
      fit,
      shown.filter((point) => point.holdOut !== true),
      { color: colour, symbol, size: 8 },
    ),
    pointTrace(
      fit,
      shown.filter((point) => point.holdOut === true),
      { color: colour, symbol: `${symbol}-open`, size: 10, line: { width: 2 } },
    ),
    { type: "scatter", mode: fit.ok ? "lines+markers" : "markers", ...key },
  ];
}

/** The band over all sizes, the curve solid between the fitted sizes and dotted outside them. */
function lawTraces(fit: FittedScalingLaw, colour: string, [bottom, top]: [number, number]): PlotlyPart[] {
  const sizes = fit.points.map((point) => point.dataSize);
  const fitted = fit.points.filter((point) => point.holdOut !== true).map((point) => point.dataSize);
  const [first, last] = [Math.min(...fitted), Math.max(...fitted)];
  const grid = logGrid(Math.min(...sizes), Math.max(...sizes), 121);
  const band = fit.bootstrap.exponent.length === 0 ? [] : predictionBand(fit, grid);
  const clip = (error: number) => Math.min(Math.max(error, bottom), top);
  const line = (xs: number[], dash: string): PlotlyPart => ({
    ...quiet(fit),
    mode: "lines",
    x: xs,
    y: xs.map((dataSize) => predict(fit, dataSize)),
    line: { color: colour, width: 2, dash },
  });
  const beyond = grid.filter((size) => size > last);
  return [
    {
      ...quiet(fit),
      mode: "lines",
      x: [...band.map((row) => row.dataSize), ...band.map((row) => row.dataSize).reverse()],
      y: [...band.map((row) => clip(row.high)), ...band.map((row) => clip(row.low)).reverse()],
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      line: { width: 0 },
    },
    line([first, ...grid.filter((size) => size > first && size < last), last], "solid"),
    ...(beyond.length === 0 ? [] : [line([last, ...beyond], "dot")]),
  ];
}

function pointTrace(fit: ScalingLawFit, points: LearningCurvePoint[], marker: PlotlyPart): PlotlyPart {
  const bars = points.map((point) => normal95 * noiseOf(fit, point));
  return {
    ...quiet(fit),
    mode: "markers",
    x: points.map((point) => point.dataSize),
    y: points.map((point) => point.error),
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
function quiet(fit: ScalingLawFit): PlotlyPart {
  return { type: "scatter", name: fit.name, legendgroup: fit.name, showlegend: false, hoverinfo: "skip" };
}

function heldOutKey(): PlotlyPart {
  const marker = { color: "#4d4d4d", symbol: "circle-open", size: 10, line: { width: 2 } };
  return { type: "scatter", mode: "markers", x: [null], y: [null], name: "held out of the fit", marker };
}

function legendText(fit: ScalingLawFit): string {
  if (!fit.ok) return `${fit.name}: no fit`;
  const { exponent, irreducibleError } = fit.parameters;
  const floor = fit.law === "power" ? "" : `, floor ${formatEstimate(irreducibleError)}`;
  return `${fit.name}: exponent ${formatEstimate(exponent)}${floor}`;
}

function inWords(fit: ScalingLawFit): string {
  return fit.ok ? legendText(fit) : `${legendText(fit)} (${fit.reason})`;
}

function caption(fits: readonly ScalingLawFit[]): string {
  const percent = `${Number((100 * (fits.find((fit) => fit.ok)?.level ?? 0.95)).toPrecision(3))} %`;
  return `Lines: fitted law, dotted where extrapolated. Bands and brackets: ${percent} intervals. Bars: 95 % noise of a point.`;
}

function isShown(point: LearningCurvePoint): boolean {
  return point.error > 0; // a logarithmic axis has no place for 0
}

/** A fit that failed knows no noise but the points' own. */
function noiseOf(fit: ScalingLawFit, point: LearningCurvePoint): number {
  return fit.ok ? measurementDeviation(fit, point, point.error) : (point.standardError ?? 0);
}

function logGrid(low: number, high: number, count: number): number[] {
  const ratio = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? high : low * Math.exp(index * ratio)));
}
