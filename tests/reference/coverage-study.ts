/** @file How often nominal 95 % intervals hold the truth, as the table of docs/statistics.md: `node --import tsx tests/reference/coverage-study.ts 400`, studies a row, then words of the rows' names and a seed; 8 minutes. */
import { createStream, type RandomStream } from "../../src/toolkit/core/random-stream.ts";
import {
  type ErrorModel,
  type Failure,
  fitDoubts,
  fitLaw,
  fitScalingLaw,
  type LawName,
  type LearningCurvePoint,
  powerFloorLaw,
  predictionBand,
  type ScalingLawFit,
} from "../../src/toolkit/scaling/index.ts";

interface Setting {
  name: string;
  sizes: readonly number[];
  truth: (dataSize: number) => number;
  exponent: number;
  floor: number;
  law: LawName;
  draw: (truth: number, stream: RandomStream) => Omit<LearningCurvePoint, "dataSize">;
  errorModel?: ErrorModel;
  /** runs a size */
  runs?: number;
  /** seeds that each run at every size, told to the fit or not */
  seeds?: { levels: number; spread: number; told: boolean };
}

const ITEMS = 1319;
const RESAMPLES = 200;

const floored = (dataSize: number) => 2.2 * dataSize ** -0.3 + 0.1;
const bare = (dataSize: number) => 1.6 * dataSize ** -0.2;
const sizes = (count: number, from: number, ratio: number) =>
  Array.from({ length: count }, (_, k) => Math.round(from * ratio ** k));
const ofItems =
  (items: number): Setting["draw"] =>
  (truth, stream) => ({ error: stream.binomial(items, truth) / items, items });
const binomial = ofItems(ITEMS);
const relative =
  (spread: number): Setting["draw"] =>
  (truth, stream) => ({ error: truth * stream.normal(1, spread) });
const seedEffect =
  (spread: number): Setting["draw"] =>
  (truth, stream) =>
    binomial(Math.min(1, truth * Math.exp(stream.normal(0, spread))), stream);
const meanOfSeeds =
  (seeds: number, spread = 0.04, told = false): Setting["draw"] =>
  (truth, stream) => {
    const values = Array.from({ length: seeds }, () => truth * Math.exp(stream.normal(0, spread)));
    const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
    return { error: mean, standardError: Math.sqrt(variance / seeds), ...(told ? { runs: seeds } : {}) };
  };

const FLOORED = { truth: floored, exponent: 0.3, floor: 0.1, law: "power + floor" } as const;
const BARE = { truth: bare, exponent: 0.2, floor: 0 } as const;

