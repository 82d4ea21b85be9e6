/** @file A page that is too long: what leaves it first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withinSize } from "../../../src/rerun/report/within-size.ts";

const picture = (kind: string, length: number) =>
  `<img class="${kind}" alt="" src="data:image/png;base64,${"A".repeat(length)}">`;
const drawn = (length: number) =>
  `<figure class="plot"><div class="plot-area"></div>\n<script type="application/gzip">H4s</script>\n<div class="plot-picture">${picture("made", length)}</div></figure>`;

test("pictures of figures that the page draws itself leave first, the largest of them, and the figures stay", () => {
  const page = `<main>${drawn(4000)}${picture("saved", 9000)}${drawn(6000)}${drawn(2000)}</main>`;
  const short = withinSize(page, page.length - 7000);
  assert.ok(short.length <= page.length - 7000);
  assert.equal(short.match(/<figure class="plot">/g)?.length, 3);
  assert.ok(short.includes(picture("saved", 9000)) && short.includes(picture("made", 2000)));
  assert.equal(
    short.match(/<div class="plot-picture"><span class="note">A picture of \d kB is left out of this page/g)?.length,
    2,
  );
});

test("when all of those are gone, saved pictures leave before others", () => {
  const page = `<main>${drawn(4000)}${picture("saved", 3000)}${picture("made", 9000)}</main>`;
  const short = withinSize(page, page.length - 6000);
  assert.ok(!short.includes(picture("saved", 3000)) && short.includes(picture("made", 9000)));
  assert.ok(short.length <= page.length - 6000);
});

test("a page that is short enough is left as it is", () => {
  const page = `<main>${drawn(4000)}</main>`;
  assert.equal(withinSize(page, page.length), page);
});
