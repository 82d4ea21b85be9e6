/** @file Completion, inspection and type errors, as a frontend sees them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { type Exchange, type Frontend, resultText, startFrontend, streamText } from "../frontend.ts";

const NOTEBOOKS = join(import.meta.dirname, "..", "..", "..", "notebooks");

interface Completed {
  readonly matches: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly types: readonly { readonly text: string; readonly type: string }[];
}

/** A cell with the cursor where the bar is; Jupyter counts it in code points. */
function place(marked: string): { code: string; cursor_pos: number } {
  const [before = "", after = ""] = marked.split("|");
  return { code: before + after, cursor_pos: [...before].length };
}

async function complete(frontend: Frontend, marked: string): Promise<Completed> {
  const { reply } = await frontend.request("complete_request", place(marked));
  assert.equal(reply.status, "ok");
  const metadata = reply.metadata as { _jupyter_types_experimental: Completed["types"] };
  return {
    matches: reply.matches as string[],
    start: Number(reply.cursor_start),
    end: Number(reply.cursor_end),
    types: metadata._jupyter_types_experimental,
  };
}

async function inspect(frontend: Frontend, marked: string, detail_level = 0): Promise<JsonObject> {
  const { reply } = await frontend.request("inspect_request", { ...place(marked), detail_level });
  assert.equal(reply.status, "ok");
  return reply;
}

function plain({ data }: JsonObject): string {
  return String((data as JsonObject)["text/plain"]);
}

/** A cell that a person runs: his frontend can be asked for input. */
function run(frontend: Frontend, code: string): Promise<Exchange> {
  return frontend.execute(code, { allow_stdin: true });
}

/** Until the service has started, completion is by live values, which know no types. */
async function untilTyped(frontend: Frontend): Promise<void> {
  const marked = '"text".toUpp|';
  for (let tries = 0; tries < 100; tries++) {
    if ((await complete(frontend, marked)).matches.length > 0) return;
  }
  assert.fail("no types came");
}

/** Text of the standard error of a cell; type errors may come after its end. */
async function errorText(frontend: Frontend, { iopub }: Exchange): Promise<string> {
  const parent = iopub[0]?.parent_header.msg_id;
  const isError = ({ parent_header, content }: Message): boolean =>
    parent_header.msg_id === parent && content.name === "stderr";
  return String((await frontend.until(isError)).content.text);
}

function serviceProcess(frontend: Frontend): number | undefined {
  const list = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const line = list.find((text) => text.trim().split(/\s+/)[1] === String(frontend.process.pid) && /--lsp/.test(text));
  return line === undefined ? undefined : Number(line.trim().split(/\s+/)[0]);
}

/** On a busy machine an answer may come too late, and live values stand in for it: it is asked for again. */
async function eventually(claim: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await claim();
    } catch (error) {
      if (tries === 20) throw error;
    }
  }
}

function subtest(t: TestContext, claim: string, body: () => Promise<void>): Promise<void> {
  return t.test(claim, () => eventually(body));
}

async function helped(t: TestContext): Promise<Frontend> {
  const frontend = await startFrontend(t, NOTEBOOKS);
  await frontend.execute('const first = { alpha: 1, beta: "x" };\nclass Person { name = "a"; greet() { return 1; } }');
  await untilTyped(frontend);
  return frontend;
}

