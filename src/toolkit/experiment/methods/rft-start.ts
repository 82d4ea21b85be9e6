/** @file What each form of rejection fine-tuning begins with, and whose samples it keeps. */
import type { Stage } from "../stage.ts";
import type { Method } from "./methods.ts";

/**
 * What the stage of a method needs beside the base learner, or in its place.
 *
 * @param stages the base learner, the SFT policy of the size that the methods begin with, and what that policy wrote
 */
export function startOf(
  method: Method,
  { base, sft, rollouts }: Readonly<Record<"base" | "sft" | "rollouts", Stage>>,
): Stage["needs"] {
  if (method === "rft-from-sft") return { base: sft, rollouts };
  if (method === "rft-no-teacher") return { rollouts: { ...rollouts, needs: { policy: base } } };
  return { rollouts };
}
