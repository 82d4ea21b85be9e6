/** @file What cells find of earlier ones: `In[n]` and `Out[n]` by their numbers, and the latest results as `_`, `__` and `___`. */

/** So many cells are kept: what they hold would otherwise never be let go. */
const KEPT = 100;

export interface Results {
  /** A cell with a number begins. */
  begin(count: number, code: string): void;
  /** It has a result. */
  end(count: number, value: unknown): void;
}

/**
 * None yet.
 *
 * @param provide makes names known to cells; a name that one declares is its own
 */
export function createResults(provide: (names: Readonly<Record<string, unknown>>) => void): Results {
  const In: Record<number, string> = {};
  const Out: Record<number, unknown> = {};
  let latest: readonly unknown[] = [undefined, undefined, undefined];
  const name = (): void => {
    const [_, __, ___] = latest;
    provide({ _, __, ___ });
  };
  provide({ In, Out });
  name();
  return {
    begin(count, code) {
      In[count] = code;
      delete In[count - KEPT];
      delete Out[count - KEPT];
    },
    end(count, value) {
      Out[count] = value;
      latest = [value, latest[0], latest[1]];
      name();
    },
  };
}
