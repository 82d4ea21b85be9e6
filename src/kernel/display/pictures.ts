/** @file Values that are pictures: elements of a page, charts, canvases, and bytes of a picture's format. */
import { types } from "node:util";
import { field, hasProperty, method, property } from "./fields.ts";

/** MIME type -> what to show. */
type Formats = Record<string, unknown>;

/**
 * The formats of a picture.
 *
 * What it is is found out without running its code; that code draws it then.
 *
 * @param value anything
 * @returns undefined when it is none
 */
export function pictureOf(value: unknown): Formats | undefined {
  return ofBytes(value) ?? ofElement(value) ?? ofChart(value) ?? ofCanvas(value);
}

/** First bytes of a file, in Latin-1. */
const SIGNATURES: readonly (readonly [begin: RegExp, type: string])[] = [
  [/^\x89PNG\r\n/, "image/png"],
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[\s\S]{4}WEBP/, "image/webp"],
  [/^%PDF-/, "application/pdf"],
  [/^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/, "image/svg+xml"],
];

/** So many bytes are looked at. */
const HEAD = 1024;

function ofBytes(value: unknown): Formats | undefined {
  const isBuffer = types.isAnyArrayBuffer(value);
  if (!isBuffer && !types.isUint8Array(value)) return undefined;
  const bytes = isBuffer ? Buffer.from(value) : viewed(value);
  const head = bytes.toString("latin1", 0, HEAD);
  const type = SIGNATURES.find(([begin]) => begin.test(head))?.[1];
  if (type === undefined) return undefined;
  const text = type === "image/svg+xml";
  return { [type]: bytes.toString(text ? "utf8" : "base64"), "text/plain": `<${type}, ${bytes.length} bytes>` };
}

const OF_VIEWS = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(Uint8Array.prototype)) as PropertyDescriptorMap;

/** The bytes of a view, by its own slots: `buffer` of its class may be a getter of someone else, or missing. */
function viewed(view: Uint8Array): Buffer {
  const slot = (name: string): unknown => OF_VIEWS[name]?.get?.call(view);
  return Buffer.from(slot("buffer") as ArrayBuffer, slot("byteOffset") as number, slot("byteLength") as number);
}

/** An element of jsdom, linkedom, a browser; a document; a selection of D3, by its first element. */
function ofElement(value: unknown): Formats | undefined {
  const groups = field(value, "_groups");
  if (Array.isArray(groups) && Array.isArray(field(value, "_parents"))) return ofElement(groups[0]?.[0]);
  if (!["nodeType", "nodeName", "ownerDocument"].every((name) => hasProperty(value, name))) return undefined;
  const read = (name: string): unknown => Reflect.get(value as object, name);
  if (hasProperty(value, "documentElement")) return ofElement(read("documentElement"));
  if (!hasProperty(value, "outerHTML")) return undefined;
  const html = String(read("outerHTML"));
  const plain = { "text/plain": /^<[^>]*>/.exec(html)?.[0] ?? html.slice(0, 100) };
  const isSvg = String(read("nodeName")).toLowerCase() === "svg";
  return isSvg ? { "image/svg+xml": withNamespace(html), ...plain } : { "text/html": html, ...plain };
}

/** A file of its own needs what a page knows. */
function withNamespace(svg: string): string {
  return /^<svg[^>]*\sxmlns=/.test(svg) ? svg : svg.replace(/^<svg/, '<svg xmlns="http://www.w3.org/2000/svg"');
}

const VEGA = /vega\.github\.io\/schema\/(vega|vega-lite)\/v(\d+)/;

/** A specification of Vega or Vega-Lite, or what `vega-lite-api` makes one with. */
function ofChart(value: unknown): Formats | undefined {
  const toSpec = property(value, "toObject") === undefined ? undefined : method(value, "toSpec");
  const spec = toSpec === undefined ? value : toSpec();
  const schema = field(spec, "$schema");
  const [, name, version] = VEGA.exec(String(schema)) ?? [];
  const isChart = name !== undefined && typeof schema === "string" && typeof spec === "object";
  if (!isChart && toSpec === undefined) return undefined;
  const type = `application/vnd.${(name ?? "vega-lite").replace("-", "")}.v${version ?? 5}+json`;
  return { [type]: spec, "text/plain": `<${name ?? "vega-lite"} chart>` };
}

/** A canvas of a package, or anything that draws itself to a data: address. */
function ofCanvas(value: unknown): Formats | undefined {
  const url = method(value, "toDataURL")?.();
  const [, type, data] = /^data:(image\/[\w+.-]+);base64,(.*)$/s.exec(String(url)) ?? [];
  return type === undefined ? undefined : { [type]: data, "text/plain": `<${type}>` };
}
