/** @file Rows of the fit benchmark on published problems: the Chinchilla grid, and NIST's sets from both starts, beside scipy. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chinchillaLaw, fitLaw } from "@eightfold/toolkit/scaling";
import { readChinchillaRuns } from "../tests/toolkit/scaling/laws/chinchilla-runs.ts";
import { sharedData } from "../tests/toolkit/scaling/shared-data.ts";
import { NIST_SETS, readNistSet } from "../tests/toolkit/scaling/solvers/trust-region/nist-laws.ts";
import { interleave, median, type Row } from "./harness.ts";

const ROUNDS = 3;
const PEER_SHARE = 60; // scipy takes every 60th of the 4,500 starts: the whole grid would take it half a minute a round
const DIGITS = 1e-6;

/**
 * @param python with scipy, or undefined when there is none
 * @returns no rows, and a line on stderr, where the data do not stand beside the checkout
 */
export async function publishedRows(python: string | undefined): Promise<Row[]> {
  return [...(await chinchillaRows(python)), ...(await nistRows(python))];
}

async function chinchillaRows(python: string | undefined): Promise<Row[]> {
  const { folder, skip } = sharedData("chinchilla");
  if (skip !== false) return leftOut("Chinchilla", skip);
  const rows = readChinchillaRuns(folder);
  const request = {
    task: "chinchilla",
    runs: [rows.map(({ modelSize }) => modelSize), rows.map(({ dataSize }) => dataSize), rows.map(({ loss }) => loss)],
    starts: grid().filter((_, index) => index % PEER_SHARE === 0),
  };
  const ours = (): Answer => {
    const began = performance.now();
    const fit = fitLaw(rows, { law: chinchillaLaw, y: "loss", loss: { kind: "huber", delta: 1e-3 } });
    if (!fit.ok) throw new Error(fit.reason);
    return { seconds: (performance.now() - began) / 1000, best: fit.objective };
  };
  const figures = await interleave<"ours" | "peer", Answer | undefined>(ROUNDS, {
    ours,
    peer: () => ask(python, request),
  });
  const peer = `scipy.optimize.minimize, L-BFGS-B with gradients, every ${PEER_SHARE}th start, its time scaled up`;
  return [
    {
      name: "Chinchilla, Huber, 4,500 starts",
      unit: "s",
      better: "lower",
      ours: middle(figures.ours, "seconds") as number,
      peer,
      peerValue: middle(figures.peer, "seconds", PEER_SHARE),
      barKind: "ratio",
      bar: 0.05,
    },
    {
      name: "Chinchilla, best objective",
      unit: "1e-3",
      better: "lower",
      ours: middle(figures.ours, "best", 1000) as number,
      peer,
      peerValue: middle(figures.peer, "best", 1000),
      barKind: "absolute",
      bar: 1.01827403,
    },
  ];
}

async function nistRows(python: string | undefined): Promise<Row[]> {
  const { folder, skip } = sharedData("nist_strd");
  if (skip !== false) return leftOut("NIST's sets", skip);
  const sets = NIST_SETS.map((set) => readNistSet(folder, set));
  const request = { task: "nist", files: NIST_SETS.map((set) => readFileSync(join(folder, `${set}.dat`), "latin1")) };
  const ours = (): Answer => {
    const began = performance.now();
    let solved = 0;
    for (const { law, rows, starts, certified } of sets) {
      for (const start of starts) {
        const fit = fitLaw(rows, { law, y: "y", start });
        const close = ({ name, value }: { name: string; value: number }) =>
          fit.ok && Math.abs((fit.parameters[name]?.value as number) - value) <= DIGITS * Math.abs(value);
        if (certified.every(close)) solved++;
      }
    }
    return { seconds: (performance.now() - began) / 1000, solved };
  };
  const figures = await interleave<"ours" | "peer", Answer | undefined>(1, { ours, peer: () => ask(python, request) });
  return [
    {
      name: "NIST, starts solved to 6 digits, defaults",
      unit: "of 54",
      better: "higher",
      ours: middle(figures.ours, "solved") as number,
      peer: "scipy.optimize.curve_fit at its defaults",
      peerValue: middle(figures.peer, "solved"),
      barKind: "absolute",
      bar: 54,
    },
  ];
}

interface Answer {
  seconds: number;
  best?: number;
  solved?: number;
}

/** The median of one figure times a factor; null where the peer is not there. */
function middle(rounds: readonly (Answer | undefined)[], figure: keyof Answer, factor = 1): number | null {
  const given = rounds.flatMap((round) => (round?.[figure] === undefined ? [] : [round[figure] * factor]));
  return given.length === 0 ? null : median(given);
}

function ask(python: string | undefined, request: object): Answer | undefined {
  if (python === undefined) return undefined;
  const script = join(import.meta.dirname, "peers", "published_fits.py");
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  return JSON.parse(
    execFileSync(python, [script], { input: JSON.stringify(request), env, encoding: "utf8" }),
  ) as Answer;
}

function grid(): number[][] {
  const { logA, logB, logE, alpha, beta } = chinchillaLaw.starts?.([], new Float64Array()) ?? {};
  return [logA, logB, logE, alpha, beta].reduce<number[][]>(
    (starts, values = []) => starts.flatMap((start) => values.map((value) => [...start, value])),
    [[]],
  );
}

function leftOut(what: string, why: string): [] {
  console.error(`${what}: left out, ${why}`);
  return [];
}
