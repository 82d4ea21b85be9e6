/** @file What a run leaves in its folder. One text that cannot be made, or written, costs none of the others. */
import { join } from "node:path";
import { writeAtomically } from "./atomic-write.ts";
import { fileProblem } from "./notebook/notebook.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { junitXml } from "./report/junit.ts";
import { reportHtml } from "./report/report-html.ts";
import { type Report, reportJson } from "./report/report-json.ts";

/** The reports of a run: what was written, and in a line each what was not. */
export function writeReports(report: Report, out: string, junit: boolean): Outcome<string>[] {
  const write = (name: string, text: (report: Report) => string) => {
    const path = join(out, name);
    return writeText(
      path,
      attempt(path, () => text(report)),
    );
  };
  return [
    write("report.json", reportJson),
    write("report.html", reportHtml),
    ...(junit ? [write("junit.xml", junitXml)] : []),
  ];
}

/** A text that may not come about: the rest of the results is written all the same. */
export function attempt(path: string, text: () => string): Outcome<string> {
  try {
    return success(text());
  } catch (error) {
    return failure(`${path} was not written: ${fileProblem(error)}`);
  }
}

/** Writes a text that came about. */
export function writeText(path: string, text: Outcome<string>): Outcome<string> {
  return text.ok ? writeAtomically(path, text.value) : text;
}
