/** @file What the sandbox shows, who may use it, and when it refuses. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { visiblePaths } from "../../../src/rerun/sandbox/visible.ts";
import { readJson, startCommand } from "../command-runs.ts";
import { notebookJson, temporaryFolder, writeJson } from "../samples.ts";
import { giveTo, host, SECRET, SELF, skipFor, USERS } from "./stranger.ts";

test("secrets of the kernel's installation are hidden too", (t) => {
  const folder = temporaryFolder(t);
  const script = join(folder, "installation/node_modules/kernel/main.mjs");
  mkdirSync(join(folder, "installation/node_modules/kernel"), { recursive: true });
  mkdirSync(join(folder, "project/.git"), { recursive: true });
  for (const file of ["installation/.env", "installation/.npmrc", "installation/node_modules/kernel/main.mjs"]) {
    writeFileSync(join(folder, file), SECRET);
  }
  const launch = {
    name: "x",
    argv: [process.execPath, script],
    env: {},
    folder: undefined,
    interruptMode: "message",
    language: "typescript",
  } as const;
  const { visible, hidden } = visiblePaths(launch, join(folder, "project"));
  assert.ok(visible.includes(join(folder, "installation")));
  const expected = ["installation/.env", "installation/.npmrc", "project/.git"].map((name) => join(folder, name));
  assert.deepEqual([...hidden].sort(), expected);
});

test("--sandbox asks no git for --since", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--sandbox", "--since", "HEAD"]).ended;
  assert.equal(code, 2);
  assert.match(stderr, /^eightfold requires --sandbox to be without --since/m);
});

test("a user without a name may use the sandbox", {
  skip: SELF.name === "root" ? skipFor(USERS.at(-1) ?? SELF) : "only root can become another",
}, async (t) => {
  const folder = temporaryFolder(t);
  const nameless = {
    name: "no name",
    id: 54_321,
    through: ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"],
  };
  writeJson(folder, "a.ipynb", notebookJson(["1"]));
  giveTo(nameless, folder);
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--sandbox"], { HOME: "" }, nameless.through).ended;
  assert.equal(code, 0, stderr);
});

test("a notebook that asks for nothing forbidden runs in the sandbox, with its project's data, and its limits are told", {
  skip: skipFor(SELF),
}, async (t) => {
  const { project, run } = await host(t, SELF);
  const source =
    'const fs = require("node:fs"); fs.writeFileSync(process.env.TMPDIR + "/a", "2"); fs.readFileSync("data.csv", "utf8")';
  const { code, stdout, stderr } = await run([source]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^in the sandbox, which does not hold: faults of the system's kernel; /m);
  assert.deepEqual(readJson(project, "out/attack.ipynb").cells[0].outputs[0].data["text/plain"], ["'1,2\\n'"]);
  assert.equal(readJson(project, "out/report.json").notebooks[0].sandbox, true);
});

test("the engine that is asked for by the environment is asked for in the sandbox too", {
  skip: skipFor(SELF),
}, async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(["process.env.EIGHTFOLD_ENGINE"]));
  const asked = { EIGHTFOLD_ENGINE: "reference" };
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--sandbox"], asked).ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(readJson(folder, "out/a.ipynb").cells[0].outputs[0].data["text/plain"], ["'reference'"]);
});

test("where the promise cannot be kept, nothing is run, and the reason is one line", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(['require("node:fs").writeFileSync("ran", "")']));
  // as on a machine that forbids user namespaces
  const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"';
  const through = ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh"];
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--sandbox"], {}, through).ended;
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^--sandbox cannot keep its promise on this machine, so nothing was run: unshare: unshare failed: No space left on device/m,
  );
  assert.ok(!existsSync(join(folder, "ran")));
});
