/** @file One of several options: a list that opens, one that is open, a row of buttons, a slider. */
import { inspectText } from "../display/index.ts";
import {
  type Controlled,
  controlled,
  controlNames,
  describedText,
  SLIDER_STYLE,
  type Style,
  styled,
} from "./common.ts";
import { boolean, integer, type Trait } from "./traits.ts";
import { defineWidget, type WidgetOf } from "./widget.ts";

/** Values, each named by its text; or values by their names. */
export type Options = readonly unknown[] | ReadonlyMap<string, unknown> | Readonly<Record<string, unknown>>;

/** The value of one of the options. */
export type OptionOf<Some extends Options> = Some extends readonly (infer Value)[]
  ? Value
  : Some extends ReadonlyMap<string, infer Value>
    ? Value
    : Some[keyof Some];

export interface SelectionState<Some extends Options> extends Controlled {
  options: Some;
  value: OptionOf<Some>;
  /** Place of the value among the options. */
  index: number;
}

/** How selections are made: `options` must be given, and is not empty. */
export interface SelectionClass {
  new <const Some extends Options>(
    options: Pick<SelectionState<Some>, "options"> & Partial<SelectionState<Some>>,
  ): WidgetOf<SelectionState<Some>>;
}

const OPTIONS: Trait<Options> = {
  initial: [],
  expected: "a list, a map, or an object of options",
  accepts: (value) => typeof value === "object" && value !== null,
  wire: "_options_labels",
  toWire: (options) => entriesOf(options).map(([label]) => label),
  readonly: true,
};

function selection(name: string, style?: Trait<Style>, traits = {}): SelectionClass {
  return defineWidget<SelectionState<Options>>({
    name,
    names: controlNames(name),
    traits: {
      ...controlled(style),
      ...traits,
      options: OPTIONS,
      value: { initial: undefined, expected: "one of the options", accepts: () => true, wire: null },
      index: integer(0),
    },
    settle(next, given) {
      const entries = entriesOf(next.options);
      if (entries.length === 0) throw new RangeError(`${name} requires at least one option, got none`);
      const place = entries.findIndex(([, value]) => Object.is(value, next.value));
      if (given.has("value") && place < 0) {
        const among = entries.map(([label]) => label).join(", ");
        throw new RangeError(`${name} requires value to be that of one of ${among}, got ${inspectText(next.value)}`);
      }
      if (given.has("value") || (given.has("options") && !given.has("index"))) next.index = Math.max(0, place);
      const chosen = entries[next.index];
      if (chosen === undefined) {
        throw new RangeError(`${name} requires index to be from 0 to ${entries.length - 1}, got ${next.index}`);
      }
      next.value = chosen[1];
    },
    fallback({ description, options, index }) {
      const labels = entriesOf(options).map(([label]) => label);
      return { text: describedText(description, `${labels[index]} (of ${labels.join(", ")})`) };
    },
  }) as SelectionClass;
}

function entriesOf(options: Options): [label: string, value: unknown][] {
  if (Array.isArray(options))
    return options.map((value) => [typeof value === "string" ? value : inspectText(value), value]);
  const entries = options instanceof Map ? [...options] : Object.entries(options);
  return entries.map(([label, value]) => [String(label), value]);
}

/** A list that opens: `new Dropdown({ options: ["SFT", "RFT"] })`, or `{ options: { "a tenth": 0.1 } }`. */
export const Dropdown = selection("Dropdown");
export type Dropdown<Some extends Options> = WidgetOf<SelectionState<Some>>;

/** A list that is open. */
export const Select = selection("Select");
export type Select<Some extends Options> = WidgetOf<SelectionState<Some>>;

export const RadioButtons = selection("RadioButtons");
export type RadioButtons<Some extends Options> = WidgetOf<SelectionState<Some>>;

/** Buttons, of which one is down. */
export const ToggleButtons = selection(
  "ToggleButtons",
  styled("ToggleButtonsStyle", ["descriptionWidth", "buttonWidth", "fontWeight"]),
);
export type ToggleButtons<Some extends Options> = WidgetOf<SelectionState<Some>>;

/** A slider that stops at each option. */
export const SelectionSlider = selection("SelectionSlider", SLIDER_STYLE, {
  readout: boolean(true),
  continuousUpdate: boolean(true),
});
export type SelectionSlider<Some extends Options> = WidgetOf<SelectionState<Some>>;
