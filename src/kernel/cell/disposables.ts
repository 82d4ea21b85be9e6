/** @file Disposes of what a cell's `using` declarations hold, last first, when the cell has ended. */

interface Held {
  readonly value: unknown;
  readonly dispose: () => unknown;
}

export interface Disposables {
  /** Holds a value until the end; null and undefined need no disposal. */
  use(value: unknown, kind: "sync" | "async"): unknown;
  /** The cell threw this. */
  fail(error: unknown): void;
  /** Disposes, then throws what the cell threw, or what disposing threw. */
  end(): Promise<void>;
}

/**
 * Nothing held yet.
 *
 * @source https://github.com/tc39/proposal-explicit-resource-management, DisposableStack
 */
export function createDisposables(): Disposables {
  const held: Held[] = [];
  let failure: { readonly error: unknown } | undefined;

  function fail(error: unknown): void {
    failure = { error: failure === undefined ? error : suppressed(error, failure.error) };
  }

  return {
    fail,
    use(value, kind) {
      if (value !== null && value !== undefined) held.push({ value, dispose: disposeMethod(value, kind) });
      return value;
    },
    async end() {
      for (const { value, dispose } of held.reverse()) {
        try {
          await dispose.call(value);
        } catch (error) {
          fail(error);
        }
      }
      if (failure !== undefined) throw failure.error;
    },
  };
}

function disposeMethod(value: unknown, kind: "sync" | "async"): () => unknown {
  const methods = value as Record<symbol, unknown>;
  const method = (kind === "async" ? methods[Symbol.asyncDispose] : undefined) ?? methods[Symbol.dispose];
  if (typeof method === "function") return method as () => unknown;
  const wanted = kind === "async" ? "Symbol.asyncDispose or Symbol.dispose" : "Symbol.dispose";
  throw new TypeError(`using requires an object with a method ${wanted}`);
}

/** Both errors: the later one, with the one that it would have hidden. */
function suppressed(error: unknown, earlier: unknown): Error {
  const both = new Error(`disposing failed too: ${error instanceof Error ? error.message : error}`, { cause: earlier });
  return Object.assign(both, { name: "SuppressedError", error, suppressed: earlier });
}
