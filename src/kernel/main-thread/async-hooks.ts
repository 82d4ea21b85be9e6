/** @file Hooks of node:async_hooks (AsyncLocalStorage before Node 24, node:test and node:domain enable some), put out of a stop's way. */
import { createHook } from "node:async_hooks";
import type { Domain } from "node:domain";
import { withOwnMethods } from "./own-methods.ts";

/** Its own reference: a cell may overwrite the globals. Not by import, which would have Node make all that `process` gets when asked. */
const { nextTick } = process;

type Hook = ReturnType<typeof createHook>;

/** Thrown, and caught by the emitter of `process`: what Node does after an error that nobody caught brings its stack in order. */
export const resetting = new Error("the stack of async ids is put in order");

export interface AsyncHooks {
  /** Disables all hooks: the loop that runs is about to be terminated. */
  suspend(): void;
  /** Empties the stack of ids and enables the hooks again; the loop is gone. */
  resume(): void;
}

/**
 * Starts to follow who enables hooks. While any are enabled, Node checks its stack of async ids, which a terminated loop
 * leaves unbalanced, and ends the process.
 */
export function followAsyncHooks(): AsyncHooks {
  const prototype = Object.getPrototypeOf(createHook({})) as Hook;
  const { enable, disable } = prototype;
  const enabled = withOwnMethods(new Set<Hook>());
  let suspended: Hook[] = [];
  let isSuspended = false;
  Object.assign(prototype, {
    enable(this: Hook): Hook {
      enabled.add(this);
      return isSuspended ? this : enable.call(this);
    },
    disable(this: Hook): Hook {
      enabled.delete(this);
      return disable.call(this);
    },
  });
  return {
    suspend() {
      if (isSuspended) return;
      isSuspended = true;
      suspended = [...enabled];
      for (const hook of suspended) disable.call(hook);
    },
    resume() {
      if (!isSuspended) return;
      const { domain } = process as { domain?: Domain };
      domain?.exit();
      nextTick(() => {
        throw resetting;
      });
      nextTick(() => {
        isSuspended = false;
        for (const hook of suspended) if (enabled.has(hook)) enable.call(hook);
      });
    },
  };
}
