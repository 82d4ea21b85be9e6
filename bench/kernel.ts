/** @file Our kernel beside its peers: start, cells, memory, help while typing, 100,000 printed lines, the stop button. */
import { kernelCommand } from "@eightfold/kernel";
import { type Benchmark, findPython, interleave, median, type Row } from "./harness.ts";
import { type HelpScript, measureHelp } from "./kernel-help.ts";
import { peerRows } from "./kernel-peers.ts";
import { type KernelProgram, type KernelSession, startKernel } from "./kernel-session.ts";

const ROUNDS = 5;
const TRIVIAL_CELLS = 100;
const PRINTED_LINES = 100_000;

/** The bars: ours beside ipykernel's of the same run, since the machine's hour moves both; what only we have has one of its own. */
const FIGURES = {
  startMs: { name: "start to kernel_info_reply", unit: "ms", barKind: "ratio", bar: 0.7 },
  firstCellMs: { name: "first cell", unit: "ms", barKind: "ratio", bar: 0.7 },
  trivialCellMs: { name: `trivial cell, median of ${TRIVIAL_CELLS}`, unit: "ms", barKind: "ratio", bar: 0.35 },
  memoryMb: { name: "memory at start", unit: "MB", barKind: "ratio", bar: 1.8 },
  completionMs: { name: "completion, warm", unit: "ms", barKind: "ratio", bar: 0.6 },
  inspectionMs: { name: "hover, warm", unit: "ms", barKind: "ratio", bar: 1 },
  helpMemoryMb: { name: "memory that completion and hover take", unit: "MB", barKind: "absolute", bar: 90 },
  printedLinesSeconds: { name: `${PRINTED_LINES} printed lines`, unit: "s", barKind: "ratio", bar: 0.4 },
} as const satisfies Record<string, Pick<Row, "name" | "unit" | "barKind" | "bar">>;

type Figures = Record<keyof typeof FIGURES, number>;

/** What is run, in the language of a kernel. */
interface Script extends HelpScript {
  readonly printLines: string;
}

const TYPESCRIPT: Script = {
  printLines: `for (let i = 0; i < ${PRINTED_LINES}; i++) console.log("line " + i);`,
  declare: "class Table { rows = [1, 2]; width = 3; }\nconst table = new Table();",
  line: (count) => `const c${count} = ${count};`,
};

const PYTHON: Script = {
  printLines: `for i in range(${PRINTED_LINES}): print(f"line {i}")`,
  declare: "class Table:\n    def __init__(self):\n        self.rows = [1, 2]\n        self.width = 3\ntable = Table()",
  line: (count) => `c${count} = ${count}`,
};

export const benchmark: Benchmark = {
  name: "kernel",
  summary:
    "start, cells, memory, help while typing, printing and stopping of our kernel beside its peers, one client for all",
  run,
};

async function run(): Promise<{ rows: Row[] }> {
  const python = findPython("ipykernel");
  const ours = (): Promise<Figures> => measure(kernelCommand, TYPESCRIPT);
  const peer = (executable: string) => (): Promise<Figures> =>
    measure(
      (connectionFile) => ({ argv: [executable, "-m", "ipykernel_launcher", "-f", connectionFile], env: {} }),
      PYTHON,
    );
  const figures: { ours: Figures[]; peer?: Figures[] } = python.ok
    ? await interleave(ROUNDS, { ours, peer: peer(python.python) })
    : await interleave(ROUNDS, { ours });
  const rows = (Object.keys(FIGURES) as (keyof Figures)[]).map((key): Row => {
    const { name, unit, barKind, bar } = FIGURES[key];
    const middle = (rounds: Figures[]): number => median(rounds.map((round) => round[key]));
    return {
      name,
      unit,
      better: "lower",
      ours: middle(figures.ours),
      peer: python.ok ? "ipykernel" : `ipykernel, ${python.reason}`,
      peerValue: figures.peer === undefined ? null : middle(figures.peer),
      barKind,
      bar,
    };
  });
  return { rows: [...rows, ...(await peerRows())] };
}

/** One life of a kernel, from its start to its shutdown. */
async function measure(command: KernelProgram, script: Script): Promise<Figures> {
  const kernel = await startKernel(command);
  try {
    const memoryMb = kernel.memoryMb();
    const firstCellMs = await cellMs(kernel, "1 + 1");
    const trivial: number[] = [];
    for (let cell = 0; cell < TRIVIAL_CELLS; cell++) trivial.push(await cellMs(kernel, "1 + 1"));
    const help = await measureHelp(kernel, script);
    const printed = await kernel.execute(script.printLines);
    const lines = printed.stdout.split("\n").length - 1;
    if (lines !== PRINTED_LINES) throw new Error(`${lines} of ${PRINTED_LINES} printed lines had come at idle`);
    return {
      startMs: kernel.startMs,
      firstCellMs,
      trivialCellMs: median(trivial),
      memoryMb,
      ...help,
      printedLinesSeconds: printed.milliseconds / 1000,
    };
  } finally {
    await kernel.stop();
  }
}

async function cellMs(kernel: KernelSession, code: string): Promise<number> {
  const { milliseconds, result } = await kernel.execute(code);
  if (result !== "2") throw new Error(`${code} gave ${result}, not 2`);
  return milliseconds;
}
