/** @file How often nominal 95 % intervals hold the truth, as the table of docs/statistics.md: `node --import tsx tests/reference/coverage-study.ts 400`, studies a row; 5 minutes. */
import { createStream, type RandomStream } from "../../src/toolkit/core/random-stream.ts";
import {
  type ErrorModel,
  type Failure,
  fitDoubts,
  fitScalingLaw,
  type Interval,
  type LawName,
  type LearningCurvePoint,
  predictionBand,
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
}

const ITEMS = 1319;
const RESAMPLES = 200;

const floored = (dataSize: number) => 2.2 * dataSize ** -0.3 + 0.1;
const bare = (dataSize: number) => 1.6 * dataSize ** -0.2;
const sizes = (count: number, from: number, ratio: number) =>
  Array.from({ length: count }, (_, k) => Math.round(from * ratio ** k));
const binomial: Setting["draw"] = (truth, stream) => ({ error: stream.binomial(ITEMS, truth) / ITEMS, items: ITEMS });
const relative =
  (spread: number): Setting["draw"] =>
  (truth, stream) => ({ error: truth * stream.normal(1, spread) });
const seedEffect: Setting["draw"] = (truth, stream) =>
  binomial(Math.min(1, truth * Math.exp(stream.normal(0, 0.04))), stream);
const meanOfSeeds =
  (seeds: number): Setting["draw"] =>
  (truth, stream) => {
    const values = Array.from({ length: seeds }, () => truth * Math.exp(stream.normal(0, 0.04)));
    const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
    return { error: mean, standardError: Math.sqrt(variance / seeds) };
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
  { ...FLOORED, name: "wrong noise: items and a seed effect of 4 %", sizes: sizes(6, 100, 4), draw: seedEffect },
  {
    ...FLOORED,
    name: "the same, overdispersed",
    sizes: sizes(6, 100, 4),
    draw: seedEffect,
    errorModel: { kind: "overdispersed" },
  },
];

function row(setting: Setting, studies: number): string {
  const tally = new Map<string, { hits: number; total: number }>();
  const count = (what: string, range: { low: number; high: number } | Failure | undefined, truth: number) => {
    const seen = tally.get(what) ?? { hits: 0, total: 0 };
    tally.set(what, seen);
    if (range === undefined || "reason" in range) return;
    seen.total++;
    if (range.low <= truth && truth <= range.high) seen.hits++;
  };
  let doubted = 0;
  let fits = 0;
  for (let study = 0; study < studies; study++) {
    const stream = createStream(2026).split(setting.name).split(study);
    const points = setting.sizes.flatMap((dataSize) =>
      Array.from({ length: setting.runs ?? 1 }, () => ({ dataSize, ...setting.draw(setting.truth(dataSize), stream) })),
    );
    const { law, errorModel } = setting;
    const asked = { points, law, seed: study, resamples: RESAMPLES };
    const fit = fitScalingLaw(errorModel === undefined ? asked : { ...asked, errorModel });
    if (!fit.ok) continue;
    fits++;
    if (fitDoubts(fit).length > 0) doubted++;
    const interval = (parameter: "exponent" | "irreducibleError", method: Interval["method"]) =>
      fit.intervals[parameter][method];
    for (const method of ["profile", "bootstrap", "wald"] as const) {
      count(`exponent ${method}`, interval("exponent", method), setting.exponent);
      if (law === "power + floor") count(`floor ${method}`, interval("irreducibleError", method), setting.floor);
    }
    const far = 4 * (setting.sizes.at(-1) as number);
    count("curve", predictionBand(fit, [far])[0], setting.truth(far));
  }
  const percent = (what: string) => {
    const { hits, total } = tally.get(what) ?? { hits: 0, total: 0 };
    return total === 0 ? "–" : ((100 * hits) / total).toFixed(1);
  };
  const cells = (parameter: string) =>
    ["profile", "bootstrap", "wald"].map((method) => percent(`${parameter} ${method}`));
  const floor = setting.law === "power + floor" ? cells("floor").join(" / ") : "";
  return `| ${setting.name} | ${cells("exponent").join(" / ")} | ${floor} | ${percent("curve")} | ${((100 * doubted) / fits).toFixed(0)} |`;
}

const [studies = "400", only = ""] = process.argv.slice(2);
console.log(
  "| setting | exponent: profile / bootstrap / Wald | floor | curve at 4 times the largest size | had a doubt |",
);
console.log("|---|---|---|---|---|");
for (const setting of SETTINGS) {
  if (setting.name.includes(only)) console.log(row(setting, Number(studies)));
}
