/** @file Texts: to be typed, and to be read. */
import {
  type Controlled,
  controlled,
  controlNames,
  type Described,
  described,
  describedText,
  LETTERS,
  styled,
} from "./common.ts";
import { boolean, text } from "./traits.ts";
import { defineWidget, type Kind, type WidgetOf } from "./widget.ts";

export interface ReadState extends Described {
  value: string;
  /** Shown where there is no text. */
  placeholder: string;
}

export interface TextState extends ReadState, Controlled {
  /** The value is told at each key, not only by Enter or when the field is left. */
  continuousUpdate: boolean;
}

const LOOKS = ["descriptionWidth", "background", "fontSize", "textColor"];

function typed(name: string): Kind<TextState> {
  return {
    name,
    names: controlNames(name),
    traits: {
      ...controlled(styled("TextStyle", LOOKS)),
      value: text(),
      placeholder: text(),
      continuousUpdate: boolean(true),
    },
    fallback: ({ description, value }) => ({ text: describedText(description, value) }),
  };
}

/** A line to be typed. */
export const Text = defineWidget<TextState>(typed("Text"));
export type Text = WidgetOf<TextState>;

/** Lines to be typed. */
export const Textarea = defineWidget<TextState>(typed("Textarea"));
export type Textarea = WidgetOf<TextState>;

function read(name: string, looks: readonly string[], plain: (value: string) => string): Kind<ReadState> {
  return {
    name,
    names: controlNames(name),
    traits: { ...described(styled(`${name}Style`, looks)), value: text(), placeholder: text() },
    fallback: ({ description, value }) => ({ text: describedText(description, plain(value)) }),
  };
}

/** A line to be read; what stands between dollar signs is LaTeX. */
export const Label = defineWidget<ReadState>(
  read("Label", ["descriptionWidth", "background", ...LETTERS], (value) => value),
);
export type Label = WidgetOf<ReadState>;

/** A piece of a page. */
export const HTML = defineWidget<ReadState>(read("HTML", LOOKS, (value) => value.replaceAll(/<[^>]*>/g, "")));
export type HTML = WidgetOf<ReadState>;
