/** @file Comparing pictures without data, as matplotlib makes them, pixel by pixel. */
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { joinLines, type MimeBundle } from "../notebook/outputs.ts";
import type { Compared } from "./compared.ts";

const KIND = "image/png";

/** A picture that unpacks to more is not unpacked: 256 MB of memory. */
const MOST_PIXELS = 2 ** 26;

/**
 * Compares two pictures.
 *
 * @param saved a bundle that has a picture
 * @param made the other
 * @returns reproduced when every pixel is the same; within tolerance when none differs by more than the smoothing of an
 *   edge; undefined, with the reason, for pictures that are not PNG or cannot be read
 */
export function comparePictures(saved: MimeBundle, made: MimeBundle): Compared {
  const types = Object.keys(saved).filter((key) => key.startsWith("image/"));
  const same = types.some((type) => type in made && normalised(saved[type]) === normalised(made[type]));
  if (same) return ["reproduced", undefined];
  if (!(KIND in saved && KIND in made))
    return [undefined, "a picture without data, whose bytes differ: see for yourself"];
  const [then, now] = [pixels(saved[KIND]), pixels(made[KIND])];
  if (typeof then === "string" || typeof now === "string") {
    const why = typeof then === "string" ? `the saved one ${then}` : `this run's ${now}`;
    return [undefined, `a picture without data, whose bytes differ and of which ${why}: see for yourself`];
  }
  if (then.width !== now.width || then.height !== now.height) {
    const size = ({ width, height }: PNG) => `${width} x ${height}`;
    return ["differs", `the picture has ${size(now)} pixels, saved ${size(then)}`];
  }
  if (then.data.equals(now.data)) return ["reproduced", undefined];
  const different = pixelmatch(then.data, now.data, null, then.width, then.height);
  if (different === 0) return ["within tolerance", undefined];
  return ["differs", `${different} of the picture's ${then.width * then.height} pixels differ`];
}

/** The picture unpacked; or why it is not. */
function pixels(picture: unknown): PNG | string {
  const bytes = Buffer.from(joinLines(picture) ?? "", "base64");
  if (bytes.length < 24) return "is no PNG";
  if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > MOST_PIXELS) return `has more than ${MOST_PIXELS} pixels`;
  try {
    return PNG.sync.read(bytes);
  } catch (error) {
    return `cannot be read (${(error as Error).message})`;
  }
}

/** Without the line breaks of base64 and the random ids of SVG. */
function normalised(picture: unknown): string {
  const text = joinLines(picture) ?? JSON.stringify(picture);
  return text.replace(/\s+/g, "").replace(/\b(id=|#|url\(#)["']?[\w-]+/g, "$1");
}
