/** @file What a request of the Debug Adapter Protocol brings, checked. */
import type { Json, JsonObject } from "../wire/index.ts";

/** @throws TypeError when the argument is no text */
export function requireText(command: string, given: JsonObject, name: string): string {
  const value = given[name];
  if (typeof value !== "string") throw new TypeError(`${command} requires ${name} to be text, got ${shown(value)}`);
  return value;
}

/** @throws TypeError when the argument is no count */
export function requireCount(command: string, given: JsonObject, name: string, least = 0): number {
  const value = given[name];
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`${command} requires ${name} to be an integer of at least ${least}, got ${shown(value)}`);
}

/** @throws TypeError when the argument is there and no count */
export function countOr(command: string, given: JsonObject, name: string, fallback: number): number {
  return given[name] === undefined || given[name] === null ? fallback : requireCount(command, given, name);
}

/** @throws TypeError when the argument is no object */
export function requireObject(command: string, given: JsonObject, name: string): JsonObject {
  const value = given[name];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TypeError(`${command} requires ${name} to be an object, got ${shown(value)}`);
}

/** A list of objects; none where it is missing. */
export function objects(command: string, given: JsonObject, name: string): readonly JsonObject[] {
  const list = given[name] ?? [];
  if (Array.isArray(list) && list.every((one) => typeof one === "object" && one !== null)) return list as JsonObject[];
  throw new TypeError(`${command} requires ${name} to be a list of objects, got ${shown(list)}`);
}

/** A list of texts; none where it is missing. */
export function texts(command: string, given: JsonObject, name: string): readonly string[] {
  const list = given[name] ?? [];
  if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list as string[];
  throw new TypeError(`${command} requires ${name} to be a list of texts, got ${shown(list)}`);
}

function shown(value: Json | undefined): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 100);
}
