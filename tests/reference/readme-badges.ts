/** @file The README's badges, each from what CI runs or a file says: `node --import tsx tests/reference/readme-badges.ts` writes them again. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..", "..");
const FOLDER = join(root, "docs", "badges");

/** Of a letter of 11 px Verdana, on average, and what stands left and right of a text. */
const LETTER_PX = 6.6;
const MARGIN_PX = 6;

/** File name and drawing of each badge. */
export function badges(): ReadonlyMap<string, string> {
  const { engines, license } = JSON.parse(read("package.json")) as { engines: { node: string }; license: string };
  const { claims } = JSON.parse(read("data/claims.json")) as { claims: readonly unknown[] };
  const later = /^for version in ([\d ]+); do judge "the main job on Node/m.exec(read(".ci/run"))?.[1];
  const first = /\d+/.exec(engines.node)?.[0];
  if (later === undefined || first === undefined) throw new Error(".ci/run or package.json names no version of Node");
  return new Map([
    ["node.svg", badge("npm start on Node", [first, ...later.split(" ")].join(", "))],
    ["claims.svg", badge("numbers that CI checks", String(claims.length))],
    ["license.svg", badge("license", license)],
  ]);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** A label and what is said of it, side by side, as an SVG of 20 px height. */
function badge(label: string, value: string): string {
  const [left, right] = [label, value].map((text) => Math.round(text.length * LETTER_PX + 2 * MARGIN_PX)) as [
    number,
    number,
  ];
  const text = (x: number, words: string): string => `<text x="${x}" y="14" text-anchor="middle">${words}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${value}">
<title>${label}: ${value}</title>
<rect width="${left}" height="20" fill="#444"/><rect x="${left}" width="${right}" height="20" fill="#0b6aa2"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${text(left / 2, label)}${text(left + right / 2, value)}</g>
</svg>
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, drawing] of badges()) writeFileSync(join(FOLDER, name), drawing);
}
