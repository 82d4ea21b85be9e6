/** @file Updates on an engine: each batch shape is compiled once, parameters and optimiser state stay on the device. */
import { type CallOptions, compile, type DeviceArray, type Engine } from "../engine/index.ts";
import type { TransformerConfig } from "../model/index.ts";
import { f32, type Numbers } from "../tensor/index.ts";
import type { AdamWOptions } from "./adam-w.ts";
import { disposeTree, zerosTree } from "./device-trees.ts";
import type { BatchShape, Identified, Objective } from "./objective.ts";
import { inParts } from "./parts.ts";
import { allParameters, type FrozenTree, type Trainable, type TrainedTree } from "./trainable.ts";
import { type Trained, updateGraphs } from "./update-graphs.ts";

/** A batch on the host. */
export interface PackedBatch {
  readonly shape: BatchShape;
  readonly arrays: Readonly<Record<string, Numbers>>;
}

/** Means over what a batch, or several, counted; a metric that counted nothing is left out. */
export interface Report {
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** What an update tells of itself. */
export interface Measured {
  readonly report: Report;
  readonly gradientNorm: number;
}

/** What changes from update to update. */
export interface UpdateSettings {
  /** 1 at the first update */
  readonly count: number;
  readonly learningRate: number;
  /** A seed for each batch, of whatever random numbers the loss draws. */
  readonly seeds: readonly number[];
}

/** Made by createUpdater. */
export interface Updater {
  /**
   * One update by the mean loss of the batches.
   *
   * @param trained arrays on the device, which are used up
   * @returns arrays that the next update may be handed at once, and a promise of what is read of this one
   * @throws DeviceMemory when not even one example at a time fits the device
   */
  update(
    trained: Trained<TrainedTree<DeviceArray>>,
    batches: readonly PackedBatch[],
    settings: UpdateSettings,
  ): Promise<{ trained: Trained<TrainedTree<DeviceArray>>; measured: Promise<Measured> }>;
  /** The mean loss and metrics of the batches. @throws DeviceMemory as an update does */
  measure(parameters: TrainedTree<DeviceArray>, batches: readonly PackedBatch[]): Promise<Report>;
  dispose(): void;
}

export interface UpdaterOptions {
  readonly engine: Engine;
  readonly config: TransformerConfig;
  readonly adamW: AdamWOptions;
  /** Largest global norm of the gradient; undefined: not clipped. */
  readonly clipNorm: number | undefined;
  /** What is trained; default: all parameters. */
  readonly trainable?: Trainable;
  /** What stays, on the device, in the nesting of the trainable's frozenSpecs; default: nothing. */
  readonly frozen?: FrozenTree<DeviceArray>;
}

/** An updater for a method. */
export function createUpdater<Example extends Identified>(
  objective: Objective<Example>,
  { engine, config, adamW, clipNorm, trainable = allParameters(config), frozen = {} }: UpdaterOptions,
): Updater {
  const graphs = updateGraphs(objective, config, adamW, clipNorm, trainable.policyOf);
  const { specs: parameters, frozenSpecs } = trainable;
  const optimiser = { means: parameters, squares: parameters };
  const rates = { count: f32(), learningRate: f32() };
  const update = { what: "an update", config, atOnce: engine.atOnce } as const;
  const whole = perShape((shape) => {
    const specs = { parameters, optimiser, ...rates, frozen: frozenSpecs, batch: objective.specs(shape) };
    return inParts({ ...update, shape, batch: specs.batch }, (parts) =>
      compile(engine, (inputs) => graphs.whole(inputs, parts), specs),
    );
  });
  const accumulate = perShape((shape) => {
    const specs = { parameters, sofar: parameters, weight: f32(), frozen: frozenSpecs, batch: objective.specs(shape) };
    return inParts({ ...update, shape, batch: specs.batch }, (parts) =>
      compile(engine, (inputs) => graphs.accumulate(inputs, parts), specs),
    );
  });
  const apply = perShape(() =>
    compile(engine, graphs.apply, { parameters, optimiser, ...rates, sofar: parameters, weight: f32() }),
  );
  const measure = perShape((shape) => {
    const specs = { parameters, frozen: frozenSpecs, batch: objective.specs(shape) };
    // whole where it fits: without gradients nothing is gained by less, and the loss would be rounded otherwise
    return inParts({ what: "a validation", config, atOnce: undefined, shape, batch: specs.batch }, (parts) =>
      compile(engine, (inputs) => graphs.measure(inputs, parts), specs),
    );
  });
  return {
    update: async (trained, batches, { count, learningRate, seeds }) => {
      const inputs = {
        parameters: trained.parameters,
        optimiser: trained.optimiser,
        count: Float64Array.of(count),
        learningRate: Float64Array.of(learningRate),
      };
      const spent = { parameters: trained.parameters, optimiser: trained.optimiser };
      const [only] = batches;
      if (only !== undefined && batches.length === 1) {
        const run = await whole.of(only.shape);
        const { sums, ...next } = await run({ ...inputs, frozen, batch: only.arrays }, { ...seeded(seeds, 0), spent });
        return { trained: next, measured: measuredOf([taken(sums)]) };
      }
      let added = { sofar: zerosTree(engine, parameters), weight: engine.zeros(f32()) };
      const sums: Promise<number[]>[] = [];
      for (const [at, { shape, arrays }] of batches.entries()) {
        const run = await accumulate.of(shape);
        const { sums: ofBatch, ...next } = await run(
          { parameters: trained.parameters, ...added, frozen, batch: arrays },
          { ...seeded(seeds, at), spent: added },
        );
        added = next;
        sums.push(taken(ofBatch));
      }
      const run = await apply.of({ examples: 0, length: 0 });
      const { norm, ...next } = await run({ ...inputs, ...added }, { spent });
      disposeTree(added);
      return { trained: next, measured: measuredOf(sums, taken(norm)) };
    },
    measure: async (at, batches) => {
      const sums: number[][] = [];
      for (const { shape, arrays } of batches) {
        const run = await measure.of(shape);
        sums.push(await taken(await run({ parameters: at, frozen, batch: arrays })));
      }
      return reportOf(graphs.metricNames(), sums);
    },
    dispose: () => {
      for (const programs of [whole, accumulate, apply, measure]) programs.dispose();
    },
  };

  /** @param norm of the gradient; where it is not given, the last of the only sums */
  function measuredOf(sums: readonly Promise<number[]>[], norm?: Promise<number[]>): Promise<Measured> {
    const measured = Promise.all([Promise.all(sums), norm]).then(([read, given]): Measured => {
      const gradientNorm = (given ?? read[0])?.at(-1) as number;
      return { report: reportOf(graphs.metricNames(), read), gradientNorm };
    });
    measured.catch(() => {}); // the same
    return measured;
  }
}

interface PerShape<Program> {
  of(shape: BatchShape): Promise<Program>;
  dispose(): void;
}

/** A program a shape, made when it is first asked for. */
function perShape<Program extends { dispose(): void }>(
  make: (shape: BatchShape) => Promise<Program>,
): PerShape<Program> {
  const made = new Map<string, Program>();
  return {
    of: async (shape) => {
      const key = `${shape.examples} x ${shape.length} from ${shape.from}`;
      const program = made.get(key) ?? (await make(shape));
      made.set(key, program);
      return program;
    },
    dispose: () => {
      for (const program of made.values()) program.dispose();
      made.clear();
    },
  };
}

function seeded(seeds: readonly number[], at: number): Pick<CallOptions<unknown>, "seed"> {
  return { seed: seeds[at] ?? 0 };
}

/** The means of sums and weights, added over the batches. */
function reportOf(names: readonly string[], sums: readonly (readonly number[])[]): Report {
  const total = (at: number): number => sums.reduce((sofar, each) => sofar + (each[at] as number), 0);
  const metrics = names
    .map((name, at) => ({ name, sum: total(2 * at + 2), weight: total(2 * at + 3) }))
    .filter(({ weight }) => weight !== 0)
    .map(({ name, sum, weight }) => [name, sum / weight] as const);
  return { loss: total(0) / total(1), metrics: Object.fromEntries(metrics) };
}

/** The numbers of an array that is needed no more. */
function taken(array: DeviceArray): Promise<number[]> {
  const values = array.read().then((numbers) => {
    array.dispose();
    return Array.from(numbers);
  });
  values.catch(() => {}); // whoever waits is told, though it be later than the failure
  return values;
}