const SETTINGS: readonly Setting[] = [
  ...[5, 6, 8].map((count) => ({
    ...FLOORED,
    name: `1,319 items, ${count} sizes x4`,
    sizes: sizes(count, 100, 4),
    draw: binomial,
  })),
  { ...FLOORED, name: "1,319 items, 6 sizes x2, short range", sizes: sizes(6, 250, 2), draw: binomial },
  ...[4, 16].map((times) => ({
    ...FLOORED,
    name: `short range, ${times} times the items`,
    sizes: sizes(6, 250, 2),
    draw: ofItems(times * ITEMS),
  })),
  {
    ...FLOORED,
    name: "short range, floor truly 0",
    truth: (dataSize: number) => floored(dataSize) - 0.1,
    floor: 0,
    sizes: sizes(6, 250, 2),
    draw: binomial,
  },
  ...[5, 8].map(
    (count): Setting => ({
      ...BARE,
      name: `law "power", ${count} sizes x2`,
      law: "power",
      sizes: sizes(count, 250, 2),
      draw: binomial,
    }),
  ),
  { ...BARE, name: "floor truly 0, 6 sizes x4", law: "power + floor", sizes: sizes(6, 100, 4), draw: binomial },
  { ...BARE, name: "floor truly 0, 8 sizes x2", law: "power + floor", sizes: sizes(8, 100, 2), draw: binomial },
  {
    ...FLOORED,
    name: "relative noise 3 %, 5 sizes x4",
    sizes: sizes(5, 100, 4),
    draw: relative(0.03),
    errorModel: { kind: "relative" },
  },
  {
    ...FLOORED,
    name: "5 seeds of 4 %, all 30 rows, relative",
    sizes: sizes(6, 100, 4),
    draw: relative(0.04),
    errorModel: { kind: "relative" },
    runs: 5,
  },
  { ...FLOORED, name: "wrong noise: relative 3 %, taken as equal", sizes: sizes(6, 100, 4), draw: relative(0.03) },
  ...[5, 3].map((seeds) => ({
    ...FLOORED,
    name: `wrong noise: ${seeds} seeds of 4 %, mean with its standard error`,
    sizes: sizes(6, 100, 4),
    draw: meanOfSeeds(seeds),
  })),
  ...[5, 3].map((seeds) => ({
    ...FLOORED,
    name: `the same, ${seeds} runs told`,
    sizes: sizes(6, 100, 4),
    draw: meanOfSeeds(seeds, 0.04, true),
  })),
  { ...FLOORED, name: "wrong noise: items and a seed effect of 4 %", sizes: sizes(6, 100, 4), draw: seedEffect(0.04) },
  {
    ...FLOORED,
    name: "the same, overdispersed",
    sizes: sizes(6, 100, 4),
    draw: seedEffect(0.04),
    errorModel: { kind: "overdispersed" },
  },
  {
    ...FLOORED,
    name: "wrong noise: items and a seed effect of 4 %, 3 runs a size",
    sizes: sizes(6, 100, 4),
    draw: seedEffect(0.04),
    runs: 3,
  },
  {
    ...FLOORED,
    name: "wrong noise: items and a seed effect of 4 %, 5 runs a size",
    sizes: sizes(6, 100, 4),
    draw: seedEffect(0.04),
    runs: 5,
  },
  ...[3, 5].flatMap((levels) =>
    [false, true].map(
      (told): Setting => ({
        ...FLOORED,
        name: told
          ? `the same, ${levels} seeds told`
          : `wrong noise: ${levels} seeds of 4 % that move whole curves, 1 % besides`,
        sizes: sizes(6, 100, 4),
        draw: relative(0.01),
        errorModel: { kind: "relative" },
        seeds: { levels, spread: 0.04, told },
      }),
    ),
  ),
];

const fallsTo0 = (amplitude: number, exponent: number) =>
  ({ truth: (dataSize: number) => amplitude * dataSize ** -exponent, exponent, floor: 0 }) as const;
const OTHER = { truth: (dataSize: number) => 1.8 * dataSize ** -0.4 + 0.06, exponent: 0.4, floor: 0.06 } as const;

/** Settings that no threshold was chosen on. */
const FRESH: readonly Setting[] = [
  { ...OTHER, name: "fresh: 7 sizes x3", law: "power + floor", sizes: sizes(7, 60, 3), draw: binomial },
  {
    ...fallsTo0(1.2, 0.25),
    name: "fresh: floor truly 0, 7 sizes x3",
    law: "power + floor",
    sizes: sizes(7, 150, 3),
    draw: binomial,
  },
  {
    ...fallsTo0(1.9, 0.15),
    name: "fresh: floor truly 0, 9 sizes x2",
    law: "power + floor",
    sizes: sizes(9, 300, 2),
    draw: binomial,
  },
  {
    ...OTHER,
    name: "fresh: relative noise 2 %, 6 sizes x3",
    law: "power + floor",
    sizes: sizes(6, 60, 3),
    draw: relative(0.02),
    errorModel: { kind: "relative" },
  },
  {
    ...OTHER,
    name: "fresh, wrong noise: 4 seeds of 3 %, mean with its standard error",
    law: "power + floor",
    sizes: sizes(7, 60, 3),
    draw: meanOfSeeds(4, 0.03),
  },
  {
    ...OTHER,
    name: "fresh, wrong noise: items and a seed effect of 5 %",
    law: "power + floor",
    sizes: sizes(7, 60, 3),
    draw: seedEffect(0.05),
  },
  {
    ...OTHER,
    name: "fresh: the same, overdispersed",
    law: "power + floor",
    sizes: sizes(7, 60, 3),
    draw: seedEffect(0.05),
    errorModel: { kind: "overdispersed" },
  },
  {
    ...OTHER,
    name: "fresh: 4 seeds of 3 %, mean with its standard error, 4 runs told",
    law: "power + floor",
    sizes: sizes(7, 60, 3),
    draw: meanOfSeeds(4, 0.03, true),
  },
  {
    ...OTHER,
    name: "fresh: 4 seeds of 5 % that move whole curves, told",
    law: "power + floor",
    sizes: sizes(7, 60, 3),
    draw: relative(0.02),
    errorModel: { kind: "relative" },
    seeds: { levels: 4, spread: 0.05, told: true },
  },
];

