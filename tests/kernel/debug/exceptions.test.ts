/** @file A thread that halts where something is thrown. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DebugClient, startDebugged } from "./debug-client.ts";

/** Runs a cell and goes on after each halt; `line text` of each. */
async function halts(client: DebugClient, code: string): Promise<string[]> {
  const seen: string[] = [];
  const running = client.execute(code);
  let ended = false;
  void running.then(() => {
    ended = true;
  });
  for (;;) {
    const stopped = client.event("stopped");
    const body = await Promise.race([stopped, running.then(() => undefined)]);
    if (body === undefined || ended) {
      client.forget("stopped"); // nothing came
      return seen;
    }
    assert.equal(body.reason, "exception");
    const { stackFrames } = await client.debug("stackTrace", { threadId: 1 });
    seen.push(`${(stackFrames as { line: number }[])[0]?.line} ${body.text}`);
    await client.debug("continue", { threadId: 1 });
  }
}

const CELLS: Readonly<Record<string, { code: string; all: string[]; uncaught: string[] }>> = {
  "an error that ends the cell": {
    code: 'const a = 1;\nthrow new RangeError("too far");',
    all: ["2 RangeError: too far"],
    uncaught: ["2 RangeError: too far"],
  },
  "an error that is caught": {
    code: 'function risky() {\n  throw new Error("no");\n}\ntry {\n  risky();\n} catch {}',
    all: ["2 Error: no"],
    uncaught: [],
  },
  "a name that nobody declared": {
    code: "let b = 2;\nmissing;",
    all: ["2 ReferenceError: missing is not defined"],
    uncaught: ["2 ReferenceError: missing is not defined"],
  },
  "an error of Node": {
    code: 'const fs = require("node:fs");\nfs.readFileSync("nowhere.txt");',
    all: ["2 Error: ENOENT: no such file or directory, open 'nowhere.txt'"],
    uncaught: ["2 Error: ENOENT: no such file or directory, open 'nowhere.txt'"],
  },
  "an error that who awaits catches": {
    code: 'async function late() {\n  await null;\n  throw new Error("late");\n}\ntry {\n  await late();\n} catch {}',
    all: ["3 Error: late"],
    uncaught: [],
  },
  "an error that nobody who awaits catches": {
    code: 'async function later() {\n  await null;\n  throw new Error("later");\n}\nawait later();',
    all: ["3 Error: later"],
    uncaught: ["3 Error: later"],
  },
  nothing: { code: 'import { join } from "node:path";\nconsole.log(join("a", "b"));', all: [], uncaught: [] },
};

test("all exceptions halt where they are thrown, or those alone that nobody catches", {
  timeout: 200_000,
}, async (t) => {
  const client = await startDebugged(t);
  for (const filter of ["all", "uncaught"] as const) {
    await client.debug("setExceptionBreakpoints", { filters: [filter] });
    for (const [what, cell] of Object.entries(CELLS))
      assert.deepEqual(await halts(client, cell.code), cell[filter], `${filter}: ${what}`);
  }
  await client.debug("setExceptionBreakpoints", { filters: [] });
  for (const { code } of Object.values(CELLS)) assert.deepEqual(await halts(client, code), []);
  assert.match(await client.refusal("setExceptionBreakpoints", { filters: ["some"] }), /of all, uncaught, got some/);
});
