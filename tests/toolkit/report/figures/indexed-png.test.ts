/** @file A PNG with a palette shows the image it was made of. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { Resvg } from "@resvg/resvg-js";
import { indexedPng } from "../../../../src/toolkit/report/figures/indexed-png.ts";

/** The colours that a program that is not ours reads from a PNG: resvg, drawing it as an image. */
function readBack(png: Uint8Array, width: number, height: number): Uint8Array {
  const href = `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
  const image = `<image width="${width}" height="${height}" href="${href}" image-rendering="optimizeSpeed"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${image}</svg>`;
  return Uint8Array.from(new Resvg(svg).render().pixels);
}

/** Opaque pixels of the colours given, row by row. */
function image(width: number, colours: readonly (readonly [number, number, number])[]) {
  const pixels = Uint8Array.from(colours.flatMap((colour) => [...colour, 255]));
  return { width, height: colours.length / width, pixels };
}

/** Colours on a grid with steps of 30, all told apart. */
const apart = Array.from({ length: 200 }, (_, at) => {
  return [30 * (at % 8), 30 * (Math.floor(at / 8) % 8), 30 * Math.floor(at / 64)] as const;
});

test("an image of at most 128 colours that lie 24 or more apart is kept as it is", () => {
  const drawn = image(16, apart.slice(0, 16 * 8));
  assert.deepEqual(readBack(indexedPng(drawn), 16, 8), drawn.pixels);
});

test("with more colours the frequent ones are kept, and a rare one becomes the nearest of them", () => {
  const frequent = [...apart.slice(0, 128), ...apart.slice(0, 128)];
  const drawn = image(8, [...frequent, ...apart.slice(192, 200)]);
  const read = readBack(indexedPng(drawn), 8, drawn.height);
  const rare = 4 * frequent.length;
  assert.deepEqual([...read.subarray(rare, rare + 4)], [0, 0, 30, 255]); // for [0, 0, 90], the last but one layer of the grid
  assert.deepEqual(read.subarray(0, rare), drawn.pixels.subarray(0, rare));
});

test("a shade next to a more frequent colour becomes that colour, within 24 of it", () => {
  const ground = Array.from({ length: 12 }, () => [255, 255, 255] as const);
  const drawn = image(8, [...ground, [255, 240, 255], [240, 240, 240], [255, 255, 225], [0, 0, 0]]);
  const read = readBack(indexedPng(drawn), 8, 2);
  const white = [255, 255, 255, 255];
  assert.deepEqual([...read.subarray(48)], [...white, 240, 240, 240, 255, 255, 255, 225, 255, 0, 0, 0, 255]); // 15, 26 and 30 away from white
});

test("each row begins with filter 0, and its places follow", () => {
  const png = Buffer.from(
    indexedPng(
      image(2, [
        [0, 0, 0],
        [0, 0, 0],
        [99, 99, 99],
        [0, 0, 0],
      ]),
    ),
  );
  const start = png.indexOf("IDAT") + 4;
  const rows = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  assert.deepEqual([...rows], [0, 0, 0, 0, 1, 0]); // PNG specification, section 9.2
});

test("pixels that are not four bytes each are refused", () => {
  assert.throws(
    () => indexedPng({ width: 1, height: 1, pixels: new Uint8Array(3) }),
    /requires 4 bytes of pixels, got 3/,
  );
});
