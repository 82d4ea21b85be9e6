/** @file Where the results of a run go: over an array that the caller has spent, into one kept from an earlier run, or into a new one. */
import type { Graph, Spec } from "../tensor/index.ts";
import { sameShape } from "../tensor/spec.ts";
import type { DeviceArray } from "./engine.ts";

/** An array whose memory the engine knows. */
interface OwnArray extends DeviceArray {
  /** Whether the engine may write into the cells. */
  readonly owned: boolean;
  readonly cells: object;
}

type Spent<Own> = readonly (Own | undefined)[];

export class ResultArrays<Own extends OwnArray> {
  readonly #graph: Graph;
  readonly #mayOverwrite: readonly ReadonlySet<number>[];
  /** An array over given cells, or over new ones. */
  readonly #make: (spec: Spec, cells?: Own["cells"]) => Own;
  readonly #spare: (Own | undefined)[];

  /** @param mayOverwrite for each output the places of the inputs that it may be written over */
  constructor(
    graph: Graph,
    mayOverwrite: readonly ReadonlySet<number>[],
    make: (spec: Spec, cells?: Own["cells"]) => Own,
  ) {
    this.#graph = graph;
    this.#mayOverwrite = mayOverwrite;
    this.#make = make;
    this.#spare = graph.outputs.map(() => undefined);
  }

  /** An array for each output. */
  take(inputs: readonly Own[], spent: Spent<Own>): Own[] {
    return this.#graph.outputs.map(({ tensor }, which) => {
      const given = spent[which];
      if (given !== undefined && canHold(given, tensor)) {
        const places = inputs.flatMap((input, place) => (input.cells === given.cells ? [place] : []));
        const isFree = places.length <= 1 && places.every((place) => this.#mayOverwrite[which]?.has(place));
        if (isFree && isOnce(given, spent)) return this.#make(tensor, given.cells);
      }
      const kept = this.#spare[which];
      this.#spare[which] = undefined;
      return kept ?? this.#make(tensor);
    });
  }

  /** Disposes what was spent; its memory, unless a result took it, is kept for the next run's output at the same place. */
  retire(spent: Spent<Own>, results: readonly Own[]): void {
    for (const [which, array] of spent.entries()) {
      if (array === undefined || spent.indexOf(array) < which) continue; // one that is named twice goes once
      const spec = this.#graph.outputs[which]?.tensor;
      const { cells } = array;
      const isTaken =
        results.some((result) => result.cells === cells) || this.#spare.some((kept) => kept?.cells === cells);
      if (!isTaken && spec !== undefined && canHold(array, spec)) this.#spare[which] = this.#make(spec, cells);
      array.dispose();
    }
  }

  /** Gives back what was kept for a next run. */
  dispose(): void {
    for (const array of this.#spare) array?.dispose();
    this.#spare.fill(undefined);
  }
}

function canHold({ owned, spec }: OwnArray, { dtype, shape }: Spec): boolean {
  return owned && spec.dtype === dtype && sameShape(spec.shape, shape);
}

function isOnce(array: OwnArray, spent: Spent<OwnArray>): boolean {
  return spent.filter((other) => other === array).length === 1;
}
