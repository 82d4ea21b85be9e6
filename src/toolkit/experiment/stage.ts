/** @file A stage of an experiment: named work with a configuration, known by the hash of all that its result hangs on. */
import { createHash } from "node:crypto";
import { wrong } from "../core/argument-checks.ts";
import type { Machine } from "./machine.ts";

/** What JSON holds. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Stage {
  /** which work: the name of a function of the worker's table */
  readonly work: string;
  /** all that the work is told */
  readonly config: { readonly [name: string]: Json };
  /** the stages whose results it reads, by the name under which it asks for them */
  readonly needs: Readonly<Record<string, Stage>>;
}

/** What a stage leaves: what it found, how long it took, and what made it. */
export interface StageRecord {
  readonly key: string;
  readonly work: string;
  readonly config: Stage["config"];
  readonly result: Json;
  readonly seconds: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine?: Machine;
  /** how that machine differs from the one that did the first stage of this code in the store: the last bits may differ too */
  readonly unlikeSiblings?: string;
}

/**
 * The key of a stage: 16 hexadecimal digits of the SHA-256 of its work, its configuration, the version of the code and
 * the keys of what it needs. Equal keys mean equal results.
 *
 * @param codeVersion a text that changes with the code that does the work
 * @throws TypeError for a configuration that JSON would change (NaN, undefined, functions)
 */
export function stageKey(stage: Stage, codeVersion: string): string {
  const needs = Object.entries(stage.needs).map(([name, need]): [string, string] => [
    name,
    stageKey(need, codeVersion),
  ]);
  return hashOf(stage, needs, codeVersion);
}

function hashOf({ work, config }: Stage, needs: Iterable<[string, string]>, codeVersion: string): string {
  const text = canonicalJson({ work, config, codeVersion, needs: Object.fromEntries(needs) });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** JSON with the keys of records in order, so that equal values have equal text. */
function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((part: Json) => canonicalJson(part)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part as Json)}`).join(",")}}`;
  }
  const holds =
    typeof value === "number" ? Number.isFinite(value) : value === null || ["string", "boolean"].includes(typeof value);
  if (!holds) throw wrong("stageKey", "a configuration that JSON can hold", value);
  return JSON.stringify(value);
}

/** Settings as JSON has them: those that are absent are left out. */
export function asJson(settings: object): Stage["config"] {
  return JSON.parse(JSON.stringify(settings)) as Stage["config"];
}

/** A stage with its key and those of what it needs. */
export interface PlannedStage {
  readonly key: string;
  readonly stage: Stage;
  /** name to key */
  readonly needs: ReadonlyMap<string, string>;
}

/**
 * The stages that `roots` rest on and the roots themselves, each key once, each after what it needs.
 *
 * @param keys given the key of every stage: of a plan of thousands none is reckoned twice
 */
export function plan(roots: readonly Stage[], codeVersion: string, keys = new Map<Stage, string>()): PlannedStage[] {
  const planned = new Map<string, PlannedStage>();
  const visit = (stage: Stage): string => {
    const known = keys.get(stage);
    if (known !== undefined) return known;
    const needs = new Map(Object.entries(stage.needs).map(([name, need]) => [name, visit(need)]));
    const key = hashOf(stage, needs, codeVersion);
    keys.set(stage, key);
    if (!planned.has(key)) planned.set(key, { key, stage, needs });
    return key;
  };
  for (const root of roots) visit(root);
  return [...planned.values()];
}
