/** @file What most kinds of widgets share: where the frontend finds them, their place on the page, what stands beside them. */
import type { Json } from "../wire/index.ts";
import { boolean, type Companion, companion, optional, type Trait, text } from "./traits.ts";

/** Versions of the packages in the page that JupyterLab, VS Code and nbconvert load: those of ipywidgets 8. */
const BASE = { module: "@jupyter-widgets/base", version: "2.0.0" };
const CONTROLS = { module: "@jupyter-widgets/controls", version: "2.0.0" };
const OUTPUT = { module: "@jupyter-widgets/output", version: "1.0.0" };

/** Where the frontend finds a kind of controls. */
export function controlNames(model: string, view = model): Readonly<Record<string, Json>> {
  return names(CONTROLS, `${model}Model`, CONTROLS, `${view}View`);
}

export const OUTPUT_NAMES = names(OUTPUT, "OutputModel", OUTPUT, "OutputView");

interface FrontendPackage {
  readonly module: string;
  readonly version: string;
}

/** The constant part of a state. */
export function names(model: FrontendPackage, modelName: string, view: FrontendPackage, viewName: string) {
  return {
    _model_module: model.module,
    _model_module_version: model.version,
    _model_name: modelName,
    _view_module: view.module,
    _view_module_version: view.version,
    _view_name: viewName,
  };
}

const LAYOUT_KEYS = [
  ...(["alignContent", "alignItems", "alignSelf", "borderTop", "borderRight", "borderBottom", "borderLeft"] as const),
  ...(["bottom", "display", "flex", "flexFlow", "height", "justifyContent", "justifyItems", "left", "margin"] as const),
  ...(["maxHeight", "maxWidth", "minHeight", "minWidth", "overflow", "order", "padding", "right", "top"] as const),
  ...([
    "visibility",
    "width",
    "objectFit",
    "objectPosition",
    "gridAutoColumns",
    "gridAutoFlow",
    "gridAutoRows",
  ] as const),
  ...(["gridGap", "gridTemplateRows", "gridTemplateColumns", "gridTemplateAreas", "gridRow", "gridColumn"] as const),
  "gridArea" as const,
] as const;

/** Properties of CSS, such as `{ width: "50%" }`; another object replaces them. */
export type Layout = { readonly [Key in (typeof LAYOUT_KEYS)[number]]?: string | null };

/** A place on the page. */
export interface Placed {
  layout: Layout;
  /** Shown when the pointer rests on it. */
  tooltip: string | null;
}

export const PLACED = {
  layout: companion<Layout>({ names: names(BASE, "LayoutModel", BASE, "LayoutView"), keys: LAYOUT_KEYS }),
  tooltip: optional(text()),
};

/** Looks, by names of CSS; which there are depends on the kind of widget. */
export type Style = { readonly [key: string]: string | null };

/** What a style says of a text's letters. */
export const LETTERS = [
  "fontFamily",
  "fontSize",
  "fontStyle",
  "fontVariant",
  "fontWeight",
  "textColor",
  "textDecoration",
];

/**
 * The looks of a kind of widgets.
 *
 * @param model of its style, without its ending
 */
export function styled(model: string, keys: readonly string[]): Trait<Style> {
  const kept: Companion = { names: names(CONTROLS, `${model}Model`, BASE, "StyleView"), keys };
  return companion<Style>(kept);
}

/** Of sliders of numbers and of options. */
export const SLIDER_STYLE = styled("SliderStyle", ["descriptionWidth", "handleColor"]);

/** With its name beside it. */
export interface Described extends Placed {
  /** What stands before it. */
  description: string;
  style: Style;
}

/** A control, which the page may change. */
export interface Controlled extends Described {
  /** The page cannot change it. */
  disabled: boolean;
}

export function described(style: Trait<Style>) {
  return { ...PLACED, description: text(), style };
}

export function controlled(style: Trait<Style> = styled("DescriptionStyle", ["descriptionWidth"])) {
  return { ...described(style), disabled: boolean(false) };
}

/** Such as `x: 5`. */
export function describedText(description: string, value: string): string {
  return description === "" ? value : `${description}: ${value}`;
}
