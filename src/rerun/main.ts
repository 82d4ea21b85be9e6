/** @file The command line: what was found to standard output, progress to standard error, and an exit code. */
import { constants } from "node:os";
import { holds } from "./claims/verdict.ts";
import type { EnvironmentCheck } from "./environment/checks.ts";
import { runnableCells } from "./notebook/run-notebook.ts";
import { progressLines } from "./progress.ts";
import { proposeClaims } from "./propose.ts";
import { annotations, problemAnnotation } from "./report/annotations.ts";
import { writeForGitHub } from "./report/github.ts";
import { type Rerun, type RerunOptions, readPlan, rerun } from "./rerun.ts";
import {
  changedTextsSummary,
  claimLine,
  claimsSummary,
  exitCode,
  failureText,
  figureLine,
  figuresSummary,
  printedLine,
  seedLines,
} from "./result-text.ts";
import { safeLine } from "./terminal-text.ts";
import { HELP, readWords, version } from "./words.ts";

/**
 * Runs the command.
 *
 * @param words the command line after the program's name
 * @returns its exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  const read = readWords(words);
  if (!read.ok) return complain(`${read.reason} (hint: npx --no -- eightfold --help)`, words.includes("--github"));
  const { task, github, ...asked } = read.value;
  if (task === "help") {
    process.stdout.write(HELP);
    return 0;
  }
  if (task === "version") {
    process.stdout.write(`eightfold ${version()}\n`);
    return 0;
  }
  const stop = stopOnSignals();
  const { signal } = stop;
  const options = {
    ...asked,
    signal,
    progress: progressLines(process.stderr),
    onChecks: printChecks,
    onNote: printNote,
  };
  if (task === "list") return printPlan(options);
  if (task === "init") return printProposal(await proposeClaims(options));
  if (options.claims === undefined) process.stderr.write("no claims file (data/claims.json): no number is checked\n");
  const result = await rerun(options);
  stop.release();
  if (!result.ok) return complain(result.reason, github);
  const unwritten = [...result.value.unwritten, ...(github ? writeForGitHub(result.value, options.out) : [])];
  printResult({ ...result.value, unwritten }, github);
  return stop.exitCode() ?? (unwritten.length > 0 ? 2 : exitCode(result.value));
}

/** Ctrl-C and its kin stop the run in good order once, and at once when repeated. */
function stopOnSignals(): { signal: AbortSignal; exitCode(): number | undefined; release(): void } {
  const stop = new AbortController();
  let code: number | undefined;
  const listeners = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((name) => {
    const listener = () => {
      code = 128 + constants.signals[name];
      if (stop.signal.aborted) process.exit(code); // the kernel is killed as the process exits
      stop.abort();
    };
    process.on(name, listener);
    return () => process.removeListener(name, listener);
  });
  return {
    signal: stop.signal,
    exitCode: () => code,
    release() {
      for (const remove of listeners) remove();
    },
  };
}

function printChecks(checks: readonly EnvironmentCheck[]): void {
  for (const { what, record, difference } of checks) {
    printNote(difference === undefined ? `${what}: ${record}` : `environment differs: ${difference}`);
  }
}

function printNote(line: string): void {
  process.stderr.write(`${safeLine(line)}\n`);
}

function printResult(result: Rerun, github: boolean): void {
  const { runs, judgements, figures, changedTexts, judgedTexts, seeds, checks, refused, written, unwritten, gaps } =
    result;
  for (const { reason } of refused) printNote(reason);
  for (const run of runs) {
    if (run.failure !== undefined) process.stderr.write(`${failureText(run, process.stderr.isTTY)}\n`);
  }
  const differences = checks.flatMap(({ difference }) => difference ?? []);
  const lines = [
    ...differences.map((difference) => `environment differs: ${difference}`),
    ...judgements.filter(({ verdict }) => !holds(verdict)).map(claimLine),
    ...figures.filter(({ verdict }) => verdict === undefined || !holds(verdict)).map(figureLine),
    ...judgedTexts.map(printedLine),
    ...seedLines(seeds),
    ...(judgements.length > 0 ? [claimsSummary(judgements)] : []),
    figuresSummary(figures) ?? [],
    changedTextsSummary(changedTexts) ?? [],
    ...(gaps === undefined ? [] : [`in the sandbox, which does not hold: ${gaps.join("; ")}`]),
  ].flat();
  const last = `written: ${written.join(", ")}`;
  const all = [...lines.map(safeLine), ...(github ? annotations(result) : []), safeLine(last)];
  process.stdout.write(`${all.join("\n")}\n`);
  for (const line of unwritten) printNote(line);
}

function printPlan(options: RerunOptions): number {
  const plan = readPlan(options);
  if (!plan.ok) return complain(plan.reason);
  for (const { notebook, launch, claims } of plan.value.tasks) {
    process.stdout.write(`${safeLine(`${notebook.path}  kernel ${launch.name}, ${claims.length} claims`)}\n`);
    for (const cell of runnableCells(notebook)) {
      const { number = 0, id } = cell;
      const own = claims.filter((claim) => claim.cell === id).map((claim) => claim.id);
      const judged = number >= options.cells.first && number <= options.cells.last;
      if (judged) process.stdout.write(`  ${String(number).padStart(3)}  ${safeLine([id, ...own].join("  "))}\n`);
    }
  }
  for (const { reason } of plan.value.refused) printNote(reason);
  return plan.value.refused.length > 0 ? 2 : 0;
}

function printProposal(proposal: Awaited<ReturnType<typeof proposeClaims>>): number {
  if (!proposal.ok) return complain(proposal.reason);
  process.stdout.write(`${safeLine(proposal.value)}\n`);
  return 0;
}

/** @param github whether it is to stand beside the change too */
function complain(reason: string, github = false): number {
  printNote(reason);
  if (github) process.stdout.write(`${problemAnnotation(reason)}\n`);
  return 2;
}
