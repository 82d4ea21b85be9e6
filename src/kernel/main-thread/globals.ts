/** @file What a cell finds without importing it: display, prompts, require, cellSignal, and a standard output that is the cell's own. */
import { createRequire, syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { importError, installStacks, teachWorkers } from "../cell/index.ts";
import type { Display } from "../display/index.ts";
import type { CellOutput } from "./cell-output.ts";
import type { Comms } from "./comms.ts";
import { createDenoJupyter, type DenoJupyter } from "./deno-jupyter.ts";
import { createDisplay } from "./display-function.ts";
import { createIjavascript, type Ijavascript } from "./ijavascript.ts";
import { captureInheritedOutput } from "./inherited-output.ts";
import type { Asked } from "./input.ts";
import { createPrompts } from "./prompts.ts";
import { captureStandardDescriptors } from "./standard-descriptors.ts";
import { captureStandardStreams, type Print } from "./standard-streams.ts";
import { hideRewriting } from "./user-code.ts";

declare global {
  /**
   * Shows a value below the cell, as its last expression would be; `display.html(text)` and its like show a single format.
   * The handle replaces what was shown where it stands.
   */
  var display: Display;
  /** Aborted when the cell that caused what is running now is interrupted. */
  var cellSignal: AbortSignal;
  /** Two-way channels to widgets and pages of the frontend. */
  var comms: Comms;
  /** Asks for a line of text and waits for it; `defaultValue` stands for an empty one. */
  function prompt(message?: string, defaultValue?: string): string;
  /** Asks a question and waits; true when the answer is y or yes. */
  function confirm(message?: string): boolean;
  /** Asks for a line that is not shown while it is typed, and waits for it. */
  function password(message?: string): string;
}

interface Surroundings {
  readonly require: NodeJS.Require;
  /** The output of the cell that caused what is running now. */
  output(): CellOutput;
  readonly comms: Comms;
  /** Waits for a line of input. */
  ask(asked: Asked): string;
  /** What was thrown last, and was not caught. */
  lastError(): unknown;
}

let installed: ReturnType<typeof createDisplay> | undefined;

/**
 * The display functions of this process, for a module that cells import.
 *
 * @throws Error when this process runs no cells
 */
export function displayFunctions(): ReturnType<typeof createDisplay> {
  if (installed === undefined) throw new Error("displayFunctions requires a process that runs cells");
  return installed;
}

/** Names of other kernels, which would tell packages that they run in another runtime: cells alone find them. */
type OfOtherKernels = {
  readonly Deno: { readonly jupyter: DenoJupyter };
  readonly $$: Ijavascript;
};

/**
 * Defines the globals and turns the process's standard streams into cell output.
 *
 * @returns what only cells find
 */
export function installGlobals({ require, output, comms, ask, lastError }: Surroundings): OfOtherKernels {
  const print: Print = (name, chunk) => output().write(name, chunk);
  captureStandardStreams(print);
  captureStandardDescriptors(print, () => `${ask({ by: "reading standard input", prompt: "", password: false })}\n`);
  captureInheritedOutput(print);
  teachWorkers();
  syncBuiltinESMExports(); // for cells that import them by name
  hideRewriting();
  installStacks();
  installed = createDisplay(output, lastError);
  const { display, newDisplay } = installed;
  for (const [name, value] of Object.entries({
    display,
    comms,
    require: cellRequire(require, process.cwd()),
    ...createPrompts(ask),
  })) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(globalThis, "cellSignal", { get: () => output().abort.signal, configurable: true });
  const askFor = (prompt: string, password: boolean): string => ask({ by: "$$.input()", prompt, password });
  return {
    Deno: { jupyter: createDenoJupyter(output) },
    $$: createIjavascript({ output, newDisplay, ask: askFor }),
  };
}

/** `require("tslab")` is what `import "tslab"` is, and what is missing is explained as an import's is. */
function cellRequire(require: NodeJS.Require, directory: string): NodeJS.Require {
  const own = createRequire(import.meta.url);
  const load = (id: string): unknown => {
    if (id === "tslab") return own("./tslab.js");
    try {
      return require(id);
    } catch (error) {
      throw importError(error as Error, { specifier: id, directory, cellFile: join(directory, "cell.ts") });
    }
  };
  return Object.assign(load, require);
}
