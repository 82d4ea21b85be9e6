/** @file Lines that GitHub shows beside a change, https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message. */
import { readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import { holds } from "../claims/verdict.ts";
import type { Notebook } from "../notebook/notebook.ts";
import { cellPlace, claimLine, figureLine, printedLine } from "../result-text.ts";
import { safeText } from "../terminal-text.ts";
import type { Report } from "./report-json.ts";

/** An annotation for each notebook that is none, failed run, claim and figure that does not hold, printed number that is judged, and difference of the environment. */
export function annotations({ runs, judgements, figures, judgedTexts, checks, refused }: Report): string[] {
  const none = refused.map(({ path, reason }) => located(path, 1, "could not run", reason));
  const failed = runs.flatMap(({ notebook, failure }) => {
    if (failure === undefined) return [];
    const place = failure.cell === undefined ? notebook.name : cellPlace(notebook, failure.cell.id);
    return [annotation(notebook, failure.cell?.id, "could not run", `${place}: ${failure.reason}`)];
  });
  const claims = judgements
    .filter(({ verdict }) => !holds(verdict))
    .map((one) => annotation(one.notebook, one.claim.cell, `claim: ${one.verdict}`, claimLine(one)));
  const pictures = figures
    .filter(({ verdict }) => verdict !== undefined && !holds(verdict))
    .map((one) => annotation(one.notebook, one.cell.id, `figure: ${one.verdict}`, figureLine(one)));
  const printed = judgedTexts.map((one) => annotation(one.notebook, one.cell.id, "printed", printedLine(one)));
  const environment = checks.flatMap(({ what, difference }) => {
    return difference === undefined ? [] : [`::warning title=${property(`environment: ${what}`)}::${data(difference)}`];
  });
  return [...environment, ...none, ...failed, ...claims, ...pictures, ...printed];
}

function annotation(notebook: Notebook, cell: string | undefined, title: string, text: string): string {
  return located(notebook.path, lineOf(notebook.path, cell), title, text);
}

/** The annotation of a run that could not begin. */
export function problemAnnotation(reason: string): string {
  return `::error title=could not run::${data(reason)}`;
}

/** GitHub finds a file by its path from the top of the repository. */
function located(path: string, line: number, title: string, text: string): string {
  const top = process.env.GITHUB_WORKSPACE;
  const file = top === undefined || top === "" ? path : relative(top, resolve(path)).split(sep).join("/");
  return `::error file=${property(file)},line=${line},title=${property(title)}::${data(text)}`;
}

/** The line of the notebook's file that holds the cell's id; 1 when there is none. */
function lineOf(path: string, cell: string | undefined): number {
  if (cell === undefined) return 1;
  let lines: string[];
  try {
    lines = readFileSync(path, "utf8").split("\n");
  } catch {
    return 1; // the notebook removed its own file
  }
  return lines.findIndex((line) => line.includes('"id"') && line.includes(`"${cell}"`)) + 1 || 1;
}

function data(text: string): string {
  return safeText(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
