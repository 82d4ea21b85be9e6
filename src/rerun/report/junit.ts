/** @file junit.xml: each cell, claim and figure as a test case, for the pages of test results that CI systems show. */
import { escapeUTF8 } from "entities/escape";
import { holds } from "../claims/verdict.ts";
import { type NotebookRun, runnableCells } from "../notebook/run-notebook.ts";
import { claimLine } from "../result-text.ts";
import type { Report } from "./report-json.ts";

interface Case {
  readonly name: string;
  readonly seconds: number;
  /** One line; undefined when it passed. */
  readonly failure?: string | undefined;
  readonly error?: string | undefined;
  readonly skipped?: string | undefined;
}

/**
 * The text of junit.xml: a suite a notebook.
 *
 * @source https://github.com/testmoapp/junitxml, the elements that all readers share
 */
export function junitXml(report: Report): string {
  const suites = report.runs.map((run) => suite(run.notebook.path, casesOf(run, report)));
  const checks = report.checks.map(({ what, record, difference }) => ({
    name: `environment: ${what} (${record})`,
    seconds: 0,
    failure: difference,
  }));
  for (const { path, reason } of report.refused)
    suites.push(suite(path, [{ name: "notebook", seconds: 0, error: reason }]));
  const all = checks.length === 0 ? suites : [suite("environment", checks), ...suites];
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="eightfold">\n${all.join("")}</testsuites>\n`;
}

function casesOf(run: NotebookRun, { judgements, figures }: Report): Case[] {
  const cells = runnableCells(run.notebook).map((cell) => {
    const ran = run.cells.get(cell.id);
    const error = run.failure?.cell === cell ? run.failure.reason : undefined;
    const skipped = ran === undefined ? "not run" : undefined;
    return { name: `cell ${cell.number} (${cell.id})`, seconds: ran?.seconds ?? 0, error, skipped };
  });
  const start = run.failure !== undefined && run.failure.cell === undefined;
  const kernel = start ? [{ name: "kernel", seconds: 0, error: run.failure?.reason }] : [];
  const claims = judgements
    .filter(({ notebook }) => notebook === run.notebook)
    .map((judgement) => ({
      name: `claim ${judgement.claim.id}: ${judgement.claim.statement}`,
      seconds: 0,
      failure: holds(judgement.verdict) ? undefined : `${judgement.verdict}: ${claimLine(judgement)}`,
    }));
  const pictures = figures
    .filter(({ notebook }) => notebook === run.notebook)
    .map(({ cell, place, verdict, reason }) => ({
      name: `figure ${place} of cell ${cell.number} (${cell.id})`,
      seconds: 0,
      failure: verdict === undefined || holds(verdict) ? undefined : `${verdict}: ${reason}`,
      skipped: verdict === undefined ? reason : undefined,
    }));
  return [...kernel, ...cells, ...claims, ...pictures];
}

function suite(name: string, cases: readonly Case[]): string {
  const count = (kind: "failure" | "error" | "skipped") => cases.filter((one) => one[kind] !== undefined).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
  const counts = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
  return ` <testsuite name="${escaped(name)}" ${counts} time="${seconds}">\n${cases.map((one) => testCase(name, one)).join("")} </testsuite>\n`;
}

function testCase(suiteName: string, one: Case): string {
  const kinds = (["failure", "error", "skipped"] as const).filter((kind) => one[kind] !== undefined);
  const inner = kinds.map((kind) => `   <${kind} message="${escaped(one[kind] ?? "")}"/>\n`).join("");
  const start = `  <testcase classname="${escaped(suiteName)}" name="${escaped(one.name)}" time="${one.seconds.toFixed(3)}"`;
  return inner === "" ? `${start}/>\n` : `${start}>\n${inner}  </testcase>\n`;
}

/** XML 1.0 forbids most control characters even when escaped. */
function escaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must go
  const allowed = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "�");
  return escapeUTF8(allowed).replaceAll("\n", "&#10;");
}
