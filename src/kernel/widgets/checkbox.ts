/** @file Yes or no: a box to be ticked, and a button that stays down. */
import { type Controlled, controlled, controlNames, describedText, LETTERS, styled } from "./common.ts";
import { boolean, oneOf, text } from "./traits.ts";
import { defineWidget, type WidgetOf } from "./widget.ts";

export interface CheckboxState extends Controlled {
  value: boolean;
  /** It stands where controls with a description have theirs. */
  indent: boolean;
}

/** `new Checkbox({ description: "on a log axis" })`. */
export const Checkbox = defineWidget<CheckboxState>({
  name: "Checkbox",
  names: controlNames("Checkbox"),
  traits: {
    ...controlled(styled("CheckboxStyle", ["descriptionWidth", "background"])),
    value: boolean(false),
    indent: boolean(true),
  },
  fallback: ({ description, value }) => ({ text: `[${value ? "x" : " "}] ${description}` }),
});
export type Checkbox = WidgetOf<CheckboxState>;

export interface ToggleButtonState extends Controlled {
  value: boolean;
  /** A name of Font Awesome 4. */
  icon: string;
  buttonStyle: "" | "primary" | "success" | "info" | "warning" | "danger";
}

export const ToggleButton = defineWidget<ToggleButtonState>({
  name: "ToggleButton",
  names: controlNames("ToggleButton"),
  traits: {
    ...controlled(styled("ToggleButtonStyle", ["descriptionWidth", ...LETTERS])),
    value: boolean(false),
    icon: text(),
    buttonStyle: oneOf(["", "primary", "success", "info", "warning", "danger"], ""),
  },
  fallback: ({ description, value }) => ({ text: describedText(description, value ? "on" : "off") }),
});
export type ToggleButton = WidgetOf<ToggleButtonState>;
