/** @file Widgets beside each other, and below each other. */
import { controlNames, PLACED, type Placed } from "./common.ts";
import { referenceTo, referredWidget } from "./registry.ts";
import { oneOf, type Trait } from "./traits.ts";
import {
  defineWidget,
  FALLBACK,
  type Fallback,
  isWidget,
  type Kind,
  type WidgetBase,
  type WidgetOf,
} from "./widget.ts";

export interface BoxState extends Placed {
  children: readonly WidgetBase[];
  boxStyle: "" | "success" | "info" | "warning" | "danger";
}

const CHILDREN: Trait<readonly WidgetBase[]> = {
  initial: [],
  expected: "a list of widgets",
  accepts: (value) => Array.isArray(value) && value.every(isWidget),
  toWire: (children) => children.map(({ id }) => referenceTo(id)),
  fromWire: (sent) => (Array.isArray(sent) ? sent.map(referredWidget) : sent),
};

function boxKind(name: string, between: string): Kind<BoxState> {
  return {
    name,
    names: controlNames(name),
    traits: { ...PLACED, children: CHILDREN, boxStyle: oneOf(["", "success", "info", "warning", "danger"], "") },
    fallback({ children }) {
      const shown = children.map((child) => child[FALLBACK]());
      const isDrawn = (one: Fallback | Promise<Fallback>): one is Fallback => !(one instanceof Promise);
      return shown.every(isDrawn) ? joined(shown, between) : Promise.all(shown).then((all) => joined(all, between));
    },
  };
}

/** The texts, and the last picture. */
function joined(shown: readonly Fallback[], between: string): Fallback {
  const texts = shown.map(({ text }) => text).filter((text) => text !== "");
  return { text: texts.join(between), png: shown.findLast(({ png }) => png !== undefined)?.png };
}

/** Beside each other: `new HBox({ children: [slider, button] })`. */
export const HBox = defineWidget<BoxState>(boxKind("HBox", "  "));
export type HBox = WidgetOf<BoxState>;

/** Below each other. */
export const VBox = defineWidget<BoxState>(boxKind("VBox", "\n"));
export type VBox = WidgetOf<BoxState>;
