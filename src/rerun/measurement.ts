/** @file Numbers measured after a cell, from the user_expressions of its reply, https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-results. */
import { isObject, type JsonObject } from "./json-text.ts";

/** A number, which may be NaN or infinite; or why there is none. */
export type Measurement =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: string };

/**
 * The measurements that a reply brings.
 *
 * @param reply content of an execute_reply
 * @returns name of an expression -> what came of it; empty when the cell failed
 */
export function readMeasurements(reply: JsonObject): Map<string, Measurement> {
  const { user_expressions: results } = reply;
  if (!isObject(results)) return new Map();
  return new Map(Object.entries(results).map(([name, result]) => [name, readMeasurement(result)]));
}

const NUMBER = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|Infinity|inf|NaN)$/i;

/**
 * One measurement.
 *
 * @param result an entry of user_expressions
 * @returns the number its text/plain states, with every digit of it
 * @example readMeasurement({ status: "ok", data: { "text/plain": "0.4513" }, metadata: {} }) // => { ok: true, value: 0.4513 }
 * @example readMeasurement({ status: "error", ename: "ReferenceError", evalue: "fit is not defined" }) // => { ok: false, reason: "ReferenceError: fit is not defined" }
 */
export function readMeasurement(result: unknown): Measurement {
  if (!isObject(result)) return { ok: false, reason: "the kernel did not evaluate it" };
  if (result.status !== "ok") return { ok: false, reason: `${result.ename}: ${result.evalue}` };
  const text = isObject(result.data) ? result.data["text/plain"] : undefined;
  if (typeof text !== "string" || !NUMBER.test(text.trim())) {
    return { ok: false, reason: `it is ${shortened(text)}, not a number` };
  }
  return { ok: true, value: numberFrom(text.trim()) };
}

function numberFrom(text: string): number {
  const infinite = /^([+-]?)inf/i.exec(text);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  return Number(text);
}

function shortened(text: unknown): string {
  const line = String(text).replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
