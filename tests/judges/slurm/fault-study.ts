/** @file The study that the faults of a cluster are tried on: a base a seed, and policies that need it. */
import type { PlannedRun, Stage, Study } from "@eightfold/toolkit/experiment";

export interface FaultConfig {
  readonly seeds: readonly number[];
  readonly methods: readonly number[];
  /** folder of the files that make a stage misbehave: NAME.wait, NAME.fail, NAME.memory */
  readonly control: string;
  /** bytes that each stage leaves */
  readonly fills: number;
}

interface FaultRun extends PlannedRun {
  readonly seed: number;
  readonly method: number;
}

export interface FaultRecord {
  readonly key: string;
  readonly seed: number;
  readonly method: number;
  readonly sum: number;
}

export const faultStudy: Study<FaultConfig, FaultRun, FaultRecord> = {
  profiles: {},
  plan: ({ seeds, methods, control, fills }) =>
    seeds.flatMap((seed) => {
      const base: Stage = { work: "learn", config: { name: `base-${seed}`, control, term: seed, fills }, needs: {} };
      return methods.map((method) => ({
        seed,
        method,
        stage: {
          work: "learn",
          config: { name: `policy-${seed}-${method}`, control, term: 100 * seed + method, fills },
          needs: { base },
        },
      }));
    }),
  works: new URL("./fault-works.ts", import.meta.url).href,
  table: { rows: "method", columns: "seed" },
  record: (_where, line) => line as unknown as FaultRecord,
};
