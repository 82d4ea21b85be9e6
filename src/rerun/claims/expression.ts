/** @file What the kernel is asked for a claim's number: its expression, and around it what prints numbers with every digit. */
import type { Claim } from "./claims.ts";

/** Numbers and lists of them, whatever holds them, as JSON prints them; anything else as the kernel shows it. */
const IN_PYTHON = `(lambda value, py: (lambda text: py.type("Numbers", (), {"__repr__": lambda self: text})() if text else value)(
  (lambda plain, text: "[" + ", ".join(py.map(text, plain)) + "]"
    if py.isinstance(plain, (py.list, py.tuple)) and py.len(plain) > 0 and py.all(py.map(text, plain))
    else text(plain))(
      value.tolist() if py.hasattr(value, "tolist") else value,
      lambda item: "" if py.isinstance(item, (py.str, py.bytes, py.complex, py.list, py.tuple)) or not py.hasattr(item, "__float__")
        else py.str(py.int(item)) if py.isinstance(item, py.int) else py.repr(py.float(item)))))`;

/** Built-in names by a way that a cell which calls its own list "list" does not close. */
const BUILTINS = '__import__("builtins")';

const IN_SCRIPT = `(({ Array, ArrayBuffer, DataView, Number, Object, String, Symbol }, value) => {
  const textOf = (item) => typeof item === "boolean" ? String(Number(item))
    : Object.is(item, -0) ? "-0" : typeof item === "number" || typeof item === "bigint" ? String(item) : "";
  const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const texts = isList ? Array.from(value, textOf) : [];
  const text = texts.length > 0 && !texts.includes("") ? "[" + texts.join(", ") + "]" : textOf(value);
  return text === "" ? value : { [Symbol.for("Jupyter.display")]: () => ({ "text/plain": text }) };
})`;

/** Cell id -> claim id -> what the kernel is asked. */
export function expressionsByCell(claims: readonly Claim[], language: string): Map<string, Record<string, string>> {
  const byCell = new Map<string, Record<string, string>>();
  for (const { cell, id, expression } of claims) {
    if (expression === undefined) continue;
    byCell.set(cell, { ...byCell.get(cell), [id]: measuredExpression(expression, language) });
  }
  return byCell;
}

/**
 * An expression whose value the kernel shows in full: of NumPy, pandas, typed arrays, and lists however long.
 *
 * @param expression as a claim has it
 * @param language of the kernel; one that is not known evaluates the expression as it is
 */
function measuredExpression(expression: string, language: string): string {
  if (/^python/i.test(language)) return `${IN_PYTHON}((\n${expression}\n), ${BUILTINS})`;
  if (/^(?:type|java)script/i.test(language)) return `${IN_SCRIPT}(globalThis, await (\n${expression}\n))`;
  return expression;
}
