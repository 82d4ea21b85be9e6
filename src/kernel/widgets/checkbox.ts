/** @file Yes or no, as a box to be ticked. */
import { controlNames, type Described, described, styled } from "./common.ts";
import { boolean } from "./traits.ts";
import { defineWidget, type WidgetOf } from "./widget.ts";

export interface CheckboxState extends Described {
  value: boolean;
  /** It stands where controls with a description have theirs. */
  indent: boolean;
}

/** `new Checkbox({ description: "on a log axis" })`. */
export const Checkbox = defineWidget<CheckboxState>({
  name: "Checkbox",
  names: controlNames("Checkbox"),
  traits: {
    ...described(styled("CheckboxStyle", ["descriptionWidth", "background"])),
    value: boolean(false),
    indent: boolean(true),
  },
  fallback: ({ description, value }) => ({ text: `[${value ? "x" : " "}] ${description}` }),
});
export type Checkbox = WidgetOf<CheckboxState>;
