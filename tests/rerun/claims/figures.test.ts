/** @file Figures are compared by what they draw: a moved point is found, another title or id is not a difference. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PNG } from "pngjs";
import { changedTexts } from "../../../src/rerun/claims/changed-texts.ts";
import { compareFigures, judgeFigures } from "../../../src/rerun/claims/figures.ts";
import type { MimeBundle, Output } from "../../../src/rerun/notebook/outputs.ts";
import type { NotebookRun } from "../../../src/rerun/notebook/run-notebook.ts";
import { editedCells, savedRun } from "../../../src/rerun/notebook/saved-run.ts";
import { sampleNotebook, sampleRun } from "../samples.ts";

const PLOTLY = "application/vnd.plotly.v1+json";

function plot(y: unknown, more: Record<string, unknown> = {}): MimeBundle {
  return {
    [PLOTLY]: {
      data: [{ type: "scatter", name: "SFT", x: [1, 2, 4], y, error_y: { array: [0.1, 0.2, 0.3] } }],
      ...more,
    },
  };
}

/** Three float64 values, little endian, as Plotly for Python sends NumPy's arrays. */
const TYPED = { dtype: "f8", bdata: Buffer.from(new Float64Array([1, 2, 3]).buffer).toString("base64") };

for (const [claim, saved, made, verdict] of [
  [
    "the same data under another title is reproduced",
    plot([1, 2, 3]),
    plot([1, 2, 3], { layout: { title: "new" } }),
    "reproduced",
  ],
  ["a difference in the last digits is none", plot([1, 2, 3]), plot([1, 2, 3 + 1e-15]), "reproduced"],
  ["a difference that no reader sees is within tolerance", plot([1, 2, 3]), plot([1, 2, 3.0001]), "within tolerance"],
  [
    "an instant with another count of zeros is reproduced",
    plot(["2024-03-01T09:00:00.000000000", "2024-03-01 10:00:00.5", "c"]),
    plot(["2024-03-01T09:00:00.000000", "2024-03-01T10:00:00.500", "c"]),
    "reproduced",
  ],
  ["another instant differs", plot(["2024-03-01T09:00:00.1"]), plot(["2024-03-01T09:00:00.01"]), "differs"],
  ["a moved point differs", plot([1, 2, 3]), plot([1, 2, 3.1]), "differs"],
  ["another number of points differs", plot([1, 2, 3]), plot([1, 2]), "differs"],
  ["another category differs", plot(["a", "b", "c"]), plot(["a", "b", "d"]), "differs"],
  ["bytes of numbers are compared as numbers", plot(TYPED), plot([1, 2, 3]), "reproduced"],
  ["nulls stand where they stood", plot([1, null, 3]), plot([1, null, 3]), "reproduced"],
  ["the same picture is reproduced", { "image/png": "iVBO\nRw==" }, { "image/png": "iVBORw==" }, "reproduced"],
  ["another picture without data is not judged", { "image/png": "iVBORw==" }, { "image/png": "iVBORx==" }, undefined],
] as const) {
  test(claim, () => assert.equal(compareFigures(saved, made)[0], verdict));
}

const trace = (one: Record<string, unknown>): MimeBundle => ({ [PLOTLY]: { data: [one], layout: { title: "t" } } });
const bytes = (numbers: readonly number[]) => ({
  dtype: "f8",
  bdata: Buffer.from(new Float64Array(numbers).buffer).toString("base64"),
});

