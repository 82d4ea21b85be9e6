/** @file A notebook as a job of Slurm: notebook-job FOLDER runs what FOLDER/N.request asks for, N being SLURM_ARRAY_TASK_ID, and leaves N.result. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import { progressLines } from "../progress.ts";
import { runTask } from "../run-task.ts";
import type { NotebookRequest } from "./slurm-runs.ts";

const place = join(process.argv[2] ?? "", String(process.env.SLURM_ARRAY_TASK_ID));
const { task, seed, options } = deserialize(readFileSync(`${place}.request`)) as NotebookRequest;
const ended = new Promise<void>((resolve) => process.once("SIGTERM", () => resolve()));
const progress = progressLines(process.stderr);
const run = await runTask(task, seed, ended, undefined, { ...options, progress });
const draft = `${place}.draft`; // a result is whole, or not there
writeFileSync(draft, serialize(run));
renameSync(draft, `${place}.result`);
process.exit();
