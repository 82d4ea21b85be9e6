/** @file Widgets: controls that a page shows and cells hear of, by the protocol of ipywidgets 8, and functions with controls.
 *
 * Runs where cells run, in a kernel or in a script. A kind of widget is a table of traits (`sliders.ts` is one to copy); what
 * all do is `widget.ts`, and what they need of the kernel is `main-thread/widget-host.ts`. Tests: tests/kernel/widgets, and in
 * JupyterLab tests/judges/widgets.mjs.
 */
export { type Abbreviation, type Fixed, fixed, type ValueOf, type ValueWidget } from "./abbreviations.ts";
export { type AnyWidget, type AnyWidgetOptions, anyWidget } from "./any-widget.ts";
export { type BoxState, HBox, VBox } from "./boxes.ts";
export { Button, type ButtonState } from "./button.ts";
export { Checkbox, type CheckboxState, ToggleButton, type ToggleButtonState } from "./checkbox.ts";
export type { Layout, Placed, Style } from "./common.ts";
export {
  type Controls,
  type Interaction,
  type InteractOptions,
  interact,
  interactive,
  type Values,
} from "./interact.ts";
export { FloatText, IntText, type NumberState } from "./numbers.ts";
export { Output, type OutputState } from "./output.ts";
export { FloatProgress, IntProgress, type ProgressState } from "./progress.ts";
export {
  Dropdown,
  type OptionOf,
  type Options,
  RadioButtons,
  Select,
  SelectionSlider,
  type SelectionState,
  ToggleButtons,
} from "./selection.ts";
export { FloatLogSlider, FloatSlider, IntSlider, type LogSliderState, type SliderState } from "./sliders.ts";
export { HTML, Label, type ReadState, Text, Textarea, type TextState } from "./texts.ts";
export type { Change, Fallback, Observable, WidgetBase, WidgetOf } from "./widget.ts";
