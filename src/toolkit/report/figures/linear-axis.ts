/** @file A linear axis in the house's style. */
import type { PlotlyPart } from "./picture.ts";

/**
 * @param title what the axis shows, with its unit
 * @param range lower and upper end; without, all that is drawn
 */
export function linearAxis(title: string, range?: [number, number]): PlotlyPart {
  return {
    type: "linear",
    title: { text: title, standoff: 10, font: { size: 14 } },
    ...(range === undefined ? {} : { range }),
    ticks: "outside",
    gridcolor: "#e6e6e6",
    linecolor: "#4d4d4d",
    zerolinecolor: "#b3b3b3",
    showline: true,
  };
}