/** A trace of each type, and the same with one value of it moved. */
const MOVED: [type: string, saved: Record<string, unknown>, moved: Record<string, unknown>][] = [
  ["heatmap", { z: [[1, 2]] }, { z: [[1, 3]] }],
  ["pie", { labels: ["a", "b"], values: [1, 2] }, { labels: ["a", "b"], values: [1, 3] }],
  ["pie", { labels: ["a", "b"], values: [1, 2] }, { labels: ["b", "a"], values: [1, 2] }],
  ["bar", { x: ["a"], y: [1] }, { x: ["a"], y: [2] }],
  ["histogram", { x: [1, 2], xbins: { size: 1 } }, { x: [1, 2], xbins: { size: 2 } }],
  ["box", { q1: [1], median: [2] }, { q1: [1], median: [3] }],
  ["candlestick", { open: [1], close: [2] }, { open: [1], close: [3] }],
  ["table", { cells: { values: [["a"], [0.45]] } }, { cells: { values: [["a"], [0.54]] } }],
  ["scattergeo", { lon: [1], lat: [2] }, { lon: [1], lat: [3] }],
  ["scatter", { y: [1], error_y: { array: [0.1] } }, { y: [1], error_y: { array: [0.2] } }],
  ["scatter", { y: [1], marker: { size: [1, 2] } }, { y: [1], marker: { size: [90, 2] } }],
  ["scatter", { y: [1], marker: { color: [1, 2] } }, { y: [1], marker: { color: [90, 2] } }],
  ["scatter", { y: [1], text: ["0.45"] }, { y: [1], text: ["0.54"] }],
  ["scatter", { y: [1], name: "SFT" }, { y: [1], name: "DPO" }],
  ["scatter", { y: bytes([1, 2]) }, { y: bytes([1, Number.NaN]) }],
  ["scatter", { y: bytes([Number.POSITIVE_INFINITY, 1]) }, { y: bytes([Number.POSITIVE_INFINITY, 5]) }],
  ["scatter", { y: { dtype: "V9", bdata: "AAAA" } }, { y: { dtype: "V9", bdata: "AAAB" } }],
  ["sankey", { node: { label: ["a"] }, link: { value: [1] } }, { node: { label: ["b"] }, link: { value: [1] } }],
  ["indicator", { value: 1 }, { value: 2 }],
];
for (const [type, saved, moved] of MOVED) {
  test(`another value of a ${type} is a difference: ${Object.keys(moved)}`, () => {
    assert.equal(compareFigures(trace({ type, ...saved }), trace({ type, ...saved }))[0], "reproduced");
    assert.equal(compareFigures(trace({ type, ...saved }), trace({ type, ...moved }))[0], "differs");
  });
}

test("the same values as bars are another figure than as points; colours, widths and hover texts are looks", () => {
  assert.equal(compareFigures(trace({ y: [1] }), trace({ type: "scatter", y: [1] }))[0], "reproduced");
  assert.equal(compareFigures(trace({ y: [1] }), trace({ type: "bar", y: [1] }))[0], "differs");
  const looks = { marker: { color: "red", size: 9 }, line: { width: 3 }, hovertext: ["x"], uid: "u", mode: "lines" };
  assert.equal(compareFigures(trace({ y: [1] }), trace({ y: [1], ...looks }))[0], "reproduced");
});

test("a name with a number in it may differ in the last digits", () => {
  const named = (name: string) => trace({ y: [1], name });
  assert.equal(compareFigures(named("slope 0.451234567"), named("slope 0.451234568"))[0], "within tolerance");
  assert.equal(compareFigures(named("slope 0.45"), named("slope 0.46"))[0], "differs");
});

test("rows of a typed array stand as nested lists do", () => {
  const z = { ...bytes([1, 2, 3, 4]), shape: "2, 2" };
  assert.equal(
    compareFigures(
      trace({ type: "heatmap", z }),
      trace({
        type: "heatmap",
        z: [
          [1, 2],
          [3, 4],
        ],
      }),
    )[0],
    "reproduced",
  );
});

const VEGA = "application/vnd.vegalite.v5+json";
const vega = (values: unknown, more: Record<string, unknown> = {}): MimeBundle => ({
  [VEGA]: { data: { values }, mark: "point", encoding: { x: { field: "width" } }, ...more },
});

for (const field of ["width", "height", "name", "text", "mode", "line", "opacity", "title", "config"]) {
  test(`a column called ${field} is data`, () => {
    assert.equal(compareFigures(vega([{ [field]: 3 }]), vega([{ [field]: 3 }]))[0], "reproduced");
    assert.equal(compareFigures(vega([{ [field]: 3 }]), vega([{ [field]: 500 }]))[0], "differs");
    assert.equal(compareFigures(vega([{ [field]: "a" }]), vega([{ [field]: "b" }]))[0], "differs");
  });
}

