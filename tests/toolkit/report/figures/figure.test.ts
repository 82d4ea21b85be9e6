/** @file A figure is data that shows itself as Plotly JSON, PNG and words, drawn the same on every machine. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Resvg } from "@resvg/resvg-js";
import { displayMethod } from "../../../../src/toolkit/core/mime-bundle.ts";
import { makeFigure } from "../../../../src/toolkit/report/figures/figure.ts";
import { figureToPng, figureToSvg } from "../../../../src/toolkit/report/figures/figure-png.ts";
import { fontOptions } from "../../../../src/toolkit/report/figures/fonts.ts";
import { plotScalingLaws } from "../../../../src/toolkit/report/figures/scaling-figure.ts";
import { fitScalingLaw, predict } from "../../../../src/toolkit/scaling/index.ts";

const plain = makeFigure(
  [{ type: "scatter", x: [1, 10, 100], y: [3, 2, 1], name: "a curve" }],
  { title: { text: "Error falls with data" }, xaxis: { type: "log" } },
  "error falls with data",
);

/** Points of 0.5 D^-0.4 + 0.1, the last held out, with binomial noise of 10,000 items as if none had struck. */
const points = [1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 64e3].map((dataSize) => ({
  dataSize,
  error: 8 * dataSize ** -0.4 + 0.1,
  items: 10_000,
  holdOut: dataSize === 64e3,
}));
const sft = fitScalingLaw({ name: "SFT", points, seed: 7, resamples: 200 });
const rft = fitScalingLaw({
  name: "RFT",
  points: points.map((point) => ({ ...point, dataSize: point.dataSize / 2 })),
  seed: 7,
  resamples: 200,
});
const figure = plotScalingLaws(
  { sft, rft },
  { title: "RFT needs half the data", xTitle: "problems", yTitle: "test error" },
);

function attributes(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map((match) => Number(match[1]));
}

