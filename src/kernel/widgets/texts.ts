/** @file Texts: to be typed, and to be read. */
import { controlNames, type Described, described, describedText, styled } from "./common.ts";
import { boolean, text } from "./traits.ts";
import { defineWidget, type WidgetOf } from "./widget.ts";

interface ShownState extends Described {
  value: string;
  /** Shown where there is no text. */
  placeholder: string;
}

export interface TextState extends ShownState {
  /** The value is told at each key, not only by Enter or when the field is left. */
  continuousUpdate: boolean;
}

const LOOKS = ["descriptionWidth", "background", "fontSize", "textColor"];

/** A line to be typed. */
export const Text = defineWidget<TextState>({
  name: "Text",
  names: controlNames("Text"),
  traits: {
    ...described(styled("TextStyle", LOOKS)),
    value: text(),
    placeholder: text(),
    continuousUpdate: boolean(true),
  },
  fallback: ({ description, value }) => ({ text: describedText(description, value) }),
});
export type Text = WidgetOf<TextState>;

/** Lines to be typed. */
export const Textarea = defineWidget<TextState>({
  name: "Textarea",
  names: controlNames("Textarea"),
  traits: {
    ...described(styled("TextStyle", LOOKS)),
    value: text(),
    placeholder: text(),
    continuousUpdate: boolean(true),
  },
  fallback: ({ description, value }) => ({ text: describedText(description, value) }),
});
export type Textarea = WidgetOf<TextState>;

/** A line to be read; what stands between dollar signs is LaTeX. */
export const Label = defineWidget<ShownState>({
  name: "Label",
  names: controlNames("Label"),
  traits: {
    ...described(styled("LabelStyle", [...LOOKS, "fontFamily", "fontStyle", "fontWeight"])),
    value: text(),
    placeholder: text(),
  },
  fallback: ({ description, value }) => ({ text: describedText(description, value) }),
});
export type Label = WidgetOf<ShownState>;

/** A piece of a page. */
export const HTML = defineWidget<ShownState>({
  name: "HTML",
  names: controlNames("HTML"),
  traits: { ...described(styled("HTMLStyle", LOOKS)), value: text(), placeholder: text() },
  fallback: ({ description, value }) => ({ text: describedText(description, value.replaceAll(/<[^>]*>/g, "")) }),
});
export type HTML = WidgetOf<ShownState>;
