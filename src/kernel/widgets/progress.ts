/** @file How far something has come, as a bar. */
import { controlNames, type Described, described, describedText, styled } from "./common.ts";
import { settleWithin } from "./sliders.ts";
import { integer, number, oneOf, type Trait } from "./traits.ts";
import { defineWidget, type Kind, type WidgetOf } from "./widget.ts";

export interface ProgressState extends Described {
  value: number;
  min: number;
  max: number;
  barStyle: "" | "success" | "info" | "warning" | "danger";
  orientation: "horizontal" | "vertical";
}

function progressKind(name: string, of: (initial: number) => Trait<number>): Kind<ProgressState> {
  return {
    name,
    names: controlNames(name, "Progress"),
    traits: {
      ...described(styled("ProgressStyle", ["descriptionWidth", "barColor"])),
      value: of(0),
      min: of(0),
      max: of(100),
      barStyle: oneOf(["", "success", "info", "warning", "danger"], ""),
      orientation: oneOf(["horizontal", "vertical"], "horizontal"),
    },
    settle: (next, given) => settleWithin(name, next, given),
    fallback: ({ description, value, max }) => ({ text: describedText(description, `${value} of ${max}`) }),
  };
}

/** A bar of whole numbers: `bar.value += 1` moves it. */
export const IntProgress = defineWidget<ProgressState>(progressKind("IntProgress", integer));
export type IntProgress = WidgetOf<ProgressState>;

export const FloatProgress = defineWidget<ProgressState>(progressKind("FloatProgress", number));
export type FloatProgress = WidgetOf<ProgressState>;
