/** @file What a debugger shows of values, and that it runs none of their code to show it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "@eightfold/kernel/wire";
import { resultText, startFrontend } from "../frontend.ts";
import { createClient, startDebugged } from "./debug-client.ts";

const VALUES: Readonly<Record<string, readonly [code: string, shown: string]>> = {
  text: ['"a\\nb"', '"a\\nb"'],
  whole: ["42", "42"],
  big: ["2n ** 70n", "1180591620717411303424n"],
  minusZero: ["-0", "-0"],
  missing: ["undefined", "undefined"],
  nothing: ["null", "null"],
  list: ['[1, "two", { three: 3 }]', '(3) [1, "two", {\u2026}]'],
  typed: ["new Float64Array([0.5, 1])", "Float64Array(2) [0.5, 1]"],
  object: ["{ a: 1, b: [2] }", "{a: 1, b: Array(1)}"],
  named: ["new (class Point { x = 1 })()", "Point {x: 1}"],
  map: ['new Map([["a", 1]])', 'Map(1) {"a" => 1}'],
  set: ["new Set([1, 2])", "Set(2) {1, 2}"],
  when: ["new Date(0)", new Date(0).toString()],
  pattern: ["/a+/g", "/a+/g"],
  failure: ['new Error("broken")', "Error: broken"],
  arrow: ["(a: number, b = list): number => a", "\u0192 (a, b = list)"],
  waits: ["Promise.resolve(1)", 'Promise {[[PromiseState]]: "fulfilled", [[PromiseResult]]: 1}'],
};

test("values show as what they are", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const declared = Object.entries(VALUES).map(([name, [code]]) => `const ${name} = ${code};`);
  assert.equal((await client.execute(declared.join("\n"))).reply.status, "ok");
  const { variables } = await client.debug("inspectVariables");
  const shown = Object.fromEntries((variables as JsonObject[]).map(({ name, value }) => [name, value]));
  for (const [name, [, text]] of Object.entries(VALUES)) assert.equal(shown[name], text, name);
});

const TRAPS = `let ran: string[] = [];
const trap = (name: string) => () => { ran.push(name); return undefined as never };
const lazy = { get costly() { ran.push("getter"); return 1 }, toString() { ran.push("toString"); return "" }, plain: 1 };
const proxy = new Proxy({}, { get: trap("get"), ownKeys: trap("ownKeys"), getOwnPropertyDescriptor: trap("descriptor"), getPrototypeOf: trap("prototype"), has: trap("has") });
const shown = { [Symbol.for("nodejs.util.inspect.custom")]: trap("inspect"), [Symbol.toStringTag]: "Tagged", nested: { lazy, proxy } };
class Hidden { #secret = 7; get open() { ran.push("open"); return this.#secret } }
const hidden = new Hidden();
let halt = 1;
halt++;`;

test("no getter, no Proxy and no printer is run to show a value, in a pause and without one", {
  timeout: 100_000,
}, async (t) => {
  const client = await startDebugged(t);
  const open = async (variables: JsonObject[], depth: number): Promise<string[]> => {
    const texts = variables.map(({ name, value }) => `${name}: ${value}`);
    for (const { variablesReference } of depth > 0 ? variables : []) {
      if (variablesReference === 0) continue;
      const { variables: inner } = await client.debug("variables", {
        variablesReference: variablesReference as number,
      });
      texts.push(...(await open(inner as JsonObject[], depth - 1)));
    }
    return texts;
  };
  await client.breakAt(TRAPS, 9);
  const running = client.execute(TRAPS);
  await client.halted("breakpoint");
  const [frame] = (await client.debug("stackTrace", { threadId: 1 })).stackFrames as JsonObject[];
  const { scopes } = await client.debug("scopes", { frameId: frame?.id as number });
  const paused = await open(scopes as JsonObject[], 4);
  for (const text of ["costly: (getter)", "#secret: 7", "plain: 1", "proxy: Proxy(Object)"])
    assert.ok(paused.includes(text), text);
  assert.equal(await client.evaluate("ran.length"), "0");
  await client.debug("continue", { threadId: 1 });
  await running;
  const { variables } = await client.debug("inspectVariables");
  assert.deepEqual(
    (await open(variables as JsonObject[], 3)).filter((text) => text === "costly: (getter)").length > 0,
    true,
  );
  assert.equal(resultText(await client.execute("ran.length")), "0");
});

test("a long list opens in parts", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  await client.execute("const long = Array.from({ length: 100_000 }, (_, k) => k * 2)");
  const { variables } = await client.debug("inspectVariables");
  const [list] = variables as JsonObject[];
  assert.equal(list?.indexedVariables, 100_000);
  let found: JsonObject | undefined = list;
  for (const part of ["[90000 \u2026 99999]", "[99900 \u2026 99999]", "99999"]) {
    const opened = await client.debug("variables", { variablesReference: found?.variablesReference as number });
    found = (opened.variables as JsonObject[]).find(({ name }) => name === part);
  }
  assert.deepEqual([found?.value, found?.evaluateName], ["199998", "long[99999]"]);
});

test("variables are inspected without a start, as a cell would show them, and while a cell runs", {
  timeout: 100_000,
}, async (t) => {
  const client = createClient(await startFrontend(t), "");
  await client.execute('import { join } from "node:path"; const rows = [{ a: 1 }, { a: 2 }];');
  assert.equal((await client.debug("debugInfo")).isStarted, false);
  const { variables } = await client.debug("inspectVariables");
  assert.deepEqual(
    (variables as JsonObject[]).map(({ name }) => name),
    ["join", "rows"],
  );
  const { data } = await client.debug("richInspectVariables", { variableName: "rows" });
  assert.deepEqual(Object.keys(data as JsonObject), ["text/html", "text/plain"]);
  assert.deepEqual(await client.debug("richInspectVariables", { variableName: "no name" }), { data: {}, metadata: {} });
  assert.match(await client.refusal("richInspectVariables", { variableName: "nobody" }), /nobody is not defined/);
  const running = client.execute('console.log("spins"); while (true) {}');
  await client.until(({ content }) => content.text === "spins\n");
  assert.equal(((await client.debug("inspectVariables")).variables as JsonObject[]).length, 2);
  await client.request("interrupt_request", {}, "control");
  await running;
});

test("a variable of a frame is shown and copied as a cell would show it", { timeout: 100_000 }, async (t) => {
  const client = await startDebugged(t);
  const code = "function inner() {\n  const local = [{ b: 1 }];\n  return local;\n}\ninner();";
  await client.breakAt(code, 3);
  const running = client.execute(code);
  await client.halted("breakpoint");
  const [frame] = (await client.debug("stackTrace", { threadId: 1 })).stackFrames as JsonObject[];
  const frameId = frame?.id as number;
  const { data } = await client.debug("richInspectVariables", { variableName: "local", frameId });
  assert.match(String((data as JsonObject)["text/html"]), /<td>1<\/td>|1/);
  await client.debug("copyToGlobals", { srcVariableName: "local", dstVariableName: "copied", srcFrameId: frameId });
  await client.debug("continue", { threadId: 1 });
  await running;
  assert.equal(resultText(await client.execute("copied[0].b")), "1");
});
