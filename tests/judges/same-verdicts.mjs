/** @file Whether two runs found the same: node same-verdicts.mjs REPORT_JSON REPORT_JSON; exit 0 when each verdict and each number is the same. */
import { readFileSync } from "node:fs";

const [first, second] = process.argv.slice(2).map((path) => findings(JSON.parse(readFileSync(path, "utf8"))));
const different = [...new Set([...first.keys(), ...second.keys()])].filter((key) => first.get(key) !== second.get(key));
for (const key of different) console.log(`${key}: ${first.get(key) ?? "absent"}, then ${second.get(key) ?? "absent"}`);
console.log(`${first.size} findings, ${different.length} of them not the same`);
process.exitCode = different.length === 0 && first.size > 0 ? 0 : 1;

/** What was looked at -> what was found, all digits of a number. */
function findings({ profile, notebooks, claims, figures, changedTexts }) {
  return new Map([
    ["profile", profile],
    ...notebooks.map(({ path, cells, failed, seeds }) => [path, JSON.stringify({ cells, failed, seeds })]),
    ...claims.map(({ id, verdict, measured }) => [`claim ${id}`, `${verdict}, ${JSON.stringify(measured)}`]),
    ...figures.map(({ notebook, cell, place, verdict }) => [
      `figure ${place} of ${cell} in ${notebook}`,
      String(verdict),
    ]),
    ...changedTexts.map(({ notebook, cell }) => [`text of ${cell} in ${notebook}`, "changed"]),
  ]);
}
