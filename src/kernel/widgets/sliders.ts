/** @file Numbers to be dragged: of whole numbers, of any, and of powers. */
import { type Controlled, controlled, controlNames, describedText, SLIDER_STYLE } from "./common.ts";
import { boolean, integer, number, oneOf, type Trait, text } from "./traits.ts";
import { defineWidget, type Kind, type WidgetOf } from "./widget.ts";

export interface SliderState extends Controlled {
  value: number;
  min: number;
  max: number;
  /** From one stop of the handle to the next. */
  step: number;
  /** The value is told while the handle is dragged, not only when it is let go. */
  continuousUpdate: boolean;
  orientation: "horizontal" | "vertical";
  /** The value stands beside the handle. */
  readout: boolean;
  /** By https://github.com/d3/d3-format, such as ".2f". */
  readoutFormat: string;
}

export interface LogSliderState extends SliderState {
  /** The slider goes from base^min to base^max. */
  base: number;
}

function sliderTraits(of: (initial: number) => Trait<number>, max: number, step: number, format: string) {
  return {
    ...controlled(SLIDER_STYLE),
    value: of(0),
    min: of(0),
    max: of(max),
    step: of(step),
    continuousUpdate: boolean(true),
    orientation: oneOf(["horizontal", "vertical"], "horizontal"),
    readout: boolean(true),
    readoutFormat: text(format),
  };
}

/** @throws RangeError when a value that was set lies outside; one that was not moves to the nearest end */
export function settleWithin(name: string, next: Range, given: ReadonlySet<string>): void {
  const { min, max, value } = next;
  if (min > max) throw new RangeError(`${name} requires min to be at most max, got ${min} and ${max}`);
  if (given.has("value") && !(value >= min && value <= max)) {
    throw new RangeError(`${name} requires value to be from ${min} to ${max}, got ${value}`);
  }
  next.value = Math.min(max, Math.max(min, value));
}

interface Range {
  value: number;
  min: number;
  max: number;
}

function sliderKind(name: string, traits: Kind<SliderState>["traits"]): Kind<SliderState> {
  return {
    name,
    names: controlNames(name),
    traits,
    settle(next, given) {
      requireStep(name, next);
      settleWithin(name, next, given);
    },
    fallback: ({ description, value, min, max }) => ({
      text: describedText(description, `${value} (${min} to ${max})`),
    }),
  };
}

function requireStep(name: string, { step }: SliderState): void {
  if (!(step > 0)) throw new RangeError(`${name} requires step to be above 0, got ${step}`);
}

/** A slider of whole numbers: `new IntSlider({ min: 1, max: 10, description: "k" })`. */
export const IntSlider = defineWidget<SliderState>(sliderKind("IntSlider", sliderTraits(integer, 100, 1, "d")));
export type IntSlider = WidgetOf<SliderState>;

/** A slider of numbers. */
export const FloatSlider = defineWidget<SliderState>(sliderKind("FloatSlider", sliderTraits(number, 100, 0.1, ".2f")));
export type FloatSlider = WidgetOf<SliderState>;

/** What a page computes of a power may differ in the last digits. */
const ROUNDING = 1e-9;

/** A slider from base^min to base^max: `new FloatLogSlider({ min: -3, max: 0 })` goes from 0.001 to 1. */
export const FloatLogSlider = defineWidget<LogSliderState>({
  name: "FloatLogSlider",
  names: controlNames("FloatLogSlider"),
  traits: { ...sliderTraits(number, 4, 0.1, ".3g"), value: number(1), base: number(10) },
  settle(next, given) {
    const { base, min, max, value } = next;
    requireStep("FloatLogSlider", next);
    if (!(base > 1)) throw new RangeError(`FloatLogSlider requires base to be above 1, got ${base}`);
    if (min > max) throw new RangeError(`FloatLogSlider requires min to be at most max, got ${min} and ${max}`);
    const [low, high] = [base ** min, base ** max];
    if (given.has("value") && !(value >= low * (1 - ROUNDING) && value <= high * (1 + ROUNDING))) {
      throw new RangeError(`FloatLogSlider requires value to be from ${low} to ${high}, got ${value}`);
    }
    next.value = Math.min(high, Math.max(low, value));
  },
  fallback: ({ description, value, base, min, max }) => ({
    text: describedText(description, `${short(value)} (${short(base ** min)} to ${short(base ** max)})`),
  }),
});
export type FloatLogSlider = WidgetOf<LogSliderState>;

/** Three digits, as its readout has. */
function short(value: number): number {
  return Number(value.toPrecision(3));
}
