/** @file A run's summary for the page of a GitHub job, in Markdown: what does not hold first, then the counts. */
import { holds } from "../claims/verdict.ts";
import { apart, fewText } from "../number-text.ts";
import {
  cellPlace,
  changedTextsSummary,
  claimsSummary,
  exitCode,
  figureLine,
  figuresSummary,
  printedLine,
} from "../result-text.ts";
import { safeLine } from "../terminal-text.ts";
import type { Report } from "./report-json.ts";

const OUTCOMES = ["All claims and figures hold", "Something differs", "Could not be checked in full"] as const;
/** GitHub shows no summary above 1 MiB, and nobody reads as many rows. */
const MOST_ROWS = 200;
const MOST_CHARACTERS = 300;

/** The summary, with a line break at its end. */
export function summaryMarkdown(report: Report): string {
  const { runs, judgements, figures, changedTexts, judgedTexts, checks, refused } = report;
  const failed = runs.flatMap(({ notebook, failure }) => {
    if (failure === undefined) return [];
    const place = failure.cell === undefined ? notebook.name : cellPlace(notebook, failure.cell.id);
    return [`${place}: ${failure.reason}`];
  });
  const differences = checks.flatMap(({ difference }) =>
    difference === undefined ? [] : [`environment differs: ${difference}`],
  );
  const pictures = figures.filter(({ verdict }) => verdict === undefined || !holds(verdict)).map(figureLine);
  const printed = judgedTexts.map(printedLine);
  const counts = [
    judgements.length > 0 ? claimsSummary(judgements) : "no claims were checked",
    figuresSummary(figures) ?? [],
    changedTextsSummary(changedTexts) ?? [],
  ].flat();
  return [
    `### Eightfold: ${OUTCOMES[exitCode(report)]}`,
    "",
    ...listOf([...refused.map(({ reason }) => reason), ...failed, ...differences, ...pictures, ...printed]),
    ...claimsTable(report),
    ...counts.map((line) => `${escaped(line)}  `),
    "",
  ].join("\n");
}

function listOf(lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : [
        ...some(
          lines.map((line) => `- ${escaped(line)}`),
          "- ",
        ),
        "",
      ];
}

function claimsTable({ judgements }: Report): string[] {
  const wrong = judgements.filter(({ verdict }) => !holds(verdict));
  if (wrong.length === 0) return [];
  const rows = wrong.map(({ claim, notebook, verdict, measured, reason }) => {
    const [now, then] = measured === null ? ["none", fewText(claim.expected, 6)] : apart(measured, claim.expected);
    const cells = [verdict, claim.id, claim.statement, then, now, cellPlace(notebook, claim.cell), reason ?? ""];
    return `| ${cells.map(escaped).join(" | ")} |`;
  });
  const head = [
    "| Verdict | Claim | Statement | Claimed | Measured | Cell | Reason |",
    "|---|---|---|---|---|---|---|",
  ];
  return [...head, ...some(rows, "| "), ""];
}

function some(lines: readonly string[], mark: string): string[] {
  const hidden = lines.length - MOST_ROWS;
  return hidden <= 0 ? [...lines] : [...lines.slice(0, MOST_ROWS), `${mark}and ${hidden} more, in report.html`];
}

/** A stranger's text in one line that is shown as it is: no link, picture, mention, HTML, or other column. */
function escaped(text: string): string {
  const line = safeLine(text);
  const short = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
  return short
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("@", "&#64;")
    .replace(/https?:/g, (scheme) => scheme.replace(":", "&#58;"))
    .replace(/[\\`*_{}[\]()#+!|~$>-]/g, "\\$&");
}
