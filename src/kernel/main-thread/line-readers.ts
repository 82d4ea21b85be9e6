/** @file node:readline on `process.stdin`: the question is the frontend's prompt, and nothing of it is printed. */
import readline from "node:readline";
import type { LineReader, Lines, StandardInput } from "./standard-input.ts";

/** What both interfaces have, that of callbacks and that of promises. */
type Interface = readline.Interface;
type Maker = new (...values: unknown[]) => Interface;
type NewTarget = Parameters<typeof Reflect.construct>[2];

/** Puts constructors in place of those of node:readline and node:readline/promises. */
export function teachReadline(input: StandardInput): void {
  for (const module of [readline, readline.promises] as unknown as { Interface: Maker; createInterface: unknown }[]) {
    const Interface = new Proxy(module.Interface, {
      construct: (target, values, newTarget) => construct(target, values, newTarget, input),
      apply: (target, _, values) => construct(target, values, target, input),
    });
    module.Interface = Interface;
    module.createInterface = (...values: unknown[]) => new Interface(...values);
  }
}

function construct(target: Maker, values: unknown[], newTarget: NewTarget, input: StandardInput): Interface {
  const options = optionsOf(values);
  const lines = input.linesOf(options.input);
  if (lines === undefined) return Reflect.construct(target, values, newTarget);
  const { terminal = false } = options; // lines are edited in the frontend
  const made: Interface = Reflect.construct(target, [{ ...options, terminal }], newTarget);
  read(made, lines);
  return made;
}

function optionsOf([first, output, completer, terminal]: readonly unknown[]): readline.ReadLineOptions {
  const isWhole = typeof first === "object" && first !== null && "input" in first && Boolean(first.input);
  return (isWhole ? first : { input: first, output, completer, terminal }) as readline.ReadLineOptions;
}

function read(made: Interface, lines: Lines): void {
  let asks = false;
  const reader: LineReader = {
    isWaiting: () => asks || made.listenerCount("line") > 0 || parts(made).terminal === true, // which reads keys
    isHidden: () => Object.hasOwn(made, "_writeToOutput") || parts(made).output?.muted === true,
    answered() {
      asks = false;
    },
  };
  lines.add(reader);
  made.once("close", () => lines.remove(reader));
  made.on("newListener", (event) => {
    if (event === "line") lines.look();
  });
  const { prompt } = made;
  const ask = (keepsCursor?: boolean): void => {
    const { terminal = false, paused } = parts(made);
    if (terminal) prompt.call(made, keepsCursor);
    else if (paused) made.resume();
    lines.ask(terminal ? "" : made.getPrompt());
    asks = true;
  };
  Object.defineProperty(made, "prompt", { value: ask, writable: true, configurable: true });
}

interface Parts {
  readonly terminal?: boolean;
  readonly paused?: boolean;
  /** Scripts that hide what is typed set `muted` on it, as the package mute-stream does. */
  readonly output?: { readonly muted?: boolean };
}

/** What the types of Node leave out. */
function parts(made: Interface): Parts {
  return made as unknown as Parts;
}
