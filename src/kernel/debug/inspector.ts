/** @file V8's inspector of the main thread, asked from the kernel's thread: commands as promises. */
import type { Session } from "node:inspector";
import { setTimeout as sleep } from "node:timers/promises";
import { plainMessage } from "../cell/plain-errors.ts";

export interface Inspector {
  /**
   * Sends a command.
   *
   * @throws Error with V8's message when the command fails, or when the connection ends before the answer
   * @source https://chromedevtools.github.io/devtools-protocol/v8/
   */
  post<Result = unknown>(method: string, parameters?: object): Promise<Result>;
  on<Parameters>(event: string, listener: (parameters: Parameters) => void): void;
  /** What was asked and not answered fails. */
  close(): void;
}

/** @param session connected to the main thread */
export function createInspector(session: Session): Inspector {
  const open = new Set<(error: Error) => void>();
  return {
    post: <Result>(method: string, parameters: object = {}) =>
      new Promise<Result>((resolve, reject) => {
        open.add(reject);
        session.post(method, parameters, (error: Error | null, result?: object) => {
          open.delete(reject);
          if (error === null) resolve(result as Result);
          else reject(new Error(error.message.replace(/^Inspector error -?\d+: /, "")));
        });
      }),
    on(event, listener) {
      session.on(event, ({ params }) => listener(params));
    },
    close() {
      for (const reject of open) reject(new Error("the debugger was disconnected"));
      open.clear();
    },
  };
}

/** A value of the main thread, by the name that only the kernel's code can use (`cell/debug-answers.ts`). */
export const ANSWERS = "__stop.debug";

/** Between two questions to a main thread that is still loading. */
const ASK_AGAIN_MS = 20;

/** Resolves when the main thread can be asked: the first request may come before it has loaded. */
export async function untilReady(inspector: Inspector): Promise<void> {
  const expression = `typeof __stop === "object" && ${ANSWERS} !== undefined`;
  while (!(await ask<boolean>(inspector, expression))) await sleep(ASK_AGAIN_MS);
}

/** Of `Runtime.evaluate` and its like: what was evaluated, or what it threw. */
export interface Evaluated<Value> {
  readonly result: { readonly value?: Value };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: Thrown };
}

interface Thrown {
  readonly description?: string;
  readonly value?: unknown;
}

/**
 * Asks the main thread, also in the middle of what it runs.
 *
 * @param expression JavaScript; its value must survive JSON
 * @throws Error with the message of what the main thread threw
 */
export async function ask<Value>(inspector: Inspector, expression: string): Promise<Value> {
  const evaluated = await inspector.post<Evaluated<Value>>("Runtime.evaluate", {
    expression,
    returnByValue: true,
    silent: true,
    disableBreaks: true,
  });
  return returned(evaluated);
}

/** @throws Error with the message of what was thrown */
export function returned<Value>({ result, exceptionDetails }: Evaluated<Value>): Value {
  if (exceptionDetails !== undefined) throw new Error(thrownText(exceptionDetails));
  return result.value as Value;
}

/** Name and message of what was thrown, in its author's words. */
export function thrownText({ text, exception }: NonNullable<Evaluated<unknown>["exceptionDetails"]>): string {
  const lines = exception?.description?.split("\n") ?? [];
  const line = lines.find((one) => /^[A-Z]\w*(?: \[\w+\])?: /.test(one)) ?? lines[0]; // Node may put the place before it
  return plainMessage(line ?? (exception?.value === undefined ? text : `thrown: ${JSON.stringify(exception.value)}`));
}
