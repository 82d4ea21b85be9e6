/** @file The models of NIST's nonlinear-regression sets, written as a user would write them, and a reader of NIST's files. */
import { readFileSync } from "node:fs";
import { type Dual, type DualArithmetic, defineLaw, type Law } from "../../../../../src/toolkit/scaling/index.ts";

type Parameters = Record<string, Dual>;
type Formula = (
  b: Record<`b${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`, Dual>,
  x: Record<string, number>,
  math: DualArithmetic,
) => Dual;

const saturating: Formula = ({ b1, b2 }, { x = 0 }, { times, minus, exp }) => times(b1, minus(1, exp(times(b2, -x))));

const ultrasonic: Formula = ({ b1, b2, b3 }, { x = 0 }, { times, over, plus, exp }) =>
  over(exp(times(b1, -x)), plus(b2, times(b3, x)));

const threeDecays: Formula = ({ b1, b2, b3, b4, b5, b6 }, { x = 0 }, { plus, times, exp }) =>
  plus(times(b1, exp(times(b2, -x))), times(b3, exp(times(b4, -x))), times(b5, exp(times(b6, -x))));

const twoPeaks: Formula = ({ b1, b2, b3, b4, b5, b6, b7, b8 }, { x = 0 }, { plus, minus, times, over, power, exp }) => {
  const peak = (height: Dual, centre: Dual, width: Dual) =>
    times(height, exp(times(-1, power(over(minus(x, centre), width), 2))));
  return plus(times(b1, exp(times(b2, -x))), peak(b3, b4, b5), peak(b6, b7, b8));
};

const cubicOverCubic: Formula = ({ b1, b2, b3, b4, b5, b6, b7 }, { x = 0 }, { plus, times, over }) =>
  over(
    plus(b1, times(b2, x), times(b3, x ** 2), times(b4, x ** 3)),
    plus(1, times(b5, x), times(b6, x ** 2), times(b7, x ** 3)),
  );

const FORMULAS: Record<string, Formula> = {
  Bennett5: ({ b1, b2, b3 }, { x = 0 }, { times, power, plus, over }) => times(b1, power(plus(b2, x), over(-1, b3))),
  BoxBOD: saturating,
  Chwirut1: ultrasonic,
  Chwirut2: ultrasonic,
  DanWood: ({ b1, b2 }, { x = 0 }, { times, power }) => times(b1, power(x, b2)),
  ENSO: ({ b1, b2, b3, b4, b5, b6, b7, b8, b9 }, { x = 0 }, { plus, times, over, cos, sin }) => {
    const year = (2 * Math.PI * x) / 12;
    const cycle = (period: Dual, ofCosine: Dual, ofSine: Dual) => {
      const angle = over(2 * Math.PI * x, period);
      return plus(times(ofCosine, cos(angle)), times(ofSine, sin(angle)));
    };
    return plus(b1, times(b2, Math.cos(year)), times(b3, Math.sin(year)), cycle(b4, b5, b6), cycle(b7, b8, b9));
  },
  Eckerle4: ({ b1, b2, b3 }, { x = 0 }, { times, over, minus, power, exp }) =>
    times(over(b1, b2), exp(times(-0.5, power(over(minus(x, b3), b2), 2)))),
  Gauss1: twoPeaks,
  Gauss2: twoPeaks,
  Gauss3: twoPeaks,
  Hahn1: cubicOverCubic,
  Kirby2: ({ b1, b2, b3, b4, b5 }, { x = 0 }, { plus, times, over }) =>
    over(plus(b1, times(b2, x), times(b3, x ** 2)), plus(1, times(b4, x), times(b5, x ** 2))),
  Lanczos1: threeDecays,
  Lanczos2: threeDecays,
  Lanczos3: threeDecays,
  MGH09: ({ b1, b2, b3, b4 }, { x = 0 }, { times, over, plus }) =>
    over(times(b1, plus(x ** 2, times(b2, x))), plus(x ** 2, times(b3, x), b4)),
  MGH10: ({ b1, b2, b3 }, { x = 0 }, { times, exp, over, plus }) => times(b1, exp(over(b2, plus(x, b3)))),
  MGH17: ({ b1, b2, b3, b4, b5 }, { x = 0 }, { plus, times, exp }) =>
    plus(b1, times(b2, exp(times(b4, -x))), times(b3, exp(times(b5, -x)))),
  Misra1a: saturating,
  Misra1b: ({ b1, b2 }, { x = 0 }, { times, minus, power, plus }) =>
    times(b1, minus(1, power(plus(1, times(b2, x / 2)), -2))),
  Misra1c: ({ b1, b2 }, { x = 0 }, { times, minus, power, plus }) =>
    times(b1, minus(1, power(plus(1, times(b2, 2 * x)), -0.5))),
  Misra1d: ({ b1, b2 }, { x = 0 }, { times, over, plus }) => over(times(b1, b2, x), plus(1, times(b2, x))),
  Nelson: ({ b1, b2, b3 }, { x1 = 0, x2 = 0 }, { times, minus, exp }) => minus(b1, times(b2, x1, exp(times(b3, -x2)))),
  Rat42: ({ b1, b2, b3 }, { x = 0 }, { over, plus, minus, times, exp }) =>
    over(b1, plus(1, exp(minus(b2, times(b3, x))))),
  Rat43: ({ b1, b2, b3, b4 }, { x = 0 }, { over, plus, minus, times, exp, power }) =>
    over(b1, power(plus(1, exp(minus(b2, times(b3, x)))), over(1, b4))),
  Roszman1: ({ b1, b2, b3, b4 }, { x = 0 }, { minus, times, over, arctan }) =>
    minus(minus(b1, times(b2, x)), over(arctan(over(b3, minus(x, b4))), Math.PI)),
  Thurber: cubicOverCubic,
};

