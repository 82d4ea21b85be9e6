/** @file A result that may fail: the reason is one line that names the place and what to do. */

export type Outcome<Value> = { readonly ok: true; readonly value: Value } | Failed;

export interface Failed {
  readonly ok: false;
  readonly reason: string;
}

export function success<Value>(value: Value): Outcome<Value> {
  return { ok: true, value };
}

export function failure(reason: string): Failed {
  return { ok: false, reason };
}
