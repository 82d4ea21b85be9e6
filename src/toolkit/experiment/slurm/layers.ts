/** @file The layers of a plan: a stage's is one after the last of what it needs; each layer is an array, or several where it is too long for one. */
import type { PlannedStage } from "../stage.ts";

/**
 * @param stages each after what it needs; those that are not of the list count as done
 * @returns the stages by layer, the first layer needing none of the others
 */
export function layersOf(stages: readonly PlannedStage[]): PlannedStage[][] {
  const layerOf = new Map<string, number>();
  const layers: PlannedStage[][] = [];
  for (const stage of stages) {
    const before = [...stage.needs.values()].map((need) => layerOf.get(need) ?? -1);
    const layer = Math.max(-1, ...before) + 1;
    layerOf.set(stage.key, layer);
    layers[layer] ??= [];
    layers[layer].push(stage);
  }
  return layers;
}

/** @param size of the longest part */
export function inParts<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