/** One study of a setting, fitted. */
function studied(
  { name, sizes, runs = 1, seeds, truth, draw, law, errorModel }: Setting,
  study: number,
): ScalingLawFit {
  const stream = createStream(Number(seed))
    .split(name.replace(/ told$/, ""))
    .split(study);
  const effects = Array.from({ length: seeds?.levels ?? runs }, () => (seeds ? stream.normal(0, seeds.spread) : 0));
  const points = sizes.flatMap((dataSize) =>
    effects.map((effect, trainingSeed) => ({
      dataSize,
      trainingSeed,
      ...draw(truth(dataSize) * (1 + effect), stream),
    })),
  );
  const asked = { seed: study, resamples: RESAMPLES };
  if (seeds?.told !== true) {
    return fitScalingLaw({ points, law, ...asked, ...(errorModel === undefined ? {} : { errorModel }) });
  }
  const told = { law: powerFloorLaw, y: "error", noise: "relative", trainingSeed: "trainingSeed" } as const;
  return fitLaw(points, { ...told, ...asked, intervalMethods: ["profile", "bootstrap", "wald"] });
}

function row(setting: Setting, studies: number): string {
  const tally = new Map<string, { hits: number; total: number }>();
  const count = (what: string, range: { low: number; high: number } | Failure | undefined, truth: number) => {
    const seen = tally.get(what) ?? { hits: 0, total: 0 };
    tally.set(what, seen);
    if (range === undefined || "reason" in range) return;
    seen.total++;
    if (range.low <= truth && truth <= range.high) seen.hits++;
  };
  let doubted = 0; // of what was measured
  let unseen = 0; // or of what so few rows cannot show
  let fits = 0;
  const middle = setting.sizes[Math.floor(setting.sizes.length / 2)] as number;
  for (let study = 0; study < studies; study++) {
    const fit = studied(setting, study);
    if (!fit.ok) continue;
    fits++;
    const doubts = fitDoubts(fit);
    if (doubts.length > 0) unseen++;
    if (doubts.some(({ kind }) => kind !== "no replication" && kind !== "seeds untold")) doubted++;
    for (const method of ["profile", "bootstrap", "wald"] as const) {
      count(`exponent ${method}`, fit.intervals.exponent[method], setting.exponent);
      if (setting.law === "power + floor")
        count(`floor ${method}`, fit.intervals.irreducibleError[method], setting.floor);
    }
    for (const [where, at] of Object.entries({ middle, far: 4 * (setting.sizes.at(-1) as number) })) {
      count(where, predictionBand(fit, [at])[0], setting.truth(at));
    }
  }
  const percent = (what: string) => {
    const { hits, total } = tally.get(what) ?? { hits: 0, total: 0 };
    return total === 0 ? "–" : ((100 * hits) / total).toFixed(1);
  };
  const cells = (parameter: string) =>
    ["profile", "bootstrap", "wald"].map((method) => percent(`${parameter} ${method}`));
  const floor = setting.law === "power + floor" ? cells("floor").join(" / ") : "";
  return `| ${setting.name} | ${cells("exponent").join(" / ")} | ${floor} | ${percent("middle")} / ${percent("far")} | ${((100 * doubted) / fits).toFixed(0)} | ${((100 * unseen) / fits).toFixed(0)} |`;
}

const [studies = "400", only = "", seed = "2026"] = process.argv.slice(2);
console.log(
  "| setting | exponent: profile / bootstrap / Wald | floor | curve in the middle / at 4 times the largest size | doubt of the data | any doubt |",
);
console.log("|---|---|---|---|---|---|");
for (const setting of [...SETTINGS, ...FRESH]) {
  if (setting.name.includes(only)) console.log(row(setting, Number(studies)));
}
