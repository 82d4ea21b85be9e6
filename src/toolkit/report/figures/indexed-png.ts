/** @file PNG with a palette, https://www.w3.org/TR/png-3/: a drawing has few colours, and a third of the bytes will do. */
import { crc32, deflateSync } from "node:zlib";

/** An image as rows of pixels from the top, four bytes a pixel: red, green, blue, opacity. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** As many as no eye tells from all of them in a drawing; 256 take a tenth more bytes. */
const paletteSize = 128;

/** Colours nearer than this, by the root of the sum of squares, are one: the shades at the edge of a letter, of which most of the bytes are. */
const leastApart = 24;

/**
 * An opaque image as PNG of at most 128 colours: the most frequent ones, of those that are told apart by eye. Each other colour,
 * a shade at the edge of a letter or a line, becomes the nearest of them.
 *
 * @param image whose opacity is not looked at
 * @returns the bytes of a PNG of colour type 3
 * @throws RangeError when there are not four bytes a pixel
 * @source PNG specification, sections 5 (chunks), 11.2.2 (IHDR) and 11.2.3 (PLTE)
 * @example String.fromCharCode(...indexedPng({ width: 1, height: 1, pixels: Uint8Array.of(255, 255, 255, 255) }).slice(1, 4)) // => "PNG"
 */
export function indexedPng({ width, height, pixels }: Pixels): Uint8Array {
  if (pixels.length !== 4 * width * height) {
    throw new RangeError(`indexedPng requires ${4 * width * height} bytes of pixels, got ${pixels.length}`);
  }
  const counts = countColours(pixels);
  const byFrequency = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b);
  const palette = spacedPalette(byFrequency);
  const places = new Map(byFrequency.map((colour) => [colour, nearest(palette, colour).place]));
  const rows = new Uint8Array(height * (width + 1)); // a row begins with its filter: 0, none, is best for a palette
  for (let pixel = 0; pixel < width * height; pixel++) {
    rows[pixel + Math.floor(pixel / width) + 1] = places.get(colourAt(pixels, 4 * pixel)) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // bits a place in the palette, colour type; then compression, filter and interlace: the usual
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    chunk("PLTE", Uint8Array.from(palette.flatMap(channels))),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** Colour -> its number of pixels. Neighbours mostly agree, so a run is counted at once. */
function countColours(pixels: Uint8Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (let start = 0; start < pixels.length; ) {
    const colour = colourAt(pixels, start);
    let end = start + 4;
    while (end < pixels.length && colourAt(pixels, end) === colour) end += 4;
    counts.set(colour, (counts.get(colour) ?? 0) + (end - start) / 4);
    start = end;
  }
  return counts;
}

/** Red, green and blue in one number. */
function colourAt(pixels: Uint8Array, byte: number): number {
  return ((pixels[byte] ?? 0) << 16) | ((pixels[byte + 1] ?? 0) << 8) | (pixels[byte + 2] ?? 0);
}

function channels(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

/** The most frequent colours, without those that lie next to a more frequent one. */
function spacedPalette(byFrequency: readonly number[]): number[] {
  const palette: number[] = [];
  for (const colour of byFrequency) {
    if (palette.length === paletteSize) break;
    if (nearest(palette, colour).distance >= leastApart ** 2) palette.push(colour);
  }
  return palette;
}

/** Place of the colour that is least far away, by the sum of squares. */
function nearest(palette: readonly number[], colour: number): { place: number; distance: number } {
  const [red, green, blue] = channels(colour);
  let [place, distance] = [0, Infinity];
  for (const [at, other] of palette.entries()) {
    const [r, g, b] = channels(other);
    const far = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (far < distance) [place, distance] = [at, far];
  }
  return { place, distance };
}

/** Length, type, data and checksum: what every part of a PNG is. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
