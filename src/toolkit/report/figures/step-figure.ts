/** @file A graph of steps as a flow: ribbons as wide as steps are taken, coloured by their advantage; side by side or with a slider. */
import { wrong } from "../../core/argument-checks.ts";
import { formatNumber } from "../../core/number-format.ts";
import { type ExactValues, exactValues, type Policy, type StepGraph } from "../../theory/index.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import type { PlotlyPart } from "./picture.ts";
import { layOutSteps, type StateBar, type StepRibbon } from "./step-layout.ts";

/** Policies to show, by what they are called: { before, after }. */
export type NamedPolicies = Readonly<Record<string, Policy>>;

/** Vermilion over grey to blue, which colour-blind readers can tell apart: A <= -1 to A >= 1. */
const SCALE = ["#A63603", "#D55E00", "#EE9A5C", "#F6CFAE", "#D4D4D4", "#B5D3EA", "#6BAED6", "#0072B2", "#084594"];
const DARK = [0, 1, 7, 8]; // of the scale: names on them are white
const GREEN = "#009E73"; // a correct end
const BLACK = "#1a1a1a"; // a wrong end
const GREY = "#737373";
const BAR = 0.035; // half the width of a bar, in layers
const LABELLED = 0.07; // share of solutions from which a ribbon has room for its name
const CAPTION =
  "Height: share of all solutions. Blue steps raise the chance of a correct end (A > 0), orange ones lower it; grey: |A| < 0.016.<br>Green ends are correct, black ones wrong.";

/**
 * Policies side by side.
 *
 * @param graph problems and their steps; unfold it first for a tree
 * @param policies one to three policies by name
 * @param options title, the claim that the figure supports; by default the names of the policies
 * @returns a figure: ribbons as high as steps are taken, coloured by their advantage under the panel's own policy
 * @throws RangeError or TypeError when there is no policy, or one does not fit the graph
 */
export function plotSteps(graph: StepGraph, policies: NamedPolicies, options: { title?: string } = {}): Figure {
  const panels = checkedPanels("plotSteps", graph, policies);
  const title = titleOf("plotSteps", policies, options);
  const width = 1 / panels.length;
  const axes = panels.map((_, index): PlotlyPart => {
    const suffix = index === 0 ? "" : String(index + 1);
    const domain = [index * width + (index === 0 ? 0 : 0.02), (index + 1) * width];
    return { [`xaxis${suffix}`]: { ...hidden, domain }, [`yaxis${suffix}`]: { ...hidden, anchor: `x${suffix}` } };
  });
  const base = claimLayout({ title, legendEntries: 1, caption: CAPTION });
  const headings = panels.map(
    ({ name, exact }, index): PlotlyPart => ({
      ...{ text: heading(name, exact), x: index * width + (index === 0 ? 0 : 0.02), xref: "paper", xanchor: "left" },
      ...{ y: 1, yref: "paper", yanchor: "top", yshift: 20, showarrow: false, font: { size: 13 } },
    }),
  );
  const annotations = [...(base.annotations as PlotlyPart[]), ...headings];
  const traces = panels.flatMap((panel, index) => {
    const suffix = index === 0 ? "" : String(index + 1);
    return panelTraces(graph, panel).map((trace) => ({ ...trace, xaxis: `x${suffix}`, yaxis: `y${suffix}` }));
  });
  const layout = { ...base, ...Object.assign({}, ...axes), annotations, ...plain(base) };
  return makeFigure(traces, layout, describe(title, panels));
}

/**
 * One policy at a time, with a slider: training as it goes on.
 *
 * @param graph problems and their steps; unfold it first for a tree
 * @param policies policies by name, in the order of the slider
 * @param options title, the claim that the figure supports; by default the names of the policies
 * @returns a figure with a slider; where nothing moves, as in print, it shows the first policy
 * @throws RangeError or TypeError when there is no policy, or one does not fit the graph
 */
