/** @file A button, which calls listeners. */
import { controlNames, LETTERS, PLACED, type Placed, type Style, styled } from "./common.ts";
import { boolean, oneOf, text } from "./traits.ts";
import { defineWidget } from "./widget.ts";

export interface ButtonState extends Placed {
  /** What stands on it. */
  description: string;
  disabled: boolean;
  /** A name of Font Awesome 4, such as "check". */
  icon: string;
  buttonStyle: "" | "primary" | "success" | "info" | "warning" | "danger";
  style: Style;
}

const ButtonBase = defineWidget<ButtonState>({
  name: "Button",
  names: controlNames("Button"),
  traits: {
    ...PLACED,
    description: text(),
    disabled: boolean(false),
    icon: text(),
    buttonStyle: oneOf(["", "primary", "success", "info", "warning", "danger"], ""),
    style: styled("ButtonStyle", ["buttonColor", ...LETTERS]),
  },
  fallback: ({ description }) => ({ text: `[ ${description} ]` }),
});

/** `new Button({ description: "Again" }).onClick(() => console.log("once more"))`. */
export class Button extends ButtonBase {
  /**
   * Calls the listener at each click; returns what ends that. What it prints and throws is shown under the cell that
   * called `onClick`.
   */
  onClick(listener: (button: this) => unknown): () => void {
    return this.onMsg((content) => {
      const isClick =
        typeof content === "object" && content !== null && "event" in content && content.event === "click";
      return isClick ? listener(this) : undefined;
    });
  }
}
