/** @file Stops JavaScript that runs on the main thread, from the kernel's thread, and keeps the session. */
import { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a cell that waits may take to come to its next check. */
const CHECK_MS = 2;
/** Between two questions whether a loop that calls Node is back in its own code. */
const NODE_MS = 1;
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
 * @param terminating called when what runs is about to be terminated: one that a debugger has paused must go on to be
 * @param terminated called when something was, and nothing more will be
 * @source https://nodejs.org/api/inspector.html#sessionconnecttomainthread, Runtime.terminateExecution
 */
export function createInterrupter(
  ping: (withinMs: number) => Promise<boolean>,
  blocked: () => void,
  terminating: () => void,
  terminated: () => void,
): () => Promise<void> {
  return async () => {
    const session = connectToMainThread();
    let ended: Promise<void> = Promise.resolve();
    do {
      if (await isBusy(session, ping, blocked)) {
        ended = terminate(session);
        terminating();
      }
    } while (!(await answers(ping, blocked)));
    await Promise.race([ended, sleep(QUESTIONS * ASK_AGAIN_MS)]); // one that is still to come would end something else
    disconnect(session);
    terminated();
  };
}

/** Runs in the middle of the loop: from then on nothing of its cell runs, and Node survives the loop's end. */
const HALT = { expression: "__stop.halt()", returnByValue: true, silent: true, disableBreaks: true };
/** So often it is asked whether a loop that calls Node is back in its own code: a loop of prints is, one time in some twenty. */
const HALTS = 200;
/** So often while nobody else's code waits for Node's: what it does then comes to an end, and would be left half done. */
const HALTS_OF_NODE = 2000;

/**
 * Tells the cell that it is stopped, and asks what the main thread is at until that may be terminated: told so, a cell that
 * waits ends by itself.
 *
 * @returns false when it has ended
 */
async function isBusy(
  session: Session,
  ping: (withinMs: number) => Promise<boolean>,
  blocked: () => void,
): Promise<boolean> {
  for (let asked = 0; asked < HALTS_OF_NODE; asked++) {
    const place = await halt(session, blocked);
    if (place === "idle") return false;
    if (place === "blocked" || place === "first turn" || (place === "cell" && asked > 0)) return true;
    if (place !== "Node alone" && place !== "hook" && asked > HALTS) return true;
    if (await ping(asked === 0 ? CHECK_MS : NODE_MS)) return false;
  }
  return true;
}

/** Resolves with "blocked" where the main thread runs no JavaScript, and does not come back to it when its children end. */
async function halt(session: Session, blocked: () => void): Promise<unknown> {
  const place = evaluate(session);
  for (let waits = 0; waits < QUESTIONS; waits++) {
    const found = await Promise.race([place, sleep(ASK_AGAIN_MS)]);
    if (found !== undefined) return found;
    if (waits === PATIENCE) blocked();
  }
  return "blocked";
}

function evaluate(session: Session): Promise<unknown> {
  return new Promise((resolve) => {
    session.post("Runtime.evaluate", HALT, (_error, answer) => {
      resolve((answer as { result?: { value?: unknown } } | undefined)?.result?.value ?? "cell");
    });
  });
}

/** Resolves when the termination has been spent. */
function terminate(session: Session): Promise<void> {
  return new Promise((resolve) => {
    session.post("Runtime.terminateExecution", (error) => {
      if (error === null) resolve();
    });
  });
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
