/** @file Values that are shown as what they are: pictures, elements, charts, tensors, tables; and nothing is run to find out. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import { DISPLAY, mimeBundle } from "../../../src/kernel/display/mime-bundle.ts";

const { document } = new JSDOM("<!DOCTYPE html><p>text</p>").window;

function svg(): Element {
  const element = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  element.setAttribute("width", "10");
  return element;
}

function element(html: string): Element {
  const made = document.createElement("div");
  made.innerHTML = html;
  return made;
}

class Canvas {
  toDataURL(): string {
    return "data:image/png;base64,iVBORw0KGgo=";
  }
}

/** As vega-lite-api has it. */
class Mark {
  toObject(): object {
    return { mark: "bar" };
  }
  toSpec(): object {
    return { $schema: "https://vega.github.io/schema/vega-lite/v5.json", ...this.toObject() };
  }
}

/** As tfjs has it. */
class TfjsTensor {
  readonly shape = [2, 2];
  readonly dtype = "float32";
  dataSync(): Float32Array {
    return Float32Array.of(1, 2, 3, 4);
  }
}

/** As onnxruntime has it: its data is behind a getter of its class. */
class OrtTensor {
  readonly dims = [3];
  readonly type = "int64";
  get data(): BigInt64Array {
    return BigInt64Array.of(1n, 2n, 3n);
  }
  toDataURL(): never {
    throw new Error("no canvas");
  }
}

/** As danfo has it. */
class DataFrame {
  readonly $data = [[1, "x"]];
  get columns(): string[] {
    return ["n", "s"];
  }
  get shape(): number[] {
    return [1, 2];
  }
  get values(): unknown[][] {
    return this.$data;
  }
}

const png = Buffer.from("89504e470d0a1a0a00", "hex");
const spec = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", mark: "bar" };

const KINDS: readonly (readonly [what: string, value: unknown, bundle: Record<string, unknown>])[] = [
  ["bytes of a PNG", png, { "image/png": png.toString("base64"), "text/plain": "<image/png, 9 bytes>" }],
  [
    "the same as an ArrayBuffer",
    new Uint8Array(png).buffer,
    { "image/png": png.toString("base64"), "text/plain": "<image/png, 9 bytes>" },
  ],
  [
    "bytes of a JPEG",
    Uint8Array.of(255, 216, 255, 1),
    { "image/jpeg": "/9j/AQ==", "text/plain": "<image/jpeg, 4 bytes>" },
  ],
  ["bytes of a GIF", Buffer.from("GIF89a"), { "image/gif": "R0lGODlh", "text/plain": "<image/gif, 6 bytes>" }],
  [
    "bytes of an SVG",
    Buffer.from('<?xml version="1.0"?>\n<svg/>'.replace("/>", " />")),
    { "image/svg+xml": '<?xml version="1.0"?>\n<svg />', "text/plain": "<image/svg+xml, 29 bytes>" },
  ],
  [
    "an SVG element",
    svg(),
    { "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="10"></svg>', "text/plain": '<svg width="10">' },
  ],
  ["an element", element("<b>bold</b>"), { "text/html": "<div><b>bold</b></div>", "text/plain": "<div>" }],
  [
    "a document",
    document,
    { "text/html": "<html><head></head><body><p>text</p></body></html>", "text/plain": "<html>" },
  ],
  [
    "a selection of D3",
    { _groups: [[svg()]], _parents: [null] },
    { "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" width="10"></svg>', "text/plain": '<svg width="10">' },
  ],
  [
    "a specification of Vega-Lite",
    spec,
    { "application/vnd.vegalite.v6+json": spec, "text/plain": "<vega-lite chart>" },
  ],
  [
    "a specification of Vega",
    { $schema: "https://vega.github.io/schema/vega/v5.json" },
    {
      "application/vnd.vega.v5+json": { $schema: "https://vega.github.io/schema/vega/v5.json" },
      "text/plain": "<vega chart>",
    },
  ],
  [
    "a mark of vega-lite-api",
    new Mark(),
    {
      "application/vnd.vegalite.v5+json": { $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar" },
      "text/plain": "<vega-lite chart>",
    },
  ],
  ["a canvas", new Canvas(), { "image/png": "iVBORw0KGgo=", "text/plain": "<image/png>" }],
  ["a tensor of tfjs", new TfjsTensor(), { "text/plain": "Tensor float32 [2, 2]\n[ [ 1, 2 ], [ 3, 4 ] ]" }],
  ["a tensor of onnxruntime", new OrtTensor(), { "text/plain": "Tensor int64 [3]\n[ 1n, 2n, 3n ]" }],
  [
    "a long tensor",
    { shape: [100], dtype: "int32", dataSync: () => new Int32Array(100) },
    { "text/plain": "Tensor int32 [100]\n[\n  0, 0, 0, 0,\n  0, 0,\n  ... 94 more items\n]" },
  ],
  ["a typed array", new Float32Array(3), { "text/plain": "Float32Array(3) [ 0, 0, 0 ]" }],
  ["bytes of nothing known", Uint8Array.of(1, 2), { "text/plain": "Uint8Array(2) [ 1, 2 ]" }],
  ["text of an SVG, which is text", "<svg/>", { "text/plain": "'<svg/>'" }],
];

for (const [what, value, bundle] of KINDS) {
  test(`${what} is shown as what it is`, async () => assert.deepEqual(await mimeBundle(value), bundle));
}

test("a frame of danfo is a table", async () => {
  assert.equal((await mimeBundle(new DataFrame()))["text/plain"], "n  s\n-  -\n1  x");
});

const ASKED = [
  ...[
    "columns",
    "shape",
    "values",
    "$data",
    "columnNames",
    "numRows",
    "get",
    "dims",
    "dtype",
    "type",
    "data",
    "dataSync",
  ],
  ...[
    "nodeType",
    "nodeName",
    "ownerDocument",
    "outerHTML",
    "toDataURL",
    "$schema",
    "toSpec",
    "toObject",
    "_groups",
    "_parents",
  ],
  ...["then", "toJSON", DISPLAY],
];

test("no getter is called to find out what a value is", async () => {
  let calls = 0;
  const value = {};
  for (const name of ASKED) Object.defineProperty(value, name, { get: () => calls++, enumerable: true });
  for (const asked of [value, [value], { value }]) await mimeBundle(asked);
  assert.equal(calls, 0);
});

test("no trap of a proxy is run, however deep it stands", async () => {
  let calls = 0;
  const handler = new Proxy({}, { get: () => () => calls++ });
  const proxies = [new Proxy({}, handler), new Proxy([], handler), new Proxy(() => 1, handler)];
  for (const proxy of proxies) {
    for (const value of [proxy, [proxy], { proxy }]) await mimeBundle(value);
  }
  assert.equal(calls, 0);
});
