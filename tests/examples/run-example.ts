/** @file Runs one documented example: `expression // => value` holds when the value deeply equals what the expression gives. */
import { parseSync, Visitor } from "oxc-parser";
import { transformSync } from "oxc-transform";
import type { DocExample } from "./doc-examples.ts";

/** Room for the last digits of a sum taken in another order, and no more. */
const RELATIVE_TOLERANCE = 1e-12;

const CLAIM = /^(.*\S)\s*\/\/ => (.+)$/;

/**
 * Throws when the example does not hold.
 *
 * One line, `expression // => value`, is evaluated. In a fence every line of that form is checked in passing;
 * a fence without one has nothing to compare and is only transpiled.
 */
export async function runExample(example: DocExample, scope: Record<string, unknown>): Promise<void> {
  if (!hasClaim(example)) {
    if (!example.fenced) throw new Error("an example is one line `expression // => value`, or stands in a code fence");
    toJavaScript(example.code);
    return;
  }
  const claims: [actual: unknown, expected: unknown][] = [];
  const body = example.code.split("\n").map(asCheck).join("\n");
  const names = Object.keys(scope).filter((name) => /^[\w$]+$/.test(name) && name !== "default");
  const claim = (actual: unknown, expected: unknown): void => {
    claims.push([actual, expected]);
  };
  const program = toJavaScript(`async () => {\n${body}\n}`).replace(/;\s*$/, "");
  const run = new Function("claim__", ...names, `return (${program})()`) as (...given: unknown[]) => Promise<void>;
  await run(claim, ...names.map((name) => scope[name]));
  for (const [actual, expected] of claims) requireEqual(actual, expected, "the result");
}

/** Whether the example states a value, so that its modules must be loaded to check it. */
export function hasClaim({ code }: DocExample): boolean {
  return code.split("\n").some((line) => CLAIM.test(line));
}

function asCheck(line: string): string {
  const match = CLAIM.exec(line);
  if (match === null) return line;
  const [, expression = "", value = ""] = match;
  requireLiteral(value);
  return `claim__(await (${expression.replace(/;$/, "")}), (${value}));`;
}

function toJavaScript(code: string): string {
  const { code: javascript, errors } = transformSync("example.ts", code);
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${error.message} in the example ${code}`);
  return javascript;
}

/** The value is written out, not computed: else an example could agree with itself. */
function requireLiteral(value: string): void {
  const { program, errors } = parseSync("value.ts", `(${value})`);
  if (errors.length > 0) throw new SyntaxError(`the value after => is no literal: ${value}`);
  const refuse = (): void => {
    throw new SyntaxError(`the value after => is no literal: ${value}`);
  };
  new Visitor({
    CallExpression: refuse,
    NewExpression: refuse,
    BinaryExpression: refuse,
    FunctionExpression: refuse,
    ArrowFunctionExpression: refuse,
    Identifier: ({ name }) => {
      if (!/^(undefined|Infinity)$/.test(name) && !new RegExp(`\\b${name}\\s*:`).test(value)) refuse();
    },
  }).visit(program);
}

function requireEqual(actual: unknown, expected: unknown, where: string): void {
  if (typeof actual === "number" && typeof expected === "number") {
    const close = Math.abs(actual - expected) <= RELATIVE_TOLERANCE * Math.abs(expected);
    if (!close && !Object.is(actual, expected)) differ(actual, expected, where);
  } else if (isObject(actual) && isObject(expected)) {
    if (isList(actual) !== isList(expected)) differ(actual, expected, where);
    const keys = new Set([...definedKeys(actual), ...definedKeys(expected)]);
    for (const key of keys) requireEqual(actual[key], expected[key], `${where}.${key}`);
  } else if (!Object.is(actual, expected)) differ(actual, expected, where);
}

function differ(actual: unknown, expected: unknown, where: string): never {
  throw new Error(`${where} is ${show(actual)}, the example says ${show(expected)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/** As JSON has it: a key whose value is undefined is no key. */
function definedKeys(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}

function show(value: unknown): string {
  return typeof value === "function" ? `function ${value.name}` : (JSON.stringify(value) ?? String(value));
}