test("Vega: what the marks take from the data is compared, how they look is not, nor what the data are called", () => {
  const base = vega([{ a: 1 }]);
  assert.equal(compareFigures(base, vega([{ a: 1 }], { title: "new", width: 9 }))[0], "reproduced");
  assert.equal(compareFigures(base, vega([{ a: 1 }], { mark: { type: "point", color: "red" } }))[0], "reproduced");
  assert.equal(compareFigures(base, vega([{ a: 1 }], { mark: "bar" }))[0], "differs");
  assert.equal(compareFigures(base, vega([{ a: 1 }], { encoding: { x: { field: "a" } } }))[0], "differs");
  const named = (name: string, a: number) => ({
    [VEGA]: { data: { name }, datasets: { [name]: [{ a }] }, mark: "bar" },
  });
  assert.equal(compareFigures(named("data-1", 1), named("data-2", 1 + 1e-12))[0], "reproduced");
  assert.equal(compareFigures(named("data-1", 1), named("data-1", 2))[0], "differs");
  const full = (y: number) => ({
    "application/vnd.vega.v5+json": {
      $schema: "https://vega.github.io/schema/vega/v5.json",
      data: [{ name: "t", values: [{ y }] }],
      marks: [],
    },
  });
  assert.equal(compareFigures(full(1), full(2))[0], "differs");
});

test("data that has gone is a difference; another version of the format is none", () => {
  assert.deepEqual(compareFigures(vega([{ a: 1 }]), { "image/png": "iVBORw==" }), [
    "differs",
    "it carries no data, the saved one has Vega's",
  ]);
  const later = { "application/vnd.vegalite.v6+json": vega([{ a: 1 }])[VEGA] };
  assert.equal(compareFigures(vega([{ a: 1 }]), later)[0], "reproduced");
});

/** A white picture with a black square. */
function picture(left: number, width = 60, shade = 0): MimeBundle {
  const png = new PNG({ width, height: 40 });
  png.data.fill(255);
  for (let y = 10; y < 16; y++)
    for (let x = left; x < left + 6; x++) png.data.fill(shade, 4 * (y * width + x), 4 * (y * width + x) + 3);
  return { "image/png": PNG.sync.write(png).toString("base64") };
}

