/** @file A place on the page for what functions put out: prints, displays and errors. */
import { types } from "node:util";
import type { Output as Captured } from "../wire/index.ts";
import { type CapturedOutput, CapturedOutputs, outputsFallback } from "./captured-outputs.ts";
import { OUTPUT_NAMES, PLACED, type Placed } from "./common.ts";
import { host } from "./host.ts";
import type { Trait } from "./traits.ts";
import { defineWidget, FALLBACK, type Fallback } from "./widget.ts";

export interface OutputState extends Placed {
  /** What it shows, as a notebook's file has outputs. */
  outputs: readonly CapturedOutput[];
}

const OUTPUTS: Trait<readonly CapturedOutput[]> = {
  initial: [],
  expected: "a list of outputs, each with its output_type",
  accepts: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && "output_type" in one),
};

/** So often a function that runs for long shows how far it has come. */
const SHOW_MS = 100;
/** Of what takes long to send less often. */
const SLOWNESS = 10;

const OutputBase = defineWidget<OutputState>({
  name: "Output",
  names: OUTPUT_NAMES,
  traits: { ...PLACED, outputs: OUTPUTS },
});

/**
 * Shows what functions put out. The kernel catches it by what caused it, also where functions wait for something at the
 * same time, and in every frontend.
 */
export class Output extends OutputBase {
  #captured = new CapturedOutputs();
  /** A figure of a function that has returned is still being drawn. */
  #drawing: Promise<void> | undefined;
  #next: NodeJS.Timeout | undefined;
  #notBefore = 0;

  /**
   * Runs a function; what it prints and displays is shown here, also what comes later of its timers and promises.
   *
   * @returns what the function returns; where that is a promise, one that waits until all was shown
   */
  capture<Result>(task: () => Result): Result {
    const into = this.#captured;
    const take = (output: Captured): boolean => {
      const isTaken = into.take(output);
      if (isTaken && into === this.#captured) this.#showSoon();
      return isTaken; // also what comes late of a function whose place another has taken
    };
    let ended: (() => void) | undefined;
    let hasEnded = false;
    const end = (): void => {
      hasEnded = true;
      this.#show();
      ended?.();
    };
    const result = host.capture(take, end, task);
    if (!hasEnded && !types.isPromise(result)) {
      this.#drawing = new Promise((resolve) => {
        ended = resolve;
      });
    }
    return result;
  }

  /** As `capture`, in the place of what is shown so far. */
  replace<Result>(task: () => Result): Result {
    this.#captured = new CapturedOutputs();
    return this.capture(task);
  }

  /** Shows nothing any more of what has come so far. */
  clear(): void {
    this.#captured = new CapturedOutputs();
    this.#show();
  }

  [FALLBACK](): Fallback | Promise<Fallback> {
    const now = (): Fallback => outputsFallback(this.outputs);
    return this.#drawing === undefined ? now() : this.#drawing.then(now);
  }

  #showSoon(): void {
    const now = performance.now();
    if (now >= this.#notBefore) this.#show();
    else this.#next ??= setTimeout(this.#show.bind(this), this.#notBefore - now).unref(); // bound: runs also after a stop
  }

  #show(): void {
    clearTimeout(this.#next);
    this.#next = undefined;
    const begin = performance.now();
    this.outputs = this.#captured.outputs;
    const end = performance.now();
    this.#notBefore = end + SHOW_MS + SLOWNESS * (end - begin); // all of it is sent each time
  }
}
