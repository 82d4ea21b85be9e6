/** @file Logarithmic axes that read well: labels at round numbers, never fewer than three, and small ticks between them. */
import { requirePositive } from "../../core/argument-checks.ts";
import type { PlotlyPart } from "./picture.ts";

/**
 * Round numbers to label on a logarithmic axis.
 *
 * @param low lower end, > 0
 * @param high upper end, > low
 * @returns rising numbers in [low, high]: powers of ten over many decades, 1-2-5 over few, even steps within one
 * @throws RangeError when low or high is not positive
 * @example logTicks(4e5, 6e8) // => [1000000, 10000000, 100000000]
 * @example logTicks(0.28, 1) // => [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
 */
export function logTicks(low: number, high: number): number[] {
  requirePositive("logTicks", "low", low);
  requirePositive("logTicks", "high", high);
  const byDecade = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]].map((digits) => multiples(digits, low, high));
  const enough = byDecade.find((ticks) => ticks.length >= 3);
  return enough ?? evenSteps(low, high);
}

/**
 * A logarithmic axis in Plotly's terms.
 *
 * @param title what the axis shows, with its unit
 * @param range lower and upper end, > 0
 * @param label how a tick is written
 */
export function logAxis(title: string, [low, high]: [number, number], label: (tick: number) => string): PlotlyPart {
  const ticks = logTicks(low, high);
  return {
    type: "log",
    title: { text: title, standoff: 10, font: { size: 14 } },
    range: [Math.log10(low), Math.log10(high)],
    tickmode: "array",
    tickvals: ticks,
    ticktext: ticks.map(label),
    ticks: "outside",
    minor: {
      ticks: "outside",
      ticklen: 3,
      tickmode: "array",
      tickvals: multiples([1, 2, 3, 4, 5, 6, 7, 8, 9], low, high),
    },
    gridcolor: "#e6e6e6",
    linecolor: "#4d4d4d",
    zeroline: false,
    showline: true,
  };
}

/**
 * A data size as people say it; from a thousand trillions on, as compute is written.
 *
 * @example formatCount(16e6) // => "16M"
 * @example formatCount(3e18) // => "3e18"
 */
export function formatCount(count: number): string {
  if (count >= 1e15) return Number(count.toPrecision(3)).toExponential().replace("+", "");
  return people.format(count).replace("K", "k");
}

const people = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

function multiples(digits: readonly number[], low: number, high: number): number[] {
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    // Number() of the decimal text, since 3 * 10 ** -1 is 0.30000000000000004
    for (const digit of digits) found.push(Number(`${digit}e${power}`));
  }
  return found.filter((tick) => tick >= low && tick <= high);
}

/** Within a third of a decade: the finest even step of 1, 2 or 5 that gives at most seven labels. */
function evenSteps(low: number, high: number): number[] {
  const power = Math.floor(Math.log10((high - low) / 7));
  const step = [1, 2, 5, 10].map((digit) => digit * 10 ** power).find((size) => (high - low) / size <= 7) ?? high - low;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(6)));
}