test("completion knows the types of cells, modules and globals", async (t) => {
  const frontend = await helped(t);
  const names = async (marked: string) => (await complete(frontend, marked)).matches;

  await subtest(t, "members of a variable of an earlier cell", async () => {
    assert.deepEqual(await names("first.|"), ["alpha", "beta"]);
    assert.deepEqual(await names("new Person().|"), ["greet", "name"]);
  });
  await subtest(t, "members of what may be undefined, with the question mark that they need", async () => {
    const { matches, start, end } = await complete(frontend, "[first].find(() => true).|");
    assert.deepEqual({ matches, start, end }, { matches: ["?.alpha", "?.beta"], start: 24, end: 25 });
    assert.deepEqual(await names("[first].find(() => true).be|"), ["?.beta"]);
  });
  await subtest(t, "members of a local of this cell, and of one that declares an earlier name again", async () => {
    assert.deepEqual(await names("const own = { gamma: 1 };\nown.|"), ["gamma"]);
    assert.deepEqual(await names("const first = 5; first.toF|"), ["toFixed"]);
    assert.deepEqual(await names("function f(width: number) {\n  const widest = width;\n  wid|"), ["widest", "width"]);
  });
  await subtest(t, "a cell that declares a name again, of another kind, changes what is offered", async () => {
    await frontend.execute("function again() { return { one: 1 }; }");
    assert.deepEqual(await names("again().|"), ["one"]);
    await frontend.execute("class again { static two = 2; }\ninterface Shape { side: number }");
    assert.deepEqual(await names("again.tw|"), ["two"]);
    assert.deepEqual(await names("const shape: Shape = { | };"), ["side"]);
  });
  await subtest(t, "the cursor is counted in code points", async () => {
    const { start, end, matches } = await complete(frontend, 'const 𝑥𝑦 = "𝒵é"; first.al|');
    assert.deepEqual({ start, end, matches }, { start: 23, end: 25, matches: ["alpha"] });
  });
  await subtest(t, "names that an import could take, and where it could take them from", async () => {
    const door = await names('import { fitScali| } from "@eightfold/toolkit/scaling"');
    assert.deepEqual(door, ["fitScalingLaw", "fitScalingLaws", "fitScalingLawsInParallel"]);
    assert.deepEqual(await names('import data from "../data/pub|"'), ["published"]);
    assert.deepEqual(await names('import { x } from "@eightfold/toolkit/sc|"'), ["scaling"]);
    assert.deepEqual(await names('import fs from "node:fs|"'), ["node:fs", "node:fs/promises"]);
  });
  await subtest(t, "a name that only doors of the toolkit have comes with its import from each", async () => {
    const { start, end, matches } = await complete(frontend, "const law = fitScalingLaws|");
    assert.deepEqual({ start, end }, { start: 0, end: 26 });
    const doors = ["@eightfold/toolkit", "@eightfold/toolkit/scaling"];
    const offered = ["fitScalingLaws", "fitScalingLawsInParallel"].flatMap((name) =>
      doors.map((door) => `import { ${name} } from "${door}";\nconst law = ${name}`),
    );
    assert.deepEqual(matches, offered);
    assert.deepEqual(await names("first.fitScalingLaws|"), []);
    assert.deepEqual(await names('"fitScalingLaws|'), []);
  });
  await subtest(t, "near names come before far ones, and keywords not at all", async () => {
    const all = await names("const near = 1;\n|");
    assert.ok(all.indexOf("near") < all.indexOf("Array"));
    assert.ok(all.indexOf("first") < all.indexOf("Array"));
    assert.ok(!all.includes("function"));
  });
  await subtest(t, "a match says its kind", async () => {
    const { types } = await complete(frontend, "first.al|");
    const { text, type } = types[0] ?? {};
    assert.deepEqual({ text, type }, { text: "alpha", type: "property" });
  });
});

test("inspection shows signature, documentation and live value", async (t) => {
  const frontend = await helped(t);
  await frontend.execute(
    "/** Adds.\n * @param left the **first** one */\nfunction add(left: number, right: number) { return left + right; }\nlet reads = 0;\nconst guarded = { get secret() { return ++reads; }, open: [1, 2] };",
  );

  await subtest(t, "of a function, as Markdown and as text", async () => {
    const { data } = await inspect(frontend, "ad|d(1, 2)");
    const { "text/markdown": markdown, "text/plain": text } = data as Record<string, string>;
    assert.match(String(markdown), /```typescript\nfunction add\(left: number, right: number\): number\n```\nAdds\./);
    assert.match(
      String(text),
      /^function add\(left: number, right: number\): number\nAdds\.\n\n@param left — the first one$/,
    );
  });
  await subtest(t, "of a variable, with its value as it is now", async () => {
    assert.match(plain(await inspect(frontend, "fir|st")), /alpha: number[\s\S]*Value:\n\n\{ alpha: 1, beta: 'x' \}/);
    await frontend.execute('first.beta = "changed"');
    assert.match(plain(await inspect(frontend, "first.be|ta")), /beta: string[\s\S]*'changed'/);
  });
  await subtest(t, "without running a getter", async () => {
    assert.match(plain(await inspect(frontend, "guard|ed", 1)), /secret: \[Getter\], open: \[ 1, 2 \]/);
    await inspect(frontend, "guarded.sec|ret");
    await complete(frontend, "guarded.secret.|");
    assert.equal(resultText(await frontend.execute("reads")), "0");
  });
  await subtest(t, "of the call whose parentheses the cursor is in, with the parameter it is at", async () => {
    assert.match(
      plain(await inspect(frontend, "add(1, |")),
      /^add\(left: number, right: number\): number\n\nright: number/,
    );
  });
  await subtest(t, "and says so where nothing is", async () => {
    assert.equal((await inspect(frontend, "1 + |")).found, false);
  });
});

test("a type error is one line below the cell, which runs all the same", async (t) => {
  const frontend = await helped(t);
  const wrong = await run(frontend, 'const one = 1;\nconst wrong: number = "x"; console.log("ran"); wrong');
  assert.equal(
    await errorText(frontend, wrong),
    "type error at 2:7: Type 'string' is not assignable to type 'number'. (TS2322)\n",
  );
  assert.equal(streamText(wrong), "ran\n");
  assert.equal(resultText(wrong), "'x'");
});

