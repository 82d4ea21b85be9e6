/** @file report.json: what a run found, for programs. */
import type { Claim, Value } from "../claims/claims.ts";
import type { Judgement, Verdict } from "../claims/verdict.ts";
import type { Environment } from "../environment.ts";
import { type NotebookRun, runnableCells } from "../notebook/run-notebook.ts";

export interface ReportJson {
  readonly notebooks: readonly {
    readonly path: string;
    /** From the start of the kernel to its end. */
    readonly seconds: number;
    /** Code cells that a whole run executes. */
    readonly cells: number;
    /** Cells at which the run ended early: 0 or 1, since it stops there. */
    readonly failed: number;
  }[];
  readonly claims: readonly (Pick<Claim, "id" | "statement" | "expected" | "tolerance" | "notebook" | "cell"> & {
    readonly verdict: Verdict;
    readonly measured: Value | null;
  })[];
  readonly environment: Environment;
}

/** Everything that the reports tell. */
export interface Report {
  readonly runs: readonly NotebookRun[];
  readonly judgements: readonly Judgement[];
  readonly environment: Environment;
}

/** The text of report.json. */
export function reportJson({ runs, judgements, environment }: Report): string {
  const report: ReportJson = {
    notebooks: runs.map((run) => ({
      path: run.notebook.path,
      seconds: Number(run.seconds.toFixed(3)),
      cells: runnableCells(run.notebook).length,
      failed: run.failure === undefined ? 0 : 1,
    })),
    claims: judgements.map(({ claim, verdict, measured }) => ({
      id: claim.id,
      statement: claim.statement,
      verdict,
      expected: claim.expected,
      measured,
      tolerance: claim.tolerance,
      notebook: claim.notebook,
      cell: claim.cell,
    })),
    environment,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
