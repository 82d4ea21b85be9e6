/** @file Numbers measured after a cell, from the user_expressions of its reply, https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-results. */

import { isObject, type JsonObject, textOf } from "../json-text.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import type { Value } from "./claims.ts";

/** A number or a list of numbers, each of which may be NaN or infinite; or why there is none. */
export type Measurement = Outcome<Value>;

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
 * @returns the number or list of numbers that its text/plain states, with every digit of it
 * @example readMeasurement({ status: "ok", data: { "text/plain": "0.4513" }, metadata: {} }) // => { ok: true, value: 0.4513 }
 * @example readMeasurement({ status: "ok", data: { "text/plain": "[ 1, -2e-7 ]" }, metadata: {} }) // => { ok: true, value: [1, -2e-7] }
 * @example readMeasurement({ status: "ok", data: { "text/plain": "(np.float64(0.5), 2)" }, metadata: {} }) // => { ok: true, value: [0.5, 2] }
 * @example readMeasurement({ status: "error", ename: "ReferenceError", evalue: "fit is not defined" }) // => { ok: false, reason: "ReferenceError: fit is not defined" }
 */
export function readMeasurement(result: unknown): Measurement {
  if (!isObject(result)) return failure("the kernel did not evaluate it");
  if (result.status !== "ok") return failure(`${textOf(result.ename)}: ${textOf(result.evalue)}`);
  const plain = isObject(result.data) ? result.data["text/plain"] : undefined;
  const text = withoutNumpy(textOf(plain).trim());
  const list = /^[[(]([^[\]()]+?),?[\])]$/.exec(text)?.[1];
  const words = (list ?? text).split(",").map((word) => word.trim());
  if (!words.every((word) => NUMBER.test(word)))
    return failure(`it is ${shortened(text)}, neither a number nor a list`);
  const numbers = words.map(numberFrom);
  return success(list === undefined ? (numbers[0] ?? Number.NaN) : numbers);
}

/** NumPy's own names around a number or a list: np.float64(0.5), array([1., 2.]). */
function withoutNumpy(text: string): string {
  const number = text.replace(/\bnp\.float\d+\(([^()]+)\)/g, "$1").replace(/\bnp\.int\d+\(([^()]+)\)/g, "$1");
  return /^array\((\[[^[\]]*\])(?:, dtype=\w+)?\)$/.exec(number)?.[1] ?? number;
}

function numberFrom(word: string): number {
  const infinite = /^([+-]?)inf/i.exec(word);
  if (infinite !== null) return infinite[1] === "-" ? -Infinity : Infinity;
  return Number(word);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}
