/** @file The README's picture, taken from the executed report: `npm start`, then `node --import tsx tests/reference/readme-figure.ts`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Cell {
  readonly id: string;
  readonly outputs?: readonly { readonly data?: Readonly<Record<string, string | readonly string[]>> }[];
}

const root = join(import.meta.dirname, "../..");
const report = join(root, "out/06-report.ipynb");
const { cells } = JSON.parse(readFileSync(report, "utf8")) as { cells: readonly Cell[] };
const picture = cells.find(({ id }) => id === "headline")?.outputs?.[0]?.data?.["image/png"];
if (picture === undefined) throw new Error(`${report} has no picture in its cell "headline" (hint: npm start)`);
writeFileSync(join(root, "docs/study.png"), Buffer.from([picture].flat().join(""), "base64"));
