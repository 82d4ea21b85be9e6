/** @file Values of the real packages, as a notebook shows them: `node --import tsx tests/judges/values.ts FOLDER`, where they are installed in FOLDER. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { resultText, startFrontend, streamText } from "../kernel/frontend.ts";

/** Each with the types that its result has, and something that stands in the last of them. */
const RESULTS: readonly (readonly [what: string, code: string, type: string, part: RegExp])[] = [
  [
    "Observable Plot in jsdom",
    'import * as Plot from "@observablehq/plot"; import { JSDOM } from "jsdom"; const { document } = new JSDOM("").window; Plot.plot({ document, marks: [Plot.dot([[1, 2], [2, 3]])] })',
    "image/svg+xml",
    /^<svg xmlns=[\s\S]*<circle /,
  ],
  [
    "Observable Plot with a title, in linkedom",
    'import { parseHTML } from "linkedom"; const linked = parseHTML("<html></html>").document; Plot.plot({ document: linked, title: "T", marks: [Plot.dot([[1, 2]])] })',
    "text/html",
    /^<figure[\s\S]*<h2>T<\/h2>/,
  ],
  [
    "a selection of D3",
    'import { select } from "d3-selection"; select(document.body).append("svg").attr("width", 10)',
    "image/svg+xml",
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="10">/,
  ],
  [
    "a mark of vega-lite-api",
    'import * as vl from "vega-lite-api"; vl.markBar().data([{ a: 1 }]).encode(vl.x().fieldQ("a"))',
    "application/vnd.vegalite.v5+json",
    /"mark":\{"type":"bar"\}/,
  ],
  [
    "a tensor of onnxruntime",
    'import { Tensor } from "onnxruntime-common"; new Tensor("float32", new Float32Array(6), [2, 3])',
    "text/plain",
    /^Tensor float32 \[2, 3\]\n\[ \[ 0, 0, 0 \], \[ 0, 0, 0 \] \]$/,
  ],
  [
    "a tensor of tfjs",
    'import * as tf from "@tensorflow/tfjs-core"; import "@tensorflow/tfjs-backend-cpu"; tf.tensor([[1, 2], [3, 4]])',
    "text/plain",
    /^Tensor float32 \[2, 2\]\n\[ \[ 1, 2 \], \[ 3, 4 \] \]$/,
  ],
];

/** Each with what stands on standard error in the end, behind the last carriage return; time enough for many frames on a busy machine. */
const BARS: readonly (readonly [what: string, code: string, last: RegExp])[] = [
  [
    "cli-progress",
    'import cli from "cli-progress"; const bar = new cli.SingleBar({}); bar.start(5, 0); for (let i = 0; i < 5; i++) { bar.increment(); await new Promise((r) => setTimeout(r, 300)) } bar.stop()',
    /100% \| ETA: 0s \| 5\/5\s*$/,
  ],
  [
    "ora",
    'import ora from "ora"; const spin = ora("Loading").start(); await new Promise((r) => setTimeout(r, 2000)); spin.succeed("Loaded")',
    /✔.* Loaded\s*$/,
  ],
  [
    "node-progress",
    'import ProgressBar from "progress"; const pb = new ProgressBar("[:bar] :percent", { total: 5, width: 10 }); for (let i = 0; i < 5; i++) { pb.tick(); await new Promise((r) => setTimeout(r, 40)) }',
    /\[={10}\] 100%\s*$/,
  ],
];

delete process.env.CI; // where it is set ora draws no frames, and a person's notebook does not set it
const ends: (() => unknown)[] = [];
const frontend = await startFrontend(
  { after: (end: () => unknown) => ends.push(end) } as never,
  resolve(process.argv[2] ?? "."),
);
try {
  for (const [what, code, type, part] of RESULTS) {
    const exchange = await frontend.execute(code);
    const data = exchange.outputs.find(([kind]) => kind === "execute_result")?.[1].data as Record<string, unknown>;
    const shown = data?.[type];
    assert.match(typeof shown === "string" ? shown : JSON.stringify(shown ?? exchange.reply), part, what);
    assert.ok(resultText(exchange), `${what} has a text`);
  }
  for (const [what, code, last] of BARS) {
    const drawn = streamText(await frontend.execute(code), "stderr");
    assert.match(drawn.slice(drawn.trimEnd().lastIndexOf("\r") + 1), last, what);
    assert.ok(drawn.split("\r").length > 3, `${what} is drawn over itself`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape that is no colour
    assert.doesNotMatch(drawn, /\u001b\[[?\d;]*[A-Za-ln-z]/, what);
  }
  console.log(`${RESULTS.length} values and ${BARS.length} progress bars of packages shown as what they are`);
} finally {
  for (const end of ends) end();
}
process.exit(process.exitCode ?? 0);