export const NIST_SETS = Object.keys(FORMULAS);

export interface NistSet {
  law: Law;
  rows: Record<string, number>[];
  starts: [Record<string, number>, Record<string, number>];
  certified: { name: string; value: number; standardError: number }[];
  residualSumOfSquares: number;
}

/** Reads one of NIST's .dat files: starts, certified values and data stand at the lines that its header names. */
export function readNistSet(folder: string, set: string): NistSet {
  const lines = readFileSync(`${folder}/${set}.dat`, "latin1").split(/\r?\n/);
  const number = (text = ""): number => Number(text.replace(/[dD]/, "E"));
  const table = lines.flatMap((line) => {
    const row = /^\s*(b\d+)\s*=\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)/.exec(line);
    return row === null ? [] : [{ name: row[1] as string, figures: row.slice(2).map(number) as number[] }];
  });
  const header = lines.findLastIndex((line) => /^Data:\s+y\s+x/.test(line));
  const inputs = set === "Nelson" ? ["x1", "x2"] : ["x"];
  const rows = lines.slice(header + 1).flatMap((line) => {
    const [y, ...x] = line.trim().split(/\s+/).filter(Boolean).map(number);
    if (y === undefined || Number.isNaN(y)) return [];
    return [
      {
        y: set === "Nelson" ? Math.log(y) : y,
        ...Object.fromEntries(inputs.map((input, k) => [input, x[k] as number])),
      },
    ];
  });
  const start = (column: number): Record<string, number> =>
    Object.fromEntries(table.map(({ name, figures }) => [name, figures[column] as number]));
  const squares = lines
    .map((line) => /^Residual Sum of Squares:\s+(\S+)/.exec(line)?.[1])
    .find((text) => text !== undefined);
  const formula = FORMULAS[set] as (b: Parameters, x: Record<string, number>, math: DualArithmetic) => Dual;
  return {
    law: defineLaw({ name: set, parameters: table.map(({ name }) => name), inputs, formula }),
    rows,
    starts: [start(0), start(1)],
    certified: table.map(({ name, figures }) => ({
      name,
      value: figures[2] as number,
      standardError: figures[3] as number,
    })),
    residualSumOfSquares: number(squares),
  };
}