export function plotStepsInTraining(
  graph: StepGraph,
  policies: NamedPolicies,
  options: { title?: string } = {},
): Figure {
  const panels = checkedPanels("plotStepsInTraining", graph, policies);
  const title = titleOf("plotStepsInTraining", policies, options);
  const frames = panels.map((panel) => panelTraces(graph, panel));
  const owners = frames.flatMap((traces, index) => traces.map(() => index));
  const base = claimLayout({ title, legendEntries: 1, caption: CAPTION });
  const steps = panels.map(({ name, exact }, index) => ({
    ...{ label: name, method: "update" },
    args: [{ visible: owners.map((owner) => owner === index) }, { "annotations[1].text": heading(name, exact) }],
  }));
  const first = panels[0] as Panel;
  const above: PlotlyPart = {
    text: heading(first.name, first.exact),
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: 1,
    yref: "paper",
  };
  const annotations = [
    { ...(base.annotations as PlotlyPart[])[0], yshift: -106 },
    { ...above, yanchor: "top", yshift: 20, showarrow: false, font: { size: 13 } },
  ];
  const slider = { steps, active: 0, x: 0, len: 1, y: 0, pad: { t: 18 }, currentvalue: { visible: false } };
  const room = { margin: { ...(base.margin as PlotlyPart), l: 20, r: 20, b: 146 }, height: Number(base.height) + 58 };
  return makeFigure(
    frames.flatMap((traces, index) => traces.map((trace) => ({ ...trace, visible: index === 0 }))),
    { ...base, ...plain(base), ...room, xaxis: hidden, yaxis: hidden, annotations, sliders: [slider] },
    describe(title, panels),
  );
}

const hidden: PlotlyPart = {
  showgrid: false,
  zeroline: false,
  showticklabels: false,
  fixedrange: true,
};

function plain(base: PlotlyPart): PlotlyPart {
  return { showlegend: false, margin: { ...(base.margin as PlotlyPart), l: 20, r: 20 } };
}

interface Panel {
  readonly name: string;
  readonly policy: Policy;
  readonly exact: ExactValues;
}

function checkedPanels(caller: string, graph: StepGraph, policies: NamedPolicies): Panel[] {
  if (typeof policies !== "object" || policies === null) {
    throw wrong(caller, "policies to be an object of policies by name", policies);
  }
  if (!Array.isArray(graph?.states)) throw wrong(caller, "graph to be problems and their steps", graph);
  const panels = Object.entries(policies).map(([name, policy]) => ({
    name,
    policy,
    exact: exactValues(graph, policy),
  }));
  if (panels.length === 0) throw wrong(caller, "at least one policy by name", policies);
  return panels;
}

function heading(name: string, { success }: ExactValues): string {
  return `<b>${name}</b>: success ${formatNumber(success)}`;
}

function titleOf(caller: string, policies: NamedPolicies, options: { title?: string }): string {
  requireFigureOptions(caller, options, ["title"]);
  return options.title ?? `steps of ${Object.keys(policies).join(", ")}`;
}

function describe(title: string, panels: readonly Panel[]): string {
  return `${title}. ${panels.map(({ name, exact }) => `${name}: success ${formatNumber(exact.success)}`).join("; ")}.`;
}

/** Ribbons grouped by colour, bars over them, names and hover texts on top. */
function panelTraces(graph: StepGraph, { policy, exact }: Panel): PlotlyPart[] {
  const { bars, ribbons } = layOutSteps(graph, policy, exact);
  const shades = ribbons.map((ribbon) => shade(exact.advantages[ribbon.state]?.[ribbon.action] ?? 0));
  const byShade = SCALE.map((colour, index) =>
    area(ribbons.filter((_, at) => shades[at] === index).map(outline), colour),
  );
  const ends = (reward: (value: number) => boolean, isEnd: boolean, colour: string): PlotlyPart =>
    area(
      bars
        .filter((_, state) => {
          const { actions, reward: own } = graph.states[state] as StepGraph["states"][number];
          return (actions.length === 0) === isEnd && reward(own);
        })
        .map(rectangle),
      colour,
    );
  const blocks = [
    ends(() => true, false, GREY),
    ends((own) => own > 0, true, GREEN),
    ends((own) => own === 0, true, BLACK),
  ];
  return [...byShade, ...blocks]
    .filter((trace) => (trace.x as number[]).length > 0)
    .concat(labels(graph, policy, exact, ribbons, shades));
}

