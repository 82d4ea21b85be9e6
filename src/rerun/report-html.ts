/** @file report.html (first light). */
import type { Report } from "./report-json.ts";
export function reportHtml(report: Report): string {
  return `<pre>${report.runs.length}</pre>`;
}
