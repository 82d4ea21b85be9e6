/** @file Speed and time left of a run, from its last updates: the first of a shape compile, and would spoil a mean over all. */
import { secondsNow } from "../core/clock.ts";

const WINDOW = 20; // updates

export interface SpeedMeter {
  /** After an update: tokens a second, and seconds until all updates are done. */
  note(tokens: number, updatesLeft: number): { tokensPerSecond: number; secondsLeft: number };
}

/** A meter that runs from now on. */
export function speedMeter(): SpeedMeter {
  const recent: { seconds: number; tokens: number }[] = [];
  let before = secondsNow();
  return {
    note: (tokens, updatesLeft) => {
      const now = secondsNow();
      recent.push({ seconds: now - before, tokens });
      before = now;
      if (recent.length > WINDOW) recent.shift();
      const seconds = recent.reduce((sum, each) => sum + each.seconds, 0);
      const seen = recent.reduce((sum, each) => sum + each.tokens, 0);
      return { tokensPerSecond: seen / Math.max(seconds, 1e-9), secondsLeft: (seconds / recent.length) * updatesLeft };
    },
  };
}
