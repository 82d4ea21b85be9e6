/** @file Worker threads that run local files: these may be TypeScript, as the files that a cell imports. */
import { fileURLToPath } from "node:url";
import workerThreads, { type WorkerOptions } from "node:worker_threads";
import { isInstalled } from "./module-version.ts";

/** What such a thread does before its own file. */
const START = new URL("./worker-start.js", import.meta.url).href;

/** Puts a constructor in place of Node's, which gives local files what they need. */
export function teachWorkers(): void {
  workerThreads.Worker = new Proxy(workerThreads.Worker, {
    construct(target, [file, options, ...rest]: [unknown, WorkerOptions?, ...unknown[]], newTarget) {
      return Reflect.construct(target, [file, isLocal(file, options) ? taught(options) : options, ...rest], newTarget);
    },
  });
}

function isLocal(file: unknown, options: WorkerOptions | undefined): boolean {
  if (options?.eval === true) return false;
  if (file instanceof URL) return file.protocol === "file:" && !isInstalled(fileURLToPath(file));
  return typeof file === "string" && !isInstalled(file);
}

function taught(options: WorkerOptions = {}): WorkerOptions {
  return { ...options, execArgv: [...(options.execArgv ?? []), "--import", START] };
}
