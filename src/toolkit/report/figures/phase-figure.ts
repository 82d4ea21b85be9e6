/** @file Phase diagrams: which of several things happens where, over a grid of two settings, in panels side by side. */
import { requireList, requireText, wrong } from "../../core/argument-checks.ts";
import { methodColour } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, legendOf, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import type { PlotlyPart } from "./picture.ts";

/** One grid of a phase diagram. */
export interface PhasePanel {
  name: string;
  /** the phase at each place: `phases[y][x]`, in the order of the options' y and x */
  phases: readonly (readonly string[])[];
}

/** The grid's two settings, and what the phases are. */
export interface PhaseFigureOptions {
  /** the settings along each axis, from left to right and from below to above, written as they are to be read */
  x: readonly string[];
  y: readonly string[];
  /** each phase with the method in whose colour it is drawn, or null for what is nobody's: grey */
  phases: Readonly<Record<string, string | null>>;
  title?: string;
  xTitle?: string;
  yTitle?: string;
  caption?: string;
}

const nobodys = "#d0d0d0";
const gap = 0.03; // between panels, of the width
const rowHeight = 22; // pixels
const headroom = 24; // pixels above the grid, for the panels' names
const usualPlot = 380; // pixels, what claimLayout gives

/**
 * A square for each pair of settings, in the colour of its phase. Settings are set at equal distances, whatever their numbers.
 *
 * @param panels grids of the same settings, from left to right
 * @param options the settings, the phases, title and axes
 * @returns a figure, whose words count the squares of each phase
 * @throws RangeError or TypeError when there is no panel, a grid has not a phase for each pair of settings, or names one that the options lack
 */
export function plotPhases(panels: readonly PhasePanel[], options: PhaseFigureOptions): Figure {
  requireList("plotPhases", "panels to be an array of { name, phases }", panels);
  requireFigureOptions("plotPhases", options, ["x", "y", "phases", "title", "xTitle", "yTitle", "caption"]);
  for (const [name, settings] of Object.entries({ x: options.x, y: options.y })) {
    requireList("plotPhases", `${name} to be an array of settings`, settings);
  }
  if (typeof options.phases !== "object" || options.phases === null) {
    throw wrong("plotPhases", "phases to be an object of methods by phase", options.phases);
  }
  const { x, y, phases, xTitle = "x", yTitle = "y", caption = "" } = options;
  const { title = `Phases over ${xTitle} and ${yTitle}` } = options;
  if (panels.length === 0) throw wrong("plotPhases", "at least one panel", [...panels]);
  for (const [index, panel] of panels.entries()) {
    requireText("plotPhases", `panels[${index}].name`, panel?.name);
    requireList("plotPhases", `panels[${index}].phases to be an array of rows`, panel.phases);
    requireGrid(panel, options);
  }
  const names = Object.keys(phases);
  const base = claimLayout({ title, ...legendOf(names), caption });
  const width = (1 - gap * (panels.length - 1)) / panels.length;
  const axes = panels.flatMap((_, place): [string, PlotlyPart][] => {
    const left = place * (width + gap);
    const ticks = { showgrid: false, zeroline: false, tickangle: 0, tickfont: { size: 10 } };
    const own = { ...ticks, ...placesOf(x), domain: [left, left + width], anchor: `y${suffix(place)}` };
    const side = { ...ticks, ...placesOf(y), anchor: `x${suffix(place)}`, showticklabels: place === 0 };
    return [
      [`xaxis${suffix(place)}`, { ...linearAxis(xTitle, [-0.6, x.length - 0.4]), ...own }],
      [`yaxis${suffix(place)}`, { ...linearAxis(place === 0 ? yTitle : "", [-0.6, y.length - 0.4]), ...side }],
    ];
  });
  const heads = panels.map(
    ({ name }, place): PlotlyPart => ({
      text: `<b>${name}</b>`,
      ...{ xref: "paper", x: place * (width + gap), xanchor: "left", yref: "paper", y: 1, yanchor: "bottom" },
      showarrow: false,
      font: { size: 12 },
    }),
  );
  const { t = 0, ...margin } = base.margin as { t?: number };
  return makeFigure(
    panels.flatMap((panel, place) =>
      names.map((name, rank) => ({
        ...squares(panel, place, name, phases[name] ?? null),
        showlegend:
          place ===
          Math.max(
            0,
            panels.findIndex((one) => one.phases.flat().includes(name)),
          ),
        legendrank: rank + 1, // Plotly leaves out what has no square in its panel
      })),
    ),
    {
      ...base,
      ...Object.fromEntries(axes),
      legend: { ...(base.legend as PlotlyPart), y: 1 + headroom / (rowHeight * y.length) },
      margin: { ...margin, t: t + headroom },
      height: Number(base.height) - usualPlot + rowHeight * y.length + headroom,
      annotations: [...(base.annotations as PlotlyPart[]), ...heads],
    },
    `${title}. ${panels.map((panel) => inWords(panel, names)).join("; ")}.`,
  );
}

function requireGrid({ name, phases: grid }: PhasePanel, { x, y, phases }: PhaseFigureOptions): void {
  const fits = grid.length === y.length && grid.every((row) => row?.length === x.length);
  if (!fits)
    throw wrong(
      "plotPhases",
      `${y.length} rows of ${x.length} phases in ${name}`,
      grid.map((row) => row?.length),
    );
  const unknown = grid.flat().find((phase) => !(phase in phases));
  if (unknown !== undefined) throw wrong("plotPhases", `phases out of ${Object.keys(phases).join(", ")}`, unknown);
}

/** "" for the first axis, then "2", "3": how Plotly counts. */
function suffix(place: number): string {
  return place === 0 ? "" : String(place + 1);
}

function placesOf(names: readonly string[]): PlotlyPart {
  return { tickmode: "array", tickvals: names.map((_, place) => place), ticktext: [...names] };
}

function squares({ phases }: PhasePanel, place: number, name: string, method: string | null): PlotlyPart {
  const places = phases.flatMap((row, y) => row.flatMap((phase, x) => (phase === name ? [{ x, y }] : [])));
  return {
    type: "scatter",
    mode: "markers",
    name,
    legendgroup: name,
    x: places.map(({ x }) => x),
    y: places.map(({ y }) => y),
    xaxis: `x${suffix(place)}`,
    yaxis: `y${suffix(place)}`,
    marker: { symbol: "square", size: 14, color: method === null ? nobodys : methodColour(method) },
    hovertemplate: `${name}<extra></extra>`,
  };
}

function inWords({ name, phases }: PhasePanel, names: readonly string[]): string {
  const all = phases.flat();
  const counts = names.map((phase) => `${phase} in ${all.filter((own) => own === phase).length}`);
  return `${name}, ${all.length} squares: ${counts.join(", ")}`;
}
