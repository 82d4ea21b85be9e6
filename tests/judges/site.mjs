/** @file Every link of the documentation site leads somewhere: to a file of the site, and to a place that the file has. Offline.
 *
 * node site.mjs FOLDER, after npm run docs: exit code 0 when none is broken. Addresses of others are not asked.
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const site = resolve(process.argv[2]);
const pages = readdirSync(site, { recursive: true })
  .filter((name) => /\.(?:html|svg)$/.test(name))
  .map((name) => join(site, name));
assert.ok(pages.length > 100, `${pages.length} pages`);

const unescaped = (text) =>
  text
    .replace(/&amp;/g, "&")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'");
const texts = new Map(pages.map((page) => [page, readFileSync(page, "utf8")]));
const places = new Map(
  [...texts].map(([page, text]) => [
    page,
    new Set([...text.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => unescaped(id))),
  ]),
);

let links = 0;
const broken = new Set();
for (const [page, text] of texts) {
  for (const [, address] of text.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
    if (/^[a-z][a-z+.-]*:|^\/\//i.test(address)) continue;
    links++;
    const [path, place = ""] = unescaped(address).split("#");
    const target = path === "" ? page : join(dirname(page), decodeURIComponent(path));
    const known = places.get(target);
    const found =
      known === undefined ? place === "" && existsSync(target) : place === "" || known.has(decodeURIComponent(place));
    if (!found) broken.add(`${relative(site, page)}: ${address}`);
  }
}
assert.deepEqual([...broken], []);
process.stdout.write(`${pages.length} pages, ${links} links within them, none broken\n`);
