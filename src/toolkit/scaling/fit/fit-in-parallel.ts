/** @file Fits a sweep of curves on all cores: worker threads fit a curve each, with the very numbers that one thread finds. */
import type { Worker, WorkerOptions } from "node:worker_threads";
import { allottedThreads } from "../../core/allotted-threads.ts";
import { requireCount } from "../../core/argument-checks.ts";
import { displayMethod, inspectMethod } from "../../core/mime-bundle.ts";
import { printFit, showFit } from "./doubts/fit-summary.ts";
import { curveRequest, type FitOptions } from "./fit-scaling-law.ts";
import { type CurveColumns, inRowsOf, readCurves } from "./fit-scaling-laws.ts";
import type { ScalingLawFit } from "./fitted-law.ts";
import type { LearningCurvePoint } from "./point-checks.ts";

/** What a thread is asked. */
export interface CurveTask {
  name: string;
  points: LearningCurvePoint[];
  options: FitOptions;
}

/** What a thread answers: a fit without the functions that cannot be sent. */
export type SentFit = Omit<ScalingLawFit, "law" | typeof displayMethod | typeof inspectMethod> & { law: null };

/**
 * `fitScalingLaws` on several cores: a sweep of many curves with bootstraps is done in so many parts of the time. Every curve has its own
 * random stream, so the fits are the same bit for bit, whatever the number of threads.
 *
 * @param rows as fitScalingLaws takes them
 * @param request as fitScalingLaws takes it, and threads: default one a core, or as many as EIGHTFOLD_THREADS says; the first
 *   sweep starts them, which takes some tenths of a second, so that a few curves are fitted sooner by fitScalingLaws
 * @returns a fit, or a failure with its reason, by name of the curve, in the order of the rows
 * @throws RangeError or TypeError that names the row and column, or the option, that is out of range; an Error where a thread dies
 * @example Object.keys(await fitScalingLawsInParallel([{ method: "sft", size: 1, error: 0.9 }, { method: "dpo", size: 1, error: 0.7 }], { by: "method", x: "size", y: "error", seed: 7, threads: 1 })) // => ["sft", "dpo"]
 */
export async function fitScalingLawsInParallel<Row extends object>(
  rows: readonly Row[],
  request: CurveColumns<Extract<keyof Row, string>> & FitOptions & { threads?: number },
): Promise<Record<string, ScalingLawFit>> {
  const { threads = allottedThreads(), ...asked } = request ?? {};
  requireCount("fitScalingLawsInParallel", "threads", threads, 1, 1024);
  const columns = asked as CurveColumns<Extract<keyof Row, string>> & FitOptions;
  const { curves, options } = readCurves("fitScalingLawsInParallel", rows, columns);
  const tasks = [...curves].map(([name, points]): CurveTask => ({ name, points, options }));
  const laws = tasks.map(({ name, points }) =>
    inRowsOf(name, () => curveRequest("fitScalingLawsInParallel", name, points, options).law),
  );
  const fits: ScalingLawFit[] = new Array(tasks.length);
  let next = 0;
  const work = async (): Promise<void> => {
    const { Worker } = process.getBuiltinModule("node:worker_threads"); // not imported: the door is bundled for browsers too
    const worker = idle.pop() ?? new Worker(WORKER, threadOptions());
    worker.ref();
    while (next < tasks.length) {
      const index = next++;
      const sent = await answerOf(worker, tasks[index] as CurveTask);
      fits[index] = { ...sent, law: laws[index], [displayMethod]: showFit, [inspectMethod]: printFit } as ScalingLawFit;
    }
    worker.unref(); // it holds no process
    idle.push(worker);
  };
  await Promise.all(Array.from({ length: Math.min(threads, tasks.length) }, work));
  return Object.fromEntries(tasks.map(({ name }, index) => [name, fits[index] as ScalingLawFit]));
}

/** Threads that wait for another sweep: starting one takes as long as a hundred fits, and it has to get warm. */
const idle: Worker[] = [];

const WORKER = new URL("./curve-worker.ts", import.meta.url);

/** From a checkout that runs by tsx, whose hooks do not reach threads on Node 20, a thread registers them itself; a package is JavaScript. */
function threadOptions(): WorkerOptions {
  if (!WORKER.pathname.endsWith(".ts") || !process.execArgv.some((argument) => argument.includes("tsx"))) return {};
  const hooks = `import { register } from ${JSON.stringify(import.meta.resolve("tsx/esm/api"))}; register();`;
  return { execArgv: ["--import", `data:text/javascript,${encodeURIComponent(hooks)}`] };
}

function answerOf(worker: Worker, task: CurveTask): Promise<SentFit> {
  return new Promise((resolve, reject) => {
    const died = (code: number) =>
      reject(new Error(`a thread of fitScalingLawsInParallel ended with exit code ${code}`));
    worker.once("error", reject);
    worker.once("exit", died);
    worker.once("message", (sent: SentFit) => {
      worker.off("error", reject);
      worker.off("exit", died);
      resolve(sent);
    });
    worker.postMessage(task);
  });
}
