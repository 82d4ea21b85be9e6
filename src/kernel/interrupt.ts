/** @file Stops JavaScript that runs on the main thread, from the kernel's thread, and keeps the session. */
import { Session } from "node:inspector";

/** How long an idle main thread may take to answer before it counts as busy. */
const ANSWER_MS = 3;
const RETRY_MS = 10;

/**
 * A function that ends whatever the main thread is running, even a loop that never yields.
 *
 * @param ping resolves true when the main thread answers, false when `withinMs` pass first
 * @source https://nodejs.org/api/inspector.html#sessionconnecttomainthread, Runtime.terminateExecution
 */
export function createInterrupter(ping: (withinMs: number) => Promise<boolean>): () => Promise<void> {
  return async () => {
    if (await ping(ANSWER_MS)) return; // it waits for something: there is nothing to terminate
    const session = new Session();
    session.connectToMainThread();
    do {
      session.post("Runtime.terminateExecution");
    } while (!(await ping(RETRY_MS))); // a termination that came too late ends the next answer instead: ask again
    session.disconnect();
  };
}
