/** @file TypeScript evaluated in the middle of what runs: in a frame, with its variables, or among those of the session. */
import type { Runtime } from "node:inspector";
import { frameScopes, type StackFrame } from "./frames.ts";
import { ANSWERS, ask, type Evaluated, type Inspector, returned, thrownText } from "./inspector.ts";
import type { ScriptHalts } from "./script-halts.ts";
import type { Variables } from "./variables.ts";

/** Nothing else is answered meanwhile, not even a stop. */
const LONGEST_MS = 5000;

export interface Evaluation {
  /**
   * The text as the JavaScript that a frame can evaluate.
   *
   * @throws Error when it cannot be read
   */
  script(text: string, frame?: StackFrame): Promise<string>;
  /**
   * The value of a text.
   *
   * @param frame where it is evaluated; undefined for the session
   * @throws Error with the first line of what it throws
   */
  value(text: string, frame?: StackFrame): Promise<Runtime.RemoteObject>;
  /** Calls one of the session's answers (`cell/debug-answers.ts`) with values; what it gives must survive JSON. */
  answer<Value>(name: string, ...values: readonly Partial<Runtime.RemoteObject>[]): Promise<Value>;
}

export function createEvaluation(inspector: Inspector, variables: Variables, halts: ScriptHalts): Evaluation {
  /** What is bound in a frame is its own; all other names are the session's. */
  async function script(text: string, frame?: StackFrame): Promise<string> {
    const objects = frame === undefined ? [] : frameScopes(frame).flatMap((scope) => scope.objects);
    const locals = await variables.names(objects);
    return ask<string>(inspector, `${ANSWERS}.script(${JSON.stringify(text)}, ${JSON.stringify(locals)})`);
  }

  return {
    script,
    async value(text, frame) {
      const expression = await script(text, frame);
      const objectGroup = frame === undefined ? "session" : "pause";
      const options = { expression, generatePreview: true, silent: true, objectGroup, timeout: LONGEST_MS };
      const callFrameId = frame?.frame.callFrameId;
      const { result, exceptionDetails } = await (callFrameId === undefined
        ? halts.without(() => inspector.post<Answer>("Runtime.evaluate", { ...options, disableBreaks: true }))
        : inspector.post<Answer>("Debugger.evaluateOnCallFrame", { ...options, callFrameId }));
      if (exceptionDetails !== undefined) throw new Error(thrownText(exceptionDetails));
      return result;
    },
    async answer<Value>(name: string, ...values: readonly Partial<Runtime.RemoteObject>[]) {
      const holder = await inspector.post<Answer>("Runtime.evaluate", { expression: ANSWERS, objectGroup: "pause" });
      const evaluated = await inspector.post<Evaluated<Value>>("Runtime.callFunctionOn", {
        objectId: holder.result.objectId,
        functionDeclaration: `function(...values) { return this.${name}(...values); }`,
        arguments: values.map(({ objectId, value, unserializableValue }) =>
          objectId === undefined ? { value, unserializableValue } : { objectId },
        ),
        returnByValue: true,
        silent: true,
      });
      return returned(evaluated);
    },
  };
}

type Answer = Evaluated<unknown> & { readonly result: Runtime.RemoteObject };