test("pictures without data are compared by their pixels", () => {
  assert.equal(compareFigures(picture(5), picture(5, 60, 2))[0], "within tolerance");
  assert.match(String(compareFigures(picture(5), picture(30))), /^differs,72 of the picture's 2400 pixels differ$/);
  assert.match(
    String(compareFigures(picture(5), picture(5, 61))),
    /^differs,the picture has 61 x 40 pixels, saved 60 x 40$/,
  );
  const recompressed = PNG.sync.write(PNG.sync.read(Buffer.from(String(picture(5)["image/png"]), "base64")), {
    deflateLevel: 1,
  });
  assert.deepEqual(compareFigures(picture(5), { "image/png": recompressed.toString("base64") }), [
    "reproduced",
    undefined,
  ]);
  const huge = Buffer.from(String(picture(5)["image/png"]), "base64");
  huge.writeUInt32BE(100_000, 16);
  huge.writeUInt32BE(100_000, 20);
  assert.match(
    String(compareFigures(picture(5), { "image/png": huge.toString("base64") })[1]),
    /more than 67108864 pixels/,
  );
});

test("what differs is named by its place in the figure", () => {
  assert.deepEqual(compareFigures(plot([1, 2, 3]), plot([1, 5, 3])), ["differs", "data[0].y[1] is 5, saved 2"]);
});

/** A run of one cell that was saved with some outputs, in the quick profile, and now gives others. */
function runOf(saved: readonly Output[], made: readonly Output[], tags: readonly string[] = []): NotebookRun {
  const cell = { source: "draw()", metadata: { tags }, outputs: saved };
  const metadata = { eightfold: savedRun(sampleNotebook([cell]), "quick") };
  return sampleRun(sampleNotebook([cell], { metadata }), [made]);
}

const shown = (data: MimeBundle): Output => ({ output_type: "display_data", data, metadata: {} });
const printed = (text: string): Output => ({ output_type: "stream", name: "stdout", text });
const OLD = shown(plot([1, 2, 3]));
const NEW = shown(plot([1, 2, 9]));
const HERE = { cells: { first: 1, last: 9 }, profile: "quick", environmentDifference: undefined };

for (const [claim, run, grounds, verdict, reason] of [
  ["a figure as it was saved is reproduced", runOf([OLD], [OLD]), HERE, "reproduced", /^undefined$/],
  ["another one differs", runOf([OLD], [NEW]), HERE, "differs", /^data\[0\]\.y\[2\] is 9, saved 3$/],
  ["one more than was saved differs", runOf([OLD], [OLD, OLD]), HERE, "differs", /^the cell shows 2 figures, saved 1$/],
  ["one that is not made any more differs", runOf([OLD], []), HERE, "differs", /fewer figures/],
  [
    "one that hangs on the machine by its cell's tag is left to the reader",
    runOf([OLD], [NEW], ["machine-dependent"]),
    HERE,
    undefined,
    /tagged machine-dependent/,
  ],
  [
    "such a tag excuses no figure that is not made",
    runOf([OLD], [], ["machine-dependent"]),
    HERE,
    "differs",
    /fewer figures/,
  ],
  [
    "one of the other profile is left to the reader",
    runOf([OLD], [NEW]),
    { ...HERE, profile: "full" },
    undefined,
    /^saved in the quick profile, this one is full$/,
  ],
  [
    "in another environment, that is why",
    runOf([OLD], [NEW]),
    { ...HERE, environmentDifference: "other data" },
    "environment differs",
    /^other data$/,
  ],
] as const) {
  test(claim, () => {
    const [judged] = judgeFigures(run, grounds);
    assert.equal(judged?.verdict, verdict);
    assert.match(String(judged?.reason), reason);
  });
}

test("a cell that was edited since its outputs were saved is known, and named beside its figure", () => {
  const saved = sampleNotebook(["1", "2"]);
  const metadata = { eightfold: savedRun(saved, "quick") };
  const ids = (cells: readonly string[]) => editedCells(sampleNotebook(cells, { metadata })).map(({ id }) => id);
  assert.deepEqual(ids(["1", "2"]), []);
  assert.deepEqual(ids(["1", "3"]), ["b"]);
  assert.deepEqual(ids(["1", "2", "new"]), ["c"]);
  const edited = sampleNotebook([{ source: "edited", outputs: [OLD] }], { metadata });
  assert.match(
    String(judgeFigures(sampleRun(edited, [[NEW]]), HERE)[0]?.reason),
    /edited after its outputs were saved$/,
  );
});

test("the first number that is another one is named", () => {
  const [changed] = changedTexts(runOf([printed("profit: 14000 in 3 years")], [printed("profit: 2 in 3 years")]));
  assert.deepEqual(changed?.number, { saved: "14000", made: "2" });
  const [words] = changedTexts(runOf([printed("np.int64(9)")], [printed("9")]));
  assert.equal(words?.number, undefined);
});

test("printed text that is not the saved one is found; times, figures and notebooks without outputs are left alone", () => {
  const found = (run: NotebookRun) => changedTexts(run).length;
  assert.equal(found(runOf([printed("1")], [printed("1")])), 0);
  assert.equal(found(runOf([printed("1\n"), printed("2")], [printed("1\n"), printed("3")])), 1);
  assert.equal(found(runOf([printed("1 s")], [printed("2 s")], ["tells-time"])), 0);
  assert.equal(found(runOf([OLD], [NEW])), 0);
  assert.equal(found(runOf([], [printed("1")])), 0);
});
