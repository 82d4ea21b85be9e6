/** @file A loop's progress as one line that is replaced where it stands. */
import { DISPLAY } from "./mime-bundle.ts";

export interface ProgressOptions {
  /** What stands before the bar. */
  readonly label?: string;
  /** How many items there will be; known of arrays, sets, maps, and what else has a length or a size. */
  readonly total?: number;
}

/** Goes through items and shows how far it has come. */
export interface ShowProgress {
  <Item>(items: Iterable<Item>, options?: ProgressOptions): Generator<Item, void>;
  <Item>(items: AsyncIterable<Item>, options?: ProgressOptions): AsyncGenerator<Item, void>;
}

/** Shows a value, and another one in its place. */
type Show = (value: unknown) => { update(value: unknown): void };

/** Between two drawings. */
const DRAW_MS = 100;

/**
 * The function that shows progress.
 *
 * @param show where it is drawn
 * @param now milliseconds, of whatever begin
 */
export function progressOn(show: Show, now: () => number = performance.now.bind(performance)): ShowProgress {
  return ((items: Iterable<unknown> | AsyncIterable<unknown>, options: ProgressOptions = {}) => {
    if (typeof items === "object" && items !== null) {
      if (Symbol.asyncIterator in items) return throughAsync(items, drawing(items, options));
      if (Symbol.iterator in items) return through(items, drawing(items, options));
    }
    throw new TypeError(`display.progress requires something to loop over, got ${typeof items}`);
  }) as ShowProgress;

  function drawing(items: object, { label = "", total = sizeOf(items) }: ProgressOptions): Drawing {
    const start = now();
    let done = 0;
    let drawn = -Infinity;
    let shown: ReturnType<Show> | undefined;
    const draw = (state: Ended | undefined): void => {
      drawn = now();
      const left = total === undefined || done === 0 ? undefined : ((drawn - start) / done) * (total - done);
      const text = progressLine({ label, done, total, state, left });
      const value = { [DISPLAY]: () => ({ "text/plain": text }) };
      if (shown === undefined) shown = show(value);
      else shown.update(value);
    };
    return {
      begin: () => draw(undefined),
      step() {
        done++;
        if (now() - drawn >= DRAW_MS) draw(undefined);
      },
      end: draw,
    };
  }
}

/** How a loop came to its end. */
type Ended = "done" | "stopped";

interface Drawing {
  begin(): void;
  step(): void;
  end(state: Ended): void;
}

function* through<Item>(items: Iterable<Item>, { begin, step, end }: Drawing): Generator<Item, void> {
  let state: Ended = "stopped"; // by a break, or an error
  begin();
  try {
    for (const item of items) {
      yield item;
      step();
    }
    state = "done";
  } finally {
    end(state);
  }
}

async function* throughAsync<Item>(
  items: AsyncIterable<Item>,
  { begin, step, end }: Drawing,
): AsyncGenerator<Item, void> {
  let state: Ended = "stopped";
  begin();
  try {
    for await (const item of items) {
      yield item;
      step();
    }
    state = "done";
  } finally {
    end(state);
  }
}

function sizeOf(items: object): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  return [length, size].find((count) => typeof count === "number");
}

interface Line {
  readonly label: string;
  readonly done: number;
  readonly total: number | undefined;
  readonly state: Ended | undefined;
  /** Milliseconds, by the time that each item has taken so far. */
  readonly left: number | undefined;
}

const WIDTH = 30;

/** Such as `fit 1/2 ███████████████░░░░░░░░░░░░░░░ 50 %, 2 s left`. */
function progressLine({ label, done, total, state, left }: Line): string {
  const name = label === "" ? "" : `${label} `;
  const ending = state === "stopped" ? ", stopped" : "";
  if (total === undefined) return `${name}${done}${ending}`;
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.floor(part * WIDTH);
  const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
  const seconds = state === undefined && left !== undefined ? `, ${Math.round(left / 1000)} s left` : "";
  return `${name}${done}/${total} ${bar} ${Math.floor(part * 100)} %${seconds}${ending}`;
}
