/** @file A linear axis in the house's style. */
import type { PlotlyPart } from "./picture.ts";

/**
 * @param title what the axis shows, with its unit
 * @param range lower and upper end
 */
export function linearAxis(title: string, [low, high]: [number, number]): PlotlyPart {
  return {
    type: "linear",
    title: { text: title, standoff: 10, font: { size: 14 } },
    range: [low, high],
    ticks: "outside",
    gridcolor: "#e6e6e6",
    linecolor: "#4d4d4d",
    zeroline: false,
    showline: true,
    exponentformat: "power",
  };
}
