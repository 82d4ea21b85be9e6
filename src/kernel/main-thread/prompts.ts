/** @file prompt, confirm and password, as browsers and Deno have them: synchronous, and answered by the frontend. */
import type { Asked } from "./input.ts";

/**
 * The three functions.
 *
 * @param ask waits for a line
 */
export function createPrompts(
  ask: (asked: Asked) => string,
): Pick<typeof globalThis, "prompt" | "confirm" | "password"> {
  return {
    prompt(message = "", defaultValue = "") {
      return ask({ by: "prompt()", prompt: spaced(message), password: false }) || String(defaultValue);
    },
    confirm(message = "") {
      return /^y(es)?$/i.test(ask({ by: "confirm()", prompt: `${spaced(message)}[y/N] `, password: false }).trim());
    },
    password(message = "") {
      return ask({ by: "password()", prompt: spaced(message), password: true });
    },
  };
}

/** A question and what is typed beside it are kept apart. */
function spaced(message: unknown): string {
  const text = String(message);
  return text === "" || /\s$/.test(text) ? text : `${text} `;
}