test("a cell that runs is not blamed for what only types miss", async (t) => {
  const frontend = await helped(t);
  const cells = [
    "const loose = (x: number) => x + later();", // declared by a later cell
    "function later() { return 1; }\nlet count = loose(1);",
    "count += 1; count = 5; count",
    "globalThis.byHand = 1;\nbyHand",
    "const { a, b: [c] } = { a: 1, b: [2] };\nfor (var i = 0; i < 3; i++);\nenum E { A }",
    "i + c + a + E.A",
    "await Promise.resolve(first.alpha)",
    'import { fitScalingLaws } from "@eightfold/toolkit/scaling";\nimport { join } from "node:path";',
    'typeof fitScalingLaws + join("a", "b") + typeof display + typeof cellSignal',
  ];
  for (const code of cells) await run(frontend, code);
  await untilTyped(frontend);
  const printed = frontend.messages.filter(({ message }) => message.content.name === "stderr");
  assert.deepEqual(
    printed.map(({ message }) => message.content.text),
    [],
  );
});

test("a notebook that runs by itself starts no type service", async (t) => {
  const frontend = await startFrontend(t, NOTEBOOKS);
  const exchange = await frontend.execute('const wrong: number = "x"', { allow_stdin: false });
  assert.deepEqual(exchange.outputs, []);
  assert.equal(serviceProcess(frontend), undefined);
});

test("a cell with type errors does not run where types are strict", async (t) => {
  process.env.EIGHTFOLD_TYPES = "strict";
  const frontend = await startFrontend(t, NOTEBOOKS);
  delete process.env.EIGHTFOLD_TYPES;
  const refused = await run(frontend, 'const wrong: number = "x"; console.log("ran")');
  assert.equal(refused.reply.ename, "TypeErrors");
  assert.equal(streamText(refused), "");
  assert.equal(resultText(await run(frontend, "1 + 1")), "2");
  const alone = await frontend.execute("const alone: string = 1;", { allow_stdin: false });
  assert.equal(alone.reply.ename, "TypeErrors");
  assert.equal(resultText(await run(frontend, "const wrong = 2; const alone = wrong; alone")), "2");
});

test("a type service that is killed comes back once; after that live values do, with one notice", async (t) => {
  const frontend = await helped(t);
  const kill = async (): Promise<void> => {
    const pid = serviceProcess(frontend);
    assert.ok(pid !== undefined);
    process.kill(pid, "SIGKILL");
    while (serviceProcess(frontend) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await kill();
  await untilTyped(frontend);
  await eventually(async () => assert.deepEqual((await complete(frontend, "first.|")).matches, ["alpha", "beta"]));
  await kill();
  assert.deepEqual((await complete(frontend, "first.|")).matches.slice(0, 2), ["alpha", "beta"]);
  assert.ok((await complete(frontend, "Pers|")).matches.includes("Person"));
  assert.ok((await complete(frontend, "process.versi|")).matches.includes("versions"));
  assert.match(plain(await inspect(frontend, "fir|st")), /alpha: 1/);
  const noticed = await run(frontend, "const left: number = 1; left");
  assert.equal(resultText(noticed), "1");
  assert.match(await errorText(frontend, noticed), /^types are not shown any more/);
  assert.deepEqual((await run(frontend, "left + 1")).outputs.length, 1);
});

test("where there is no type service, live values help, with one notice, and cells run", async (t) => {
  const frontend = await startFrontend(t, NOTEBOOKS, { EIGHTFOLD_TYPE_SERVICE: "/nowhere/tsc" });
  const first = await run(frontend, 'const first = { alpha: 1, beta: "x" }; first.alpha');
  assert.equal(resultText(first), "1");
  assert.deepEqual((await complete(frontend, "first.|")).matches.slice(0, 2), ["alpha", "beta"]);
  assert.match(plain(await inspect(frontend, "fir|st")), /alpha: 1/);
  for (let cell = 0; cell < 3; cell++) assert.equal(resultText(await run(frontend, "first.alpha")), "1");
  const notices = frontend.messages.filter(({ message }) => /^types are not shown/.test(String(message.content.text)));
  assert.equal(notices.length, 1);
});

test("the module tslab has its types, without a package of that name", async (t) => {
  const frontend = await startFrontend(t, NOTEBOOKS);
  await frontend.execute('import * as tslab from "tslab"');
  await untilTyped(frontend);
  await eventually(async () => assert.ok((await complete(frontend, "tslab.display.ht|")).matches.includes("html")));
  await eventually(async () => assert.match(plain(await inspect(frontend, "tslab.newDis|play")), /DisplayHandle/));
});

test("an edited local file changes what is offered", async (t) => {
  const folder = mkdtempSync(join(NOTEBOOKS, "..", "node_modules", ".cache", "assist-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "tools.ts"), 'export { deep } from "./deep.ts";\n');
  writeFileSync(join(folder, "deep.ts"), "export const deep = { before: 1 };\n");
  const frontend = await startFrontend(t, folder);
  await frontend.execute('import { deep } from "./tools.ts"');
  await untilTyped(frontend);
  await eventually(async () => assert.deepEqual((await complete(frontend, "deep.|")).matches, ["before"]));
  writeFileSync(join(folder, "deep.ts"), "export const deep = { afterwards: 1 };\n");
  await eventually(async () => assert.deepEqual((await complete(frontend, "deep.|")).matches, ["afterwards"]));
});
