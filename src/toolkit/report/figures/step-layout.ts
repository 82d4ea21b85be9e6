/** @file Where the states and steps of a graph are drawn: layers from left to right, bars as tall as states are visited. */
import type { ExactValues, Policy, StepGraph } from "../../theory/index.ts";

/** A state as a bar. */
export interface StateBar {
  readonly x: number;
  readonly bottom: number;
  readonly top: number;
}

/** A step as a ribbon from one bar to another. */
export interface StepRibbon {
  readonly state: number;
  readonly action: number;
  readonly visits: number;
  /** lower and upper edge where the ribbon leaves, and where it arrives */
  readonly from: StateBar;
  readonly to: StateBar;
}

/** Height that is left free between the bars of the fullest layer, as a share of all. */
const GAPS = 0.45;
/** Below this share of solutions a ribbon is not drawn: it would be thinner than a tenth of a pixel. */
const THINNEST = 2e-4;

/**
 * Lays a graph out as a flow: bars and ribbons whose heights are shares of all solutions, in [0, 1] with gaps between bars.
 *
 * @param graph problems and their steps
 * @param policy the chance of each action in each state
 * @param exact its exact values
 * @returns a bar for each state and a ribbon for each step that is taken
 */
export function layOutSteps(
  graph: StepGraph,
  policy: Policy,
  { visits }: Pick<ExactValues, "visits">,
): { bars: StateBar[]; ribbons: StepRibbon[] } {
  const layers = layersOf(graph);
  const inLayer = (layer: number): number[] => [...layers.keys()].filter((state) => layers[state] === layer);
  const last = Math.max(...layers);
  const fullest = Math.max(...Array.from({ length: last + 1 }, (_, layer) => inLayer(layer).length));
  const gap = fullest > 1 ? GAPS / (fullest - 1) : 0;
  const bars: StateBar[] = [];
  for (let layer = 0; layer <= last; layer++) {
    const states = inLayer(layer);
    const height = states.reduce((sum, state) => sum + (visits[state] ?? 0), 0) + gap * (states.length - 1);
    let top = (1 + GAPS + height) / 2; // each layer stands in the middle
    for (const state of states) {
      const bottom = top - (visits[state] ?? 0);
      bars[state] = { x: layer, bottom, top };
      top = bottom - gap;
    }
  }
  const arrivedAt = bars.map(({ top }) => top);
  const ribbons: StepRibbon[] = [];
  for (const [state, { actions }] of graph.states.entries()) {
    const bar = bars[state] as StateBar;
    let leavesAt = bar.top;
    for (const [action, { next }] of actions.entries()) {
      const share = (visits[state] ?? 0) * (policy[state]?.[action] ?? 0);
      const arrives = arrivedAt[next] ?? 0;
      const from = { x: bar.x, top: leavesAt, bottom: leavesAt - share };
      const to = { x: bars[next]?.x ?? 0, top: arrives, bottom: arrives - share };
      leavesAt = from.bottom;
      arrivedAt[next] = to.bottom;
      if (share >= THINNEST) ribbons.push({ state, action, visits: share, from, to });
    }
  }
  return { bars, ribbons };
}

/** How many steps lead to each state, at most. */
function layersOf(graph: StepGraph): number[] {
  const layers = graph.states.map(() => 0);
  for (const [state, { actions }] of graph.states.entries()) {
    for (const { next } of actions) layers[next] = Math.max(layers[next] ?? 0, (layers[state] ?? 0) + 1);
  }
  return layers;
}
