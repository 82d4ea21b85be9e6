/** @file Numbers to be typed. */
import { type Controlled, controlled, controlNames, describedText } from "./common.ts";
import { boolean, integer, number, optional, type Trait } from "./traits.ts";
import { defineWidget, type Kind, type WidgetOf } from "./widget.ts";

export interface NumberState extends Controlled {
  value: number;
  /** What the arrows of the field add; null leaves it to the page. */
  step: number | null;
  /** The value is told at each key, not only by Enter or when the field is left. */
  continuousUpdate: boolean;
}

function typed(name: string, of: (initial: number) => Trait<number>, step: Trait<number | null>): Kind<NumberState> {
  return {
    name,
    names: controlNames(name),
    traits: { ...controlled(), value: of(0), step, continuousUpdate: boolean(false) },
    fallback: ({ description, value }) => ({ text: describedText(description, String(value)) }),
  };
}

/** A whole number. */
export const IntText = defineWidget<NumberState>(typed("IntText", integer, { ...optional(integer(1)), initial: 1 }));
export type IntText = WidgetOf<NumberState>;

export const FloatText = defineWidget<NumberState>(typed("FloatText", number, optional(number(0))));
export type FloatText = WidgetOf<NumberState>;
