/** @file What all figures draw alike: marker shapes for readers who see no colours, and room around the points. */

const symbols = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down", "star"] as const;

/** The shape of the markers of a figure's method, by its place in the legend. */
export function markerSymbol(index: number): string {
  return symbols[index % symbols.length] ?? "circle";
}

/** The range of positive values on a logarithmic axis, wider by `factor` on both sides. */
export function padded(values: readonly number[], factor: number): [number, number] {
  return [Math.min(...values) / factor, Math.max(...values) * factor];
}
