/** @file The layout that all figures share: the claim on top, its legend under it, the plot, and how to read it below. */
import { requireOneOf, requireOptions, requireText } from "../../core/argument-checks.ts";
import type { PlotlyPart } from "./picture.ts";

/** The words around a plot. */
export interface FigureWords {
  /** the claim that the figure supports */
  title: string;
  /** how many entries the legend has */
  legendEntries: number;
  /** in how many columns they stand; default 1 */
  legendColumns?: number;
  /** how lines, bands and bars are to be read */
  caption: string;
}

const titleSize = 17;
const titleLine = 22; // Plotly sets lines 1.3 em apart
const legendLine = 19; // an entry of 13 pixel text
const plotHeight = 380;
const below = 88; // ticks, axis title and caption

/**
 * A layout whose margins fit its words, so that nothing overlaps: title over legend over plot over caption.
 *
 * @param words title, legend entries and caption
 * @returns title, legend, margin, height and annotations of a Plotly layout
 */
export function claimLayout({ title, legendEntries, legendColumns = 1, caption }: FigureWords): PlotlyPart {
  const lines = wrapped(title, 94);
  const top = 20 + titleLine * lines.length + legendLine * Math.ceil(legendEntries / legendColumns) + 14;
  const columns =
    legendColumns > 1 ? { orientation: "h", entrywidthmode: "fraction", entrywidth: 1 / legendColumns } : {};
  // With several lines Plotly anchors the first at its baseline's height less 0.7 em: pushed down by as much.
  const pad = { t: lines.length > 1 ? 16 + Math.round(0.7 * titleSize) : 16 };
  return {
    title: {
      text: `<b>${lines.join("<br>")}</b>`,
      font: { size: titleSize },
      ...{ x: 0.012, xanchor: "left", y: 1, yanchor: "top", pad },
    },
    legend: {
      ...{ x: 0, xanchor: "left", y: 1, yanchor: "bottom", traceorder: "normal", bgcolor: "rgba(255, 255, 255, 0)" },
      ...columns,
    },
    margin: { t: top, l: 72, r: 24, b: below },
    height: top + plotHeight + below,
    annotations: [
      {
        text: caption,
        ...{ xref: "paper", x: 0, xanchor: "left", yref: "paper", y: 0, yanchor: "top", yshift: -60 },
        showarrow: false,
        align: "left",
        font: { size: 11, color: "#4d4d4d" },
      },
    ],
  };
}

/** Throws for an option that a figure has not, for words that are no text, and for an axis that there is not. */
export function requireFigureOptions(caller: string, options: unknown, known: readonly string[]): void {
  requireOptions(caller, options, known);
  for (const [name, value] of Object.entries(options as object)) {
    if (value === undefined) continue;
    if (WORDS.includes(name)) requireText(caller, name, value);
    if (name === "log") requireOneOf(caller, name, value, ["x", "y", "both"]);
  }
}

const WORDS = ["title", "xTitle", "yTitle", "caption"];

/** The longest name of which two stand side by side, in characters. */
const longestInColumns = 46;

/**
 * The legend of lines of these names: in two columns where there are four or more and all fit, so that the plot keeps the room.
 *
 * @param names of the lines, in the order of the legend
 * @returns what `claimLayout` is to know of the legend
 */
export function legendOf(names: readonly string[]): Pick<FigureWords, "legendEntries" | "legendColumns"> {
  const fit = names.length >= 4 && names.every(({ length }) => length <= longestInColumns);
  return { legendEntries: names.length, legendColumns: fit ? 2 : 1 };
}

/** Plotly does not break titles: lines of at most `width` characters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
