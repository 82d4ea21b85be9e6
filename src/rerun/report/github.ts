/** @file What a step of GitHub Actions leaves for its job: a summary and outputs, in the files that GitHub names. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { holds } from "../claims/verdict.ts";
import { fileProblem } from "../notebook/notebook.ts";
import { exitCode } from "../result-text.ts";
import { safeLine } from "../terminal-text.ts";
import type { Report } from "./report-json.ts";
import { summaryMarkdown } from "./summary-markdown.ts";

const VERDICTS = ["holds", "differs", "could not run"] as const;

/**
 * Writes the summary and the outputs of a step; outside of GitHub nothing.
 *
 * @param out folder of the reports
 * @returns a line for each file that could not be written
 * @source https://docs.github.com/actions/reference/workflow-commands-for-github-actions#environment-files
 */
export function writeForGitHub(report: Report, out: string): string[] {
  const { judgements } = report;
  const outputs = {
    verdict: VERDICTS[exitCode(report)],
    claims: judgements.length,
    held: judgements.filter(({ verdict }) => holds(verdict)).length,
    report: safeLine(join(out, "report.html")),
  };
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${value}\n`);
  return [
    ...append(process.env.GITHUB_STEP_SUMMARY, summaryMarkdown(report)),
    ...append(process.env.GITHUB_OUTPUT, lines.join("")),
  ];
}

function append(path: string | undefined, text: string): string[] {
  if (path === undefined || path === "") return [];
  try {
    appendFileSync(path, text);
    return [];
  } catch (error) {
    return [`${path} was not written: ${fileProblem(error)}`];
  }
}
