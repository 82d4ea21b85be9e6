/** @file What `interact` takes for a control, and the widget that it makes of it: the rules of ipywidgets, https://ipywidgets.readthedocs.io/en/stable/examples/Using%20Interact.html#widget-abbreviations. */
import { inspectText } from "../display/index.ts";
import { Checkbox } from "./checkbox.ts";
import { Dropdown, type Options } from "./selection.ts";
import { FloatSlider, IntSlider } from "./sliders.ts";
import { Text } from "./texts.ts";
import { isWidget, type Observable, type WidgetBase } from "./widget.ts";

/** A widget that has a value. */
export interface ValueWidget<Value> extends WidgetBase, Pick<Observable<{ value: Value }>, "observe"> {
  value: Value;
  description: string;
}

/** A value that no control changes. */
export class Fixed<Value> {
  readonly value: Value;

  constructor(value: Value) {
    this.value = value;
  }
}

/** What a control may be given as. */
export type Abbreviation =
  | WidgetBase
  | Fixed<unknown>
  | number
  | string
  | boolean
  | readonly unknown[]
  | ReadonlyMap<string, unknown>
  | { readonly [name: string]: unknown };

/** The values that a control gives. */
export type ValueOf<Given> =
  Given extends Fixed<infer Value>
    ? Value
    : Given extends WidgetBase
      ? Given extends { readonly value: infer Value }
        ? Value
        : never
      : Given extends number
        ? number
        : Given extends string
          ? string
          : Given extends boolean
            ? boolean
            : Given extends readonly [number, number] | readonly [number, number, number]
              ? number
              : Given extends readonly (infer Value)[]
                ? Value
                : Given extends ReadonlyMap<string, infer Value>
                  ? Value
                  : Given[keyof Given];

/** A value that stays as it is: `interact(f, { x: [0, 10], data: fixed(rows) })`. */
export function fixed<const Value>(value: Value): Fixed<Value> {
  return new Fixed(value);
}

/**
 * The control for a parameter.
 *
 * `[min, max]` and `[min, max, step]` are sliders, of whole numbers where all are; a number is a slider around it; text,
 * true and false are what they look like; other lists, maps and objects are options.
 *
 * @param name of the parameter
 * @throws TypeError for what is none of these
 */
export function controlOf(name: string, given: Abbreviation): ValueWidget<unknown> | Fixed<unknown> {
  if (given instanceof Fixed) return given;
  if (isWidget(given)) return named(name, given);
  switch (typeof given) {
    case "number":
      return sliderAround(name, given);
    case "string":
      return new Text({ value: given, description: name });
    case "boolean":
      return new Checkbox({ value: given, description: name });
    case "object":
      if (isRange(given)) return sliderOver(name, given);
      if (given !== null) return new Dropdown({ options: given as Options, description: name }) as ValueWidget<unknown>;
  }
  throw new TypeError(
    `interact requires ${name} to be a range, a value, options or a widget, got ${inspectText(given)}`,
  );
}

function named(name: string, widget: WidgetBase): ValueWidget<unknown> {
  if (!("value" in widget)) {
    throw new TypeError(`interact requires ${name} to be a widget that has a value, got ${inspectText(widget)}`);
  }
  const control = widget as ValueWidget<unknown>;
  if (control.description === "") control.description = name;
  return control;
}

type Range = readonly [min: number, max: number, step?: number];

function isRange(given: object): given is Range {
  return Array.isArray(given) && (given.length === 2 || given.length === 3) && given.every(Number.isFinite);
}

function sliderOver(description: string, [min, max, step]: Range): ValueWidget<unknown> {
  if (min > max) throw new RangeError(`interact requires ${description} to go from less to more, got [${min}, ${max}]`);
  const isWhole = [min, max, step ?? 1].every(Number.isInteger);
  const middle = isWhole ? min + Math.floor((max - min) / 2) : min + (max - min) / 2;
  const value = step === undefined ? middle : min + Math.floor((middle - min) / step) * step;
  const range = { min, max, value, description, ...(step === undefined ? {} : { step }) };
  return isWhole ? new IntSlider(range) : new FloatSlider(range);
}

/** From the negative of a value to three times it. */
function sliderAround(description: string, value: number): ValueWidget<unknown> {
  const [min, max] = value === 0 ? [0, 1] : [Math.min(-value, 3 * value), Math.max(-value, 3 * value)];
  const range = { min, max, value, description };
  return Number.isInteger(value) ? new IntSlider(range) : new FloatSlider(range);
}
