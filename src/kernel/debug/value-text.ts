/** @file A value on one line, from what V8 says of it without running any of its code. */
import type { Runtime } from "node:inspector";
import { authorsText } from "../cell/authors-text.ts";

/** The field in which a promise carries which cell caused it (`main-thread/unseen.ts`): V8 tells of it, and nobody else sees it. */
export const UNSEEN_FIELD = "#__unseen";

/** Longer texts are cut. */
const LONGEST = 1000;

/**
 * @param value as V8 describes it, with its preview where it has one
 * @example valueText({ type: "string", value: "a" }) // => '"a"'
 */
export function valueText(value: Runtime.RemoteObject): string {
  return cut(textOf(value));
}

/** The class of an object, else its type. */
export function valueType({ type, className, subtype }: Runtime.RemoteObject): string {
  if (subtype === "null") return "null";
  return type === "object" || type === "function" ? (className ?? type) : type;
}

/** True for a value in which there is something to look at. */
export function hasMembers({ type, objectId, subtype }: Runtime.RemoteObject): boolean {
  return objectId !== undefined && type !== "symbol" && subtype !== "date" && subtype !== "regexp";
}

function textOf({ type, subtype, value, unserializableValue, description, preview }: Runtime.RemoteObject): string {
  if (type === "string") return JSON.stringify(value);
  if (type === "undefined") return "undefined";
  if (subtype === "null") return "null";
  if (type === "function") return functionText(description ?? "");
  if (type !== "object") return unserializableValue ?? description ?? String(value);
  if (subtype === "error") return (description ?? "").split("\n")[0] ?? "";
  if (preview === undefined || /^(?:date|regexp|proxy|generator|iterator|wasmvalue)$/.test(subtype ?? "")) {
    return description ?? "";
  }
  return previewText(preview);
}

/** What stands before its body, in its author's words. */
function functionText(description: string): string {
  const text = authorsText(description);
  if (text.startsWith("class")) return text.slice(0, text.indexOf("{")).trim();
  const head = text
    .slice(0, text.search(/=>|\)\s*\{/) + 1 || undefined)
    .replace(/=$/, "")
    .trim();
  return `\u0192 ${head.replace(/^(async )?function ?/, "$1")}`;
}

function previewText({ subtype, description = "", overflow, properties, entries }: Runtime.ObjectPreview): string {
  const rest = overflow ? ["\u2026"] : [];
  const isList = subtype === "array" || subtype === "typedarray";
  const parts = isList
    ? properties.filter(({ name }) => /^\d+$/.test(name)).map(partText)
    : properties.filter(({ name }) => name !== UNSEEN_FIELD).map((part) => `${part.name}: ${partText(part)}`);
  const name = description === "Object" || /^Array\(/.test(description) ? "" : `${description} `;
  if (entries !== undefined) {
    const pairs = entries.map(({ key, value }) =>
      key === undefined ? shortText(value) : `${shortText(key)} => ${shortText(value)}`,
    );
    return `${description} {${[...pairs, ...rest].join(", ")}}`;
  }
  if (isList) {
    const length = /\((\d+)\)$/.exec(description)?.[1] ?? properties.length;
    return `${name === "" ? `(${length}) ` : name}[${[...parts, ...rest].join(", ")}]`;
  }
  return `${name}{${[...parts, ...rest].join(", ")}}`;
}

function partText({ type, subtype, value = "" }: Runtime.PropertyPreview): string {
  if (type === "accessor") return "(getter)";
  if (type === "string") return JSON.stringify(value);
  if (type === "function") return "\u0192";
  return subtype === "null" ? "null" : type === "object" && value === "Object" ? "{\u2026}" : value;
}

function shortText({ type, description = "", subtype }: Runtime.ObjectPreview): string {
  return type === "string"
    ? JSON.stringify(description)
    : subtype === "null"
      ? "null"
      : description === "Object"
        ? "{\u2026}"
        : description;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\u2026`;
}
