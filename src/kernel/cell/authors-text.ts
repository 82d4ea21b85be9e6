/** @file The text of a function as its author has it, without what the kernel writes into it. */
import { withoutHandlers } from "./handlers.ts";
import { plainNames } from "./plain-names.ts";
import { withoutStops } from "./stops.ts";

/**
 * A text that runs wherever it is sent, with its own variables.
 *
 * @param text what Function.prototype.toString gives for a function of a cell or of a local file; any other is left alone
 */
export function authorsText(text: string): string {
  return plainNames(withoutHandlers(withoutStops(text)));
}
