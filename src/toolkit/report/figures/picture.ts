/** @file A picture as Plotly's figure format holds it: traces and a layout, plain JSON. */
import type { Json } from "../../core/mime-bundle.ts";

/** One trace or layout: https://plotly.com/javascript/reference/ */
export type PlotlyPart = { [key: string]: Json };

/** What is needed to draw. */
export interface Picture {
  readonly data: readonly PlotlyPart[];
  readonly layout: PlotlyPart;
}
