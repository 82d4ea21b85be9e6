/** @file What an object carries with it that nobody sees: a private field, a tenth of what an entry in a WeakMap costs. */

/** An object that is given to it, so that a class that extends this one adds its fields to that object. */
class Itself {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is what it is for
    return object;
  }
}

export interface Unseen<Value> {
  /** Once for each object; a cell can neither find it nor get in its way. */
  set(object: object, value: Value): void;
  get(object: object): Value | undefined;
}

export function createUnseen<Value>(): Unseen<Value> {
  /** The field's name is for debuggers, which see it: ours leaves it out (`debug/value-text.ts`). */
  class Marked extends Itself {
    readonly #__unseen: Value;

    constructor(object: object, value: Value) {
      super(object);
      this.#__unseen = value;
    }

    static of(object: object): Value | undefined {
      return #__unseen in object ? object.#__unseen : undefined;
    }
  }
  return {
    set(object, value) {
      new Marked(object, value);
    },
    get: Marked.of,
  };
}
