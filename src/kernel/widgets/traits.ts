/** @file The properties of widgets: what each may be, and what the frontend calls it. */

/** One property of a kind of widget. */
export interface Trait<Value> {
  readonly initial: Value;
  /** What it may be, in the words of an error: "text". */
  readonly expected: string;
  accepts(value: unknown): boolean;
  /** The frontend's name where it is not the name in snake case; null for what stays in the kernel. */
  readonly wire?: string | null;
  /** The frontend cannot change it. */
  readonly readonly?: boolean;
  /** What the frontend is sent. */
  toWire?(value: Value): unknown;
  /** What the frontend has sent, to be checked. */
  fromWire?(sent: unknown): unknown;
  /** The value is a model of its own in the frontend, of this name. */
  readonly companion?: Companion;
}

/** A model that belongs to one widget: its layout, its style. */
export interface Companion {
  readonly names: Readonly<Record<string, string>>;
  /** The keys that it may have. */
  readonly keys: readonly string[];
}

/** Finite. */
export function number(initial: number): Trait<number> {
  return { initial, expected: "a finite number", accepts: Number.isFinite };
}

export function integer(initial: number): Trait<number> {
  return { initial, expected: "a whole number", accepts: Number.isSafeInteger };
}

export function boolean(initial: boolean): Trait<boolean> {
  return { initial, expected: "true or false", accepts: (value) => typeof value === "boolean" };
}

export function text(initial = ""): Trait<string> {
  return { initial, expected: "text", accepts: (value) => typeof value === "string" };
}

/** One of a few words. */
export function oneOf<Word extends string>(words: readonly Word[], initial: NoInfer<Word>): Trait<Word> {
  const expected = `one of ${words.map((word) => JSON.stringify(word)).join(", ")}`;
  return { initial, expected, accepts: (value) => (words as readonly unknown[]).includes(value) };
}

/** What the trait may be, or null. */
export function optional<Value>(trait: Trait<Value>): Trait<Value | null> {
  const { expected, accepts } = trait;
  return { initial: null, expected: `${expected}, or null`, accepts: (value) => value === null || accepts(value) };
}

/** A plain object whose values are text. */
export function companion<Value extends object>(companion: Companion): Trait<Value> {
  const { keys } = companion;
  const isEntry = ([key, value]: [string, unknown]): boolean =>
    keys.includes(key) && (typeof value === "string" || value === null || value === undefined);
  return {
    initial: {} as Value,
    expected: `an object of texts under the names ${keys.join(", ")}`,
    accepts: (value) => typeof value === "object" && value !== null && Object.entries(value).every(isEntry),
    companion,
    readonly: true,
  };
}

/** The frontend's name of a property. */
export function wireName(name: string, { wire }: Pick<Trait<never>, "wire">): string | null {
  return wire === undefined ? snakeCase(name) : wire;
}

/**
 * A name as the frontend writes it.
 *
 * @example snakeCase("readoutFormat") // => "readout_format"
 */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
