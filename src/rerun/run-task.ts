/** @file One notebook of a plan, run by a kernel of this machine, with what its claims ask of it. */
import { resolve } from "node:path";
import { expressionsByCell } from "./claims/expression.ts";
import { type NotebookRun, type RunProgress, runNotebook } from "./notebook/run-notebook.ts";
import type { PlanOptions, Task } from "./plan.ts";
import type { Sandbox } from "./sandbox/sandbox.ts";

/** What a run takes of the command's options. */
export interface TaskOptions extends Pick<PlanOptions, "profile" | "cells"> {
  /** Time limit of each cell, milliseconds. */
  readonly timeoutMs: number;
  /** Time limits of a whole notebook and of a kernel's start, milliseconds. */
  readonly totalTimeoutMs: number;
  readonly startTimeoutMs: number;
  /** Bytes of output that are kept of a notebook. */
  readonly outputLimit: number;
  readonly progress: RunProgress;
}

/**
 * @param seed that it is asked to take; undefined for its own
 * @param stopped resolves when the user wants no more
 */
export function runTask(
  task: Task,
  seed: number | undefined,
  stopped: Promise<void>,
  sandbox: Sandbox | undefined,
  options: TaskOptions,
): Promise<NotebookRun> {
  const { timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit, progress: reported, profile, cells } = options;
  const { launch, claims } = task;
  const where = sandbox === undefined ? { EIGHTFOLD_EXECUTED: resolve(task.target) } : undefined; // it is not shown inside
  const env = { EIGHTFOLD_PROFILE: profile, EIGHTFOLD_EXIT: "kernel", ...where };
  const expressions = expressionsByCell(claims, launch.language);
  const progress = seed === undefined ? reported : SILENT;
  const limits = { timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit };
  const asked = { launch, sandbox, env, seed, lastCell: cells.last, ...limits, stopped, expressions, progress };
  return runNotebook(task.notebook, asked);
}

/** Runs with other seeds are told of by what they find. */
const SILENT: RunProgress = { cellStarts() {}, cellEnds() {} };
