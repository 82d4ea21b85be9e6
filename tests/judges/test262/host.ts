/** @file What test262 expects of who runs it: $262, $DONE and print, https://github.com/tc39/test262/blob/main/INTERPRETING.md. */
import { createContext, runInContext } from "node:vm";

interface Host {
  /** How an asynchronous test ended. */
  readonly done: Promise<void>;
}

/**
 * Gives a global object what the tests ask for.
 *
 * @param evaluate runs a script in that global's realm
 */
export function installHost(global: object, evaluate: (script: string) => unknown): Host {
  let end: (error?: unknown) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve());
  });
  done.catch(() => undefined); // a test without the flag "async" does not wait for it
  const $262 = {
    global,
    evalScript: evaluate,
    createRealm,
    gc: () => globalThis.gc?.(),
    detachArrayBuffer: (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }),
  };
  for (const [name, value] of Object.entries({ $262, $DONE: end, print() {}, setTimeout, clearTimeout })) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false });
  }
  return { done };
}

function createRealm(): unknown {
  const context = createContext({});
  const global = runInContext("globalThis", context) as { $262: unknown };
  installHost(global, (script) => runInContext(script, context));
  return global.$262;
}