/** The place of an advantage on the scale, finer near 0: grey below (1/2 / 4)^2 = 1/64, the end from (3.5 / 4)^2 on. */
function shade(advantage: number): number {
  return 4 + Math.sign(advantage) * Math.round(4 * Math.sqrt(Math.min(1, Math.abs(advantage))));
}

function area(shapes: readonly [number[], number[]][], colour: string): PlotlyPart {
  const join = (axis: 0 | 1) => shapes.flatMap((shape, index) => (index === 0 ? shape[axis] : [null, ...shape[axis]]));
  const look: PlotlyPart = { fill: "toself", fillcolor: colour, line: { width: 0.4, color: "#ffffff" }, opacity: 1 };
  return { type: "scatter", mode: "lines", x: join(0), y: join(1), ...look, hoverinfo: "skip" };
}

/** A ribbon's edge: along its top, back along its bottom, each an S of cosine shape, or straight where it neither rises nor falls. */
function outline({ from, to }: StepRibbon): [number[], number[]] {
  const level = drawn(from.top) === drawn(to.top) && drawn(from.bottom) === drawn(to.bottom);
  const pieces = level ? 1 : CURVE_PIECES;
  const places = Array.from({ length: pieces + 1 }, (_, index) => index / pieces);
  const x = places.map((place) => drawn(from.x + BAR + place * (to.x - from.x - 2 * BAR)));
  const edge = (start: number, end: number) =>
    places.map((place) => drawn(start + ((end - start) * (1 - Math.cos(Math.PI * place))) / 2));
  const back = [...x].reverse();
  return [
    [...x, ...back],
    [...edge(from.top, to.top), ...edge(from.bottom, to.bottom).reverse()],
  ];
}

const CURVE_PIECES = 10;

/** A coordinate as finely as it can be seen: a figure of many ribbons and times is saved with every digit of each. */
function drawn(coordinate: number): number {
  return Math.round(1e4 * coordinate) / 1e4;
}

function rectangle({ x, bottom, top }: StateBar): [number[], number[]] {
  const [left, right, low, high] = [x - BAR, x + BAR, bottom, top].map(drawn) as [number, number, number, number];
  return [
    [left, right, right, left],
    [high, high, low, low],
  ];
}

function labels(
  graph: StepGraph,
  policy: Policy,
  exact: ExactValues,
  ribbons: readonly StepRibbon[],
  shades: readonly number[],
): PlotlyPart {
  const nameOf = ({ state, action }: StepRibbon) => graph.states[state]?.actions[action]?.name ?? "";
  const tip = (ribbon: StepRibbon): string => {
    const { state, action, visits } = ribbon;
    const advantage = exact.advantages[state]?.[action] ?? 0;
    const words = [`chance ${formatNumber(policy[state]?.[action] ?? 0)}`, `advantage ${formatNumber(advantage)}`];
    const after = `chance of a correct end after it ${formatNumber(exact.qValues[state]?.[action] ?? 0)}`;
    return [`<b>${nameOf(ribbon)}</b>`, ...words, after, `in ${formatNumber(visits)} of all solutions`].join("<br>");
  };
  const middle = (one: number, other: number) => (one + other) / 2;
  return {
    ...{ type: "scatter", mode: "text", hoverinfo: "text" },
    textfont: { size: 11, color: shades.map((own) => (DARK.includes(own) ? "#ffffff" : "#1a1a1a")) },
    x: ribbons.map(({ from, to }) => middle(from.x, to.x)),
    y: ribbons.map(({ from, to }) => middle(middle(from.top, from.bottom), middle(to.top, to.bottom))),
    text: ribbons.map((ribbon) => (ribbon.visits >= LABELLED ? nameOf(ribbon) : "")),
    hovertext: ribbons.map(tip),
  };
}
