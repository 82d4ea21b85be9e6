/** @file Long sessions, long outputs and the stop button: our kernel beside every peer that is installed. */
import { setTimeout as sleep } from "node:timers/promises";
import { interleave, median, type Row } from "./harness.ts";
import { type Contestant, ours, peers } from "./kernel-contestants.ts";
import { EXECUTE, inFreshKernel, type KernelSession } from "./kernel-session.ts";

const ROUNDS = 2;
const TRIVIAL_CELLS = 50;
const FUNCTIONS = 45;
/** The first long cell of a session comes once, and one time alone is what the machine did just then. */
const FRESH_KERNELS = 5;
const DECLARATIONS = 210;
const PRINTED_LINES = 100_000;
const STOPS = 20;
/** A peer whose cell has not ended after so long has lost its idle. */
const PATIENCE_MS = 20_000;

/** Beside ipykernel's of the same run, since the machine's hour moves both; no other peer may be faster than ours. */
const TIME = { unit: "ms", better: "lower", barKind: "ratio" } as const;

const ALONE = { barKind: "absolute" } as const;

const FIGURES = {
  functionsMs: { ...TIME, name: `cell of ${FUNCTIONS} functions`, bar: 0.2 },
  laterMs: { ...TIME, name: `trivial cell after ${DECLARATIONS} declaration cells`, bar: 0.4 },
  growth: { ...ALONE, name: `its growth by those ${DECLARATIONS} cells`, unit: "%", better: "lower", bar: 10 },
  share: { ...ALONE, name: `share of ${PRINTED_LINES} lines before idle`, unit: "%", better: "higher", bar: 100 },
  printedMb: { ...ALONE, name: `memory after ${PRINTED_LINES} lines`, unit: "MB", better: "lower", bar: 150 },
  stopMs: { ...TIME, name: `stop of a spinning loop, median of ${STOPS}`, bar: 0.35 },
  stopped: { ...ALONE, name: "stops after which the variables were kept", unit: "%", better: "higher", bar: 100 },
} as const satisfies Record<string, Pick<Row, "name" | "unit" | "better" | "barKind" | "bar">>;

/** A figure is missing when the kernel lost the end of a cell. */
type Figures = Partial<Record<keyof typeof FIGURES, number>>;

/** A row for each figure and each peer. */
export async function peerRows(): Promise<Row[]> {
  const all = peers();
  const installed = all.flatMap((peer) => (peer.ok ? [peer.contestant] : []));
  const contestants = Object.fromEntries([ours, ...installed].map((one) => [one.name, () => measure(one)]));
  const figures = await interleave(ROUNDS, contestants);
  return all.flatMap((peer) =>
    (Object.keys(FIGURES) as (keyof Figures)[]).map((key): Row => {
      const values = (name: string): number[] =>
        (figures[name] ?? []).map((round) => round[key]).filter((value): value is number => value !== undefined);
      const theirs = peer.ok ? values(peer.contestant.name) : [];
      const { barKind, bar } = FIGURES[key];
      const isIpykernel = peer.ok && peer.contestant.name === "ipykernel";
      const lost = peer.ok && theirs.length === 0 ? ", whose cells did not all come to an end" : "";
      return {
        ...FIGURES[key],
        ours: median(values(ours.name)),
        peer: peer.ok ? peer.contestant.name + lost : `${peer.name}, ${peer.reason}`,
        peerValue: theirs.length === 0 ? null : median(theirs),
        bar: barKind === "ratio" && !isIpykernel ? 1 : bar,
      };
    }),
  );
}

async function measure(contestant: Contestant): Promise<Figures> {
  const session = await inFreshKernel(contestant.program, (kernel) => longSession(kernel, contestant.cells));
  const functions: (number | undefined)[] = [];
  for (let fresh = 0; fresh < FRESH_KERNELS; fresh++) {
    functions.push(await inFreshKernel(contestant.program, (kernel) => functionsMs(kernel, contestant.cells)));
  }
  const ended = functions.filter((milliseconds) => milliseconds !== undefined);
  const printed = await inFreshKernel(contestant.program, (kernel) =>
    printing(kernel, contestant.cells.print(PRINTED_LINES)),
  );
  const stops = await inFreshKernel(contestant.program, (kernel) => stopping(kernel, contestant));
  return { ...session, ...(ended.length > 0 && { functionsMs: median(ended) }), ...printed, ...stops };
}

async function longSession(kernel: KernelSession, cells: Contestant["cells"]): Promise<Figures> {
  const before = await trivialMs(kernel, cells.trivial);
  for (let cell = 0; cell < DECLARATIONS; cell++) {
    if ((await cellMs(kernel, cells.declaration(cell))) === undefined) return {};
  }
  const laterMs = await trivialMs(kernel, cells.trivial);
  if (before === undefined || laterMs === undefined) return {};
  return { laterMs, growth: 100 * (laterMs / before - 1) };
}

async function functionsMs(kernel: KernelSession, cells: Contestant["cells"]): Promise<number | undefined> {
  await trivialMs(kernel, cells.trivial); // it comes into a session that is at work
  return cellMs(kernel, cells.functions(FUNCTIONS));
}

/** undefined when the cell did not come to its end */
async function cellMs(kernel: KernelSession, code: string): Promise<number | undefined> {
  const { ended, milliseconds } = await kernel.client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS);
  return ended ? milliseconds : undefined;
}

async function trivialMs(kernel: KernelSession, code: string): Promise<number | undefined> {
  const times: number[] = [];
  for (let cell = 0; cell < TRIVIAL_CELLS; cell++) {
    const milliseconds = await cellMs(kernel, code);
    if (milliseconds === undefined) return undefined;
    times.push(milliseconds);
  }
  return median(times);
}

async function printing(kernel: KernelSession, code: string): Promise<Figures> {
  const { stdout } = await kernel.client.request("execute_request", { code, ...EXECUTE }, PATIENCE_MS);
  return { share: (100 * (stdout.split("\n").length - 1)) / PRINTED_LINES, printedMb: kernel.memoryMb() };
}

/** From the stop until reply and idle have come; a kernel that does not stop in time costs its whole patience, once. */
async function stopping(kernel: KernelSession, { cells, interruptMode }: Contestant): Promise<Figures> {
  const times: number[] = [];
  let kept = 0;
  await cellMs(kernel, cells.declaration(7));
  for (let stop = 0; stop < STOPS; stop++) {
    let stoppedAt = 0;
    const { ended } = await kernel.client.request(
      "execute_request",
      { code: cells.endless, ...EXECUTE, stop_on_error: false },
      STOP_PATIENCE_MS,
      () => {
        if (stoppedAt !== 0) return; // its error is an output too
        stoppedAt = performance.now();
        void sleep(5).then(() => {
          stoppedAt = performance.now();
          return kernel.interrupt(interruptMode);
        });
      },
    );
    if (!ended || stoppedAt === 0) break; // it never ended, or never started
    times.push(performance.now() - stoppedAt);
    const { result, stdout } = await kernel.client.request(
      "execute_request",
      { code: "value7", ...EXECUTE },
      STOP_PATIENCE_MS,
    );
    if (result === "7" || stdout === "7\n") kept++;
  }
  return { ...(times.length > 0 && { stopMs: median(times) }), stopped: (100 * kept) / STOPS };
}

const STOP_PATIENCE_MS = 5000;
