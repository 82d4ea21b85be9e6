/** @file report.json: what a run found, for programs. */
import type { ChangedText } from "../claims/changed-texts.ts";
import type { Claim, Profile, Value } from "../claims/claims.ts";
import type { FigureJudgement } from "../claims/figures.ts";
import type { SeedFinding } from "../claims/seeds.ts";
import type { Judgement, Verdict } from "../claims/verdict.ts";
import type { EnvironmentCheck } from "../environment/checks.ts";
import type { Environment } from "../environment/environment.ts";
import { type NotebookRun, runnableCells } from "../notebook/run-notebook.ts";

export interface ReportJson {
  readonly profile: Profile;
  readonly notebooks: readonly {
    readonly path: string;
    readonly kernel: string;
    readonly sandbox: boolean;
    /** From the start of the kernel to its end. */
    readonly seconds: number;
    /** Code cells that a whole run executes. */
    readonly cells: number;
    /** Cells at which the run ended early: 0 or 1, since it stops there. */
    readonly failed: number;
    /** Why it ended early; null when it came to its end. */
    readonly reason: string | null;
    /** Id of a cell -> the seed in force after it, for cells after which there is one. */
    readonly seeds: Readonly<Record<string, number>>;
  }[];
  readonly claims: readonly (Pick<Claim, "id" | "statement" | "expected" | "tolerance" | "notebook" | "cell"> & {
    readonly verdict: Verdict;
    readonly measured: Value | null;
    /** The file of stored records that the number is read from; null for one that the run computed. */
    readonly records: string | null;
    readonly reason: string | null;
  })[];
  readonly figures: readonly {
    readonly notebook: string;
    readonly cell: string;
    readonly place: number;
    /** Null for one that need not be the same, as its reason says. */
    readonly verdict: Verdict | null;
    readonly reason: string | null;
  }[];
  /** Cells that print something else than was saved. */
  readonly changedTexts: readonly {
    readonly notebook: string;
    readonly cell: string;
    /** Whether it counts as a difference: its numbers are others, and the run was asked to judge them. */
    readonly differs: boolean;
  }[];
  readonly seeds: readonly {
    readonly id: string;
    readonly finding: SeedFinding["finding"];
    readonly values: SeedFinding["values"];
    readonly reason: string | null;
  }[];
  /** Notebooks that were not run, since their file or their kernel is none. */
  readonly refused: readonly Refusal[];
  readonly checks: readonly { readonly what: string; readonly record: string; readonly difference: string | null }[];
  readonly environment: Environment;
}

/** A notebook that cannot be run, and one line about why. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

/** Everything that the reports tell. */
export interface Report {
  readonly refused: readonly Refusal[];
  readonly runs: readonly NotebookRun[];
  readonly judgements: readonly Judgement[];
  readonly figures: readonly FigureJudgement[];
  readonly changedTexts: readonly ChangedText[];
  /** Those of them that count as a difference; empty unless the run was asked to judge printed numbers. */
  readonly judgedTexts: readonly ChangedText[];
  /** Empty when no other seeds were asked for. */
  readonly seeds: readonly SeedFinding[];
  readonly checks: readonly EnvironmentCheck[];
  readonly environment: Environment;
  readonly profile: Profile;
}

/** The text of report.json. */
export function reportJson({
  refused,
  runs,
  judgements,
  figures,
  changedTexts,
  judgedTexts,
  seeds,
  checks,
  environment,
  profile,
}: Report): string {
  const report: ReportJson = {
    profile,
    notebooks: runs.map((run) => ({
      path: run.notebook.path,
      kernel: run.kernel,
      sandbox: run.sandboxed,
      seconds: Number(run.seconds.toFixed(3)),
      cells: runnableCells(run.notebook).length,
      failed: run.failure === undefined ? 0 : 1,
      reason: run.failure?.reason ?? null,
      seeds: seedsByCell(run),
    })),
    claims: judgements.map(({ claim, verdict, measured, reason = null }) => ({
      id: claim.id,
      statement: claim.statement,
      verdict,
      expected: claim.expected,
      measured,
      tolerance: claim.tolerance,
      notebook: claim.notebook,
      cell: claim.cell,
      records: claim.records ?? null,
      reason,
    })),
    figures: figures.map(({ notebook, cell, place, verdict = null, reason = null }) => {
      return { notebook: notebook.path, cell: cell.id, place, verdict, reason };
    }),
    changedTexts: changedTexts.map((text) => {
      return { notebook: text.notebook.path, cell: text.cell.id, differs: judgedTexts.includes(text) };
    }),
    seeds: seeds.map(({ claim, finding, values, reason = null }) => ({ id: claim.id, finding, values, reason })),
    refused,
    checks: checks.map(({ what, record, difference = null }) => ({ what, record, difference })),
    environment,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function seedsByCell(run: NotebookRun): Record<string, number> {
  const seeds = [...run.cells].flatMap(([id, { seed }]) => (seed === undefined ? [] : [[id, seed] as const]));
  return Object.fromEntries(seeds);
}
