/** @file Stops JavaScript that runs on the main thread, from the kernel's thread, and keeps the session. */
import { Session } from "node:inspector";

/** How long an idle main thread may take to answer before it counts as busy. */
const ANSWER_MS = 3;
/** Between two questions to a main thread that is on its way back to its event loop. */
const ASK_AGAIN_MS = 10;
/** After this many without an answer it waits for something that is not JavaScript, most likely a child process. */
const PATIENCE = 10;
/** After this many something new runs there: terminate again. */
const QUESTIONS = 50;

/**
 * A function that ends whatever the main thread is running, even a loop that never yields; it resolves when the main
 * thread answers again.
 *
 * @param ping resolves true when the main thread answers, false when `withinMs` pass first
 * @param blocked called when the main thread does not even come back to be terminated
 * @source https://nodejs.org/api/inspector.html#sessionconnecttomainthread, Runtime.terminateExecution
 */
export function createInterrupter(
  ping: (withinMs: number) => Promise<boolean>,
  blocked: () => void,
): () => Promise<void> {
  return async () => {
    if (await ping(ANSWER_MS)) return; // it waits for something: there is nothing to terminate
    const session = connectToMainThread();
    do session.post("Runtime.terminateExecution");
    while (!(await answers(ping, blocked)));
    disconnect(session);
  };
}

const connected = new Set<Session>();

/** An inspector session with the main thread; `disconnect` ends it. */
export function connectToMainThread(): Session {
  const session = new Session();
  session.connectToMainThread();
  connected.add(session);
  return session;
}

/** Ends a session. */
export function disconnect(session: Session): void {
  connected.delete(session);
  session.disconnect();
}

/** Ends all sessions: a process that exits waits for them. */
export function disconnectAll(): void {
  for (const session of connected) disconnect(session);
}

/** A termination that came after the loop's own end is spent on the answer to a question: so several are asked. */
async function answers(ping: (withinMs: number) => Promise<boolean>, blocked: () => void): Promise<boolean> {
  for (let question = 0; question < QUESTIONS; question++) {
    if (question === PATIENCE) blocked();
    if (await ping(ASK_AGAIN_MS)) return true;
  }
  return false;
}
