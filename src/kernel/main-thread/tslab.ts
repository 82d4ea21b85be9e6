/** @file What a cell finds under the name `tslab`: the display functions of that kernel, shown by this one, https://github.com/yunabe/tslab. */
import type { DisplayHandle, Formats } from "../display/index.ts";
import { displayFunctions } from "./globals.ts";

const functions = displayFunctions();

/** Shows something in one format. */
export const display: Formats<void> = functions.display;

/** A display that is shown by its first use, and replaced where it stands by the ones that follow. */
export const newDisplay: () => DisplayHandle = functions.newDisplay;

/** `tslab` is the version whose functions these are, `typescript` the language's. */
export const versions: Readonly<Record<"tslab" | "typescript" | "node", string>> = {
  tslab: "1.0.22",
  typescript: "7.0",
  node: process.version,
};