test("a figure offers Plotly JSON, PNG and words, and no HTML that an untrusted notebook would drop", async () => {
  const bundle = await plain[displayMethod]();
  assert.deepEqual(Object.keys(bundle), ["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
  assert.equal(bundle["text/plain"], "error falls with data");
  const png = Buffer.from(String(bundle["image/png"]), "base64");
  assert.deepEqual([...png.subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]); // PNG specification, section 5.2
});

test("a kernel finds the bundle under a symbol that needs no import", () => {
  assert.equal(displayMethod, Symbol.for("Jupyter.display"));
  assert.deepEqual(Object.keys(plain), ["data", "layout", "description"]);
});

test("the PNG has the size that was asked for, in pixels", async () => {
  const png = Buffer.from(await figureToPng(plain, { width: 300, height: 200, scale: 1.5 }));
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [450, 300]); // width and height stand in IHDR
});

test("the same figure gives the same SVG and the same PNG, byte by byte", async () => {
  assert.equal(await figureToSvg(figure), await figureToSvg(figure));
  assert.deepEqual(await figureToPng(figure), await figureToPng(figure));
});

test("figures drawn at the same time do not disturb each other", async () => {
  const alone = [await figureToSvg(plain), await figureToSvg(figure)];
  assert.deepEqual(await Promise.all([plain, figure].map((each) => figureToSvg(each))), alone);
});

test("drawing leaves the figure as it was", async () => {
  const before = structuredClone({ data: figure.data, layout: figure.layout });
  await figureToSvg(figure);
  assert.deepEqual({ data: figure.data, layout: figure.layout }, before);
});

test("text is drawn with the font of the package, so it is visible on a machine without fonts", () => {
  const svg = (text: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><text y="20" font-family="Arimo">${text}</text></svg>`;
  const ink = (text: string) => new Resvg(svg(text), { font: fontOptions() }).render().pixels.some((byte) => byte > 0);
  assert.equal(ink("error"), true);
  assert.equal(ink(" "), false);
});

test("text is as wide as Arial's, so a figure keeps its layout where a browser has Arial", () => {
  // Adobe's Helvetica AFM, which Arial follows: e 556, r 333, o 556 thousandths of the font size
  const advance = (556 + 333 + 333 + 556 + 333) / 10;
  const width = (text: string) =>
    new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg"><text font-size="100" font-family="Arimo">${text}</text></svg>`,
      {
        font: fontOptions(),
      },
    ).getBBox()?.width ?? 0;
  assert.ok(Math.abs(width("errorerror") - width("error") - advance) < 0.2); // the box leaves out the outer bearings
});

test("no two lines of the legend and the title overlap", async () => {
  const svg = await figureToSvg(figure);
  const legendTop = attributes(svg, /class="legend"[^>]*translate\([\d.]+,\s*([\d.]+)\)/g)[0] ?? 0;
  const titleBase = attributes(svg, /class="gtitle"[^>]* y="([\d.]+)"/g)[0] ?? Infinity;
  const rows = attributes(svg, /class="traces"[^>]*translate\([\d.]+,\s*([\d.]+)\)/g);
  assert.ok(titleBase + 17 < legendTop, `the title ends at ${titleBase + 17}, the legend begins at ${legendTop}`);
  assert.equal(rows.length, 3);
  for (const [index, y] of rows.slice(1).entries()) assert.ok(y - (rows[index] ?? 0) >= 17);
});

test("curve, band, points, bars and hold-out of each method are traces of one colour", () => {
  const own = figure.data.filter((trace) => trace.legendgroup === "SFT");
  const text = JSON.stringify(own);
  assert.match(text, /"#0072B2"/);
  assert.match(text, /rgba\(0, 114, 178, 0\.15\)/);
  assert.match(text, /"circle-open"/);
  assert.match(text, /"dash":"dot"/);
  assert.equal(/#D55E00|#E69F00/.test(text), false);
});

test("the drawn curve is the law, the bars are 1.96 binomial standard deviations", () => {
  const own = figure.data.filter((trace) => trace.legendgroup === "SFT");
  const line = own.find((trace) => JSON.stringify(trace.line ?? {}).includes("solid"));
  const [x, y] = [line?.x, line?.y] as number[][];
  assert.ok(x?.every((dataSize, index) => y?.[index] === predict(sft, dataSize).value));
  const bars = own.find((trace) => trace.mode === "markers")?.error_y as { array: number[] };
  const error = points[0]?.error ?? 0;
  assert.ok(Math.abs((bars.array[0] ?? 0) - 1.959964 * Math.sqrt((error * (1 - error)) / 10_000)) < 1e-7);
});

test("the legend and the words give each exponent with its interval", () => {
  assert.match(
    figure.description,
    /^RFT needs half the data\. SFT: exponent 0\.4\d* \[0\.3\d+, 0\.4\d+\], floor 0\.\d+ \[/,
  );
});

test("a fit that failed shows its points and says why", () => {
  const rising = [1, 2, 3, 4, 5].map((dataSize) => ({ dataSize, error: dataSize / 10 }));
  const failed = fitScalingLaw({ name: "odd", points: rising, seed: 7 });
  assert.equal(failed.ok, false);
  const { data, description } = plotScalingLaws(failed, { title: "Nothing falls" });
  assert.ok(data.some((trace) => JSON.stringify(trace.x) === "[1,2,3,4,5]"));
  assert.match(description, /odd: no fit \(/);
});

test("bad arguments are named in one sentence", async () => {
  assert.throws(() => makeFigure([], {}, " "), { message: 'makeFigure requires a description in words, got " "' });
  assert.throws(() => plotScalingLaws([], { title: "t" }), {
    message: "plotScalingLaws requires at least one fit, got none",
  });
  await assert.rejects(figureToPng(plain, { scale: 0 }), {
    message: "figureToPng requires scale to be a number above 0, got 0",
  });
});

test("where what draws is not installed, a figure is shown without its picture, and how to have one is told once", () => {
  const refuse = `export function resolve(name, context, next) {
    if (name !== "@resvg/resvg-js") return next(name, context);
    throw Object.assign(new Error("Cannot find package '@resvg/resvg-js'"), { code: "ERR_MODULE_NOT_FOUND" });
  }`;
  const source = new URL("../../../../src/toolkit/report/figures/figure.ts", import.meta.url).href;
  const script = `import { register } from "node:module";
    register("data:text/javascript,${encodeURIComponent(refuse)}");
    const { makeFigure } = await import(${JSON.stringify(source)});
    const show = () => makeFigure([], {}, "nothing yet")[Symbol.for("Jupyter.display")]();
    await show();
    console.log(Object.keys(await show()).join());`;
  const words = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(stdout, "application/vnd.plotly.v1+json,text/plain\n", stderr);
  assert.match(
    stderr,
    /^eightfold shows figures without pictures, .* requires the package @resvg\/resvg-js \(hint: npm install jsdom .*\)\n$/,
  );
});
