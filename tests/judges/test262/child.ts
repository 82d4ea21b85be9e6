/** @file A process that runs tests of test262 for judge.ts, one after another: `child.ts module` or `child.ts cell`. */
import { runAsCell } from "./as-cell.ts";
import { runAsModule } from "./as-module.ts";
import type { SuiteTest } from "./suite.ts";

/** How a test went: undefined when as it should, or what went wrong. */
export type Verdict = { readonly failure: string | undefined };

/** A test has so long. */
const TEST_MS = 4000;

const run = process.argv[2] === "module" ? runAsModule : runAsCell;

/** Its own references: tests overwrite the globals. */
const send = process.send?.bind(process) as (verdict: Verdict) => void;
const later = setTimeout;
const noLonger = clearTimeout;

process.on("unhandledRejection", () => undefined); // an asynchronous test says itself how it ended
process.on("uncaughtException", () => undefined);
process.on("message", (test: SuiteTest) => {
  let isOver = false;
  const end = (failure: string | undefined): void => {
    if (!isOver) send({ failure });
    isOver = true;
    noLonger(timer);
  };
  const timer = later(() => end("no end"), TEST_MS);
  run(test).then(
    () => end(test.isRefused ? "it ran" : undefined),
    (thrown: unknown) => {
      const text = textOf(thrown);
      end(test.isRefused && text.startsWith("SyntaxError") ? undefined : text);
    },
  );
});

function textOf(thrown: unknown): string {
  try {
    const error = thrown as Error;
    return `${error.name ?? error.constructor?.name}: ${error.message}`.replaceAll(/\s+/g, " ").slice(0, 200);
  } catch {
    return "a value that cannot be printed was thrown";
  }
}
