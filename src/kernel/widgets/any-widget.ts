/** @file A widget whose page is one's own: a module of JavaScript and a style sheet, by https://anywidget.dev/en/afm. */
import { readFileSync } from "node:fs";
import { types } from "node:util";
import { names, PLACED, type Placed } from "./common.ts";
import type { Trait } from "./traits.ts";
import { defineWidget, type WidgetOf } from "./widget.ts";

/** Whichever version is installed; all of them ask for the same of a module. */
const FRONTEND = { module: "anywidget", version: "*" };

/** What a widget of one's own is made of. */
export interface AnyWidgetOptions<State extends object> extends Partial<Placed> {
  /** A module that exports `{ render({ model, el }) { ... } }`: its text, or the `file:` address of it. */
  readonly esm: string | URL;
  /** A style sheet: its text, or the `file:` address of it. */
  readonly css?: string | URL;
  /** What both sides know, by the names that `model.get` has: JSON, and bytes. Each property keeps its type. */
  readonly state: State;
  /**
   * Refuses what the page or a cell sets, by an error.
   *
   * @param next the state as it would be
   */
  readonly check?: (next: State) => void;
}

export type AnyWidget<State extends object> = WidgetOf<State & Placed>;

/**
 * A widget with a page of its own, which JupyterLab shows where the Python package `anywidget` is installed.
 *
 * @example anyWidget({ esm: "export default { render({ model, el }) { el.textContent = model.get('count'); } }", state: { count: 0 } }).count // => 0
 */
export function anyWidget<State extends object>({
  esm,
  css = "",
  state,
  check,
  ...placed
}: AnyWidgetOptions<State>): AnyWidget<State> {
  const texts = { _esm: textOf("esm", esm), _css: textOf("css", css) };
  const own = Object.entries(state).map(([name, value]) => [name, propertyTrait(name, value)]);
  const Made = defineWidget<State & Placed>({
    name: "anyWidget",
    names: { ...names(FRONTEND, "AnyModel", FRONTEND, "AnyView"), ...texts, _anywidget_id: "eightfold.anyWidget" },
    traits: { ...PLACED, ...Object.fromEntries(own) },
    settle: (next) => check?.(next),
    fallback: (now) => ({
      text: Object.keys(state)
        .map((name) => `${name}: ${shown(Reflect.get(now, name))}`)
        .join(", "),
    }),
  });
  return new Made(placed as Partial<State & Placed>);
}

function textOf(name: string, source: unknown): string {
  if (typeof source === "string") return source;
  if (source instanceof URL) return readFileSync(source, "utf8");
  throw new TypeError(`anyWidget requires ${name} to be text or a file: address, got ${typeof source}`);
}

const KINDS: readonly (readonly [expected: string, is: (value: unknown) => boolean])[] = [
  ["a number", (value) => typeof value === "number"],
  ["text", (value) => typeof value === "string"],
  ["true or false", (value) => typeof value === "boolean"],
  ["bytes", (value) => ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)],
  ["a list", Array.isArray],
  ["anything of JSON", (value) => value === null],
  ["an object", (value) => typeof value === "object"],
];

function propertyTrait(name: string, initial: unknown): Trait<unknown> {
  const kind = KINDS.find(([, is]) => is(initial));
  if (kind === undefined) throw new TypeError(`anyWidget requires ${name} to be JSON or bytes, got ${typeof initial}`);
  const [expected, is] = kind;
  return { initial, expected, accepts: initial === null ? () => true : is, wire: name };
}

function shown(value: unknown): string {
  return ArrayBuffer.isView(value) ? `${value.byteLength} bytes` : String(JSON.stringify(value));
}
