/** @file Runs tests in processes of their own, many in each, and each that fails once more as the first of a fresh one. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Verdict } from "./child.ts";
import type { SuiteTest } from "./suite.ts";

/** What tests leave behind must not grow for ever. */
const TESTS_A_PROCESS = 400;

/** A process that says nothing for so long is ended. */
const SILENCE_MS = 60_000;

const FLAGS = ["--experimental-vm-modules", "--no-warnings", "--expose-gc", "--no-force-async-hooks-checks"];

/**
 * Runs tests.
 *
 * @param how as modules of Node or as cells
 * @param jobs processes at a time
 * @returns by path, what went wrong; undefined for a test that went as it should
 */
export async function runTests(
  tests: readonly SuiteTest[],
  how: "module" | "cell",
  jobs: number,
): Promise<Map<string, string | undefined>> {
  const failures = new Map<string, string | undefined>();
  const pending = [...tests];
  const alone: SuiteTest[] = []; // failed after others: that counts only if it fails without them

  async function work(): Promise<void> {
    for (let first = alone.pop() ?? pending.shift(); first !== undefined; first = alone.pop() ?? pending.shift()) {
      const child = start(how);
      let test: SuiteTest | undefined = first;
      for (let count = 0; test !== undefined && count < TESTS_A_PROCESS; count++) {
        const { failure } = await ask(child, test);
        if (failure === undefined || count === 0) failures.set(test.path, failure);
        else alone.push(test);
        test = failure === undefined ? pending.shift() : undefined;
      }
      if (test !== undefined) pending.push(test);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
    }
  }

  await Promise.all(Array.from({ length: jobs }, work));
  return failures;
}

function start(how: string): ChildProcess {
  const execArgv = [...FLAGS, "--import", import.meta.resolve("tsx")];
  return fork(join(import.meta.dirname, "child.ts"), [how], { execArgv, stdio: ["ignore", "ignore", "ignore", "ipc"] });
}

function ask(child: ChildProcess, test: SuiteTest): Promise<Verdict> {
  return new Promise((resolve) => {
    const end = (verdict: Verdict): void => {
      clearTimeout(timer);
      child.off("message", end).off("exit", gone);
      resolve(verdict);
    };
    const gone = (): void => end({ failure: "the process ended" });
    const timer = setTimeout(() => end({ failure: "the process does not answer" }), SILENCE_MS);
    child.on("message", end).on("exit", gone);
    child.send(test, (error) => error && gone());
  });
}
