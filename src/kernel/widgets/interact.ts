/** @file A function with a control for each of its parameters, run again whenever one is moved. */
import { types } from "node:util";
import { type Bundle, DISPLAY, inspectText } from "../display/index.ts";
import { display } from "../display/outside.ts";
import { type Abbreviation, controlOf, Fixed, type ValueOf, type ValueWidget } from "./abbreviations.ts";
import { VBox } from "./boxes.ts";
import { Button } from "./button.ts";
import { host } from "./host.ts";
import { Output } from "./output.ts";

/** The names of a function's parameters, each with what its control is made of. */
export type Controls = { readonly [name: string]: Abbreviation };

/** What the function is called with. */
export type Values<Given extends Controls> = { [Name in keyof Given]: ValueOf<Given[Name]> };

export interface InteractOptions {
  /** The function runs when a button is pressed, not whenever a control is moved. */
  readonly manual?: boolean;
}

/** A function with its controls. */
export interface Interaction<Given extends Controls, Result> {
  /** The widgets, by the names of the parameters; a value that is fixed has none. */
  readonly controls: { readonly [name: string]: ValueWidget<unknown> };
  /** Shows what the function puts out, and what it returns. */
  readonly output: Output;
  /** All of it. */
  readonly widget: VBox;
  /** What the function has returned; undefined before its first run. */
  readonly result: Result | undefined;
  /** What the function is called with now. */
  readonly values: Values<Given>;
  [DISPLAY](): Bundle | Promise<Bundle>;
}

/**
 * Shows a function with a control for each of its parameters. It runs at once, so that a page without a kernel shows
 * something, and again whenever a control is moved; what it prints, displays and returns stands below the controls.
 *
 * @param run is called with an object of the values; an error of its first run is the cell's, of a later one it is shown
 *   where the output is
 * @param given what each control is made of: `[min, max]`, `[min, max, step]`, a number, text, true or false, options, a
 *   widget, or `fixed(value)`
 * @example interact(({ x, y }) => x + y, { x: [0, 10], y: 5 }).result // => 10
 */
export function interact<const Given extends Controls, Result>(
  run: (values: Values<Given>) => Result,
  given: Given,
  options: InteractOptions = {},
): Interaction<Given, Awaited<Result>> {
  const interaction = interactive(run, given, options);
  display(interaction);
  return Object.create(interaction, { [DISPLAY]: { value: () => ({}) } }); // a cell that ends with it has shown it already
}

/** As `interact`, shown where its value is. */
export function interactive<const Given extends Controls, Result>(
  run: (values: Values<Given>) => Result,
  given: Given,
  { manual = false }: InteractOptions = {},
): Interaction<Given, Awaited<Result>> {
  if (typeof run !== "function") throw new TypeError(`interact requires a function, got ${inspectText(run)}`);
  const sources = Object.entries(given).map(([name, one]) => [name, controlOf(name, one)] as const);
  const controls = sources.flatMap(([name, source]) => (source instanceof Fixed ? [] : [[name, source] as const]));
  const output = new Output();
  const button = manual ? [new Button({ description: "Run" })] : [];
  const widget = new VBox({ children: [...controls.map(([, control]) => control), ...button, output] });
  let runs = 0;
  let result: Awaited<Result> | undefined;

  const values = () => Object.fromEntries(sources.map(([name, { value }]) => [name, value])) as Values<Given>;

  function call(): unknown {
    const own = ++runs;
    const end = (returned: unknown): void => {
      if (own === runs) result = returned as Awaited<Result>; // else a later run has its place
      if (returned !== undefined) display(returned);
    };
    const returned = run(values());
    return types.isPromise(returned) ? returned.then(end) : end(returned);
  }

  const again = (): unknown =>
    output.replace(() => {
      try {
        const called = call();
        return types.isPromise(called) ? called.catch(host.showError) : called;
      } catch (thrown) {
        return host.showError(thrown);
      }
    });

  const first = manual ? undefined : output.replace(call);
  const settled = types.isPromise(first) ? first.then(() => undefined) : undefined; // an error of it is the cell's
  if (manual) button[0]?.onClick(again);
  else for (const [, control] of controls) control.observe("value", again);
  return {
    controls: Object.fromEntries(controls),
    output,
    widget,
    get result() {
      return result;
    },
    get values() {
      return values();
    },
    [DISPLAY]: () => (settled === undefined ? widget[DISPLAY]() : shownAfter(first as Promise<unknown>, widget)),
  };
}

async function shownAfter(first: Promise<unknown>, widget: VBox): Promise<Bundle> {
  await first.catch(() => undefined);
  return widget[DISPLAY]();
}
