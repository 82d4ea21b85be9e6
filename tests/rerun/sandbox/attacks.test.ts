/** @file Notebooks that attack: none gets what it wants, the host is as before, and the run says why it could not go on. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import { kernelLaunch } from "../../../src/rerun/kernels/kernel-launch.ts";
import { createSandbox } from "../../../src/rerun/sandbox/sandbox.ts";
import { readJson, startCommand } from "../command-runs.ts";
import { notebookJson, temporaryFolder, writeJson } from "../samples.ts";

const SECRET = "-----BEGIN OPENSSH PRIVATE KEY----- of the test";
const REFUSED = promise();
const NO_PYTHON = REFUSED || (findKernelSpec("python3") === undefined ? "no Python kernel is installed" : false);

/** Why this machine cannot keep the promise; false when it can. */
function promise(): string | false {
  const launch = kernelLaunch("eightfold");
  assert.ok(launch.ok);
  const sandbox = createSandbox(launch.value, "tests");
  return sandbox.ok ? false : sandbox.reason;
}

/** A home with secrets, a project in it, and a server and a socket that wait to be reached. */
async function host(t: TestContext) {
  const home = temporaryFolder(t);
  const project = join(home, "project");
  for (const folder of [".ssh", "project/.git"]) mkdirSync(join(home, folder), { recursive: true });
  for (const file of [".ssh/id_ed25519", ".netrc", "project/.env", "project/.git/config"]) {
    writeFileSync(join(home, file), SECRET);
  }
  writeFileSync(join(project, "data.csv"), "1,2\n");
  let reached = 0;
  const listen = async (place: { port: number; host: string } | { path: string }) => {
    const server = createServer((socket) => {
      reached++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(place, resolve));
    t.after(() => server.close());
    return server.address();
  };
  const address = await listen({ port: 0, host: "127.0.0.1" });
  await listen({ path: join(home, "agent.sock") });
  const port = typeof address === "object" ? Number(address?.port) : 0;
  return { home, project, port, reached: () => reached };
}

interface Attack {
  readonly name: string;
  readonly language: "typescript" | "python";
  /** Lines of the cell; HOME_, PORT_ stand for the host's own. What follows a success is the line BREACH. */
  readonly source: string;
  /** Seconds that its cell may take. */
  readonly timeout?: string;
  /** Why the run could not go on. */
  readonly reason: RegExp;
}

const IMPORTS =
  'import fs from "node:fs"; import { execFileSync, execSync, spawn } from "node:child_process"; import net from "node:net";';
const FAIL_UNLESS_CONNECTED = "await new Promise((ok, no) => { s.on('connect', ok); s.on('error', no); })";

const ATTACKS: readonly Attack[] = [
  ...[".ssh/id_ed25519", ".netrc", "project/.env", "project/.git/config"].map((file) => ({
    name: `reads ~/${file}`,
    language: "typescript" as const,
    source: `const text = fs.readFileSync("HOME_/${file}", "utf8"); if (!text.includes("KEY")) throw new Error("EMPTY")`,
    reason: /ENOENT|EMPTY|ENOTDIR/,
  })),
  {
    name: "reads the keys by a child process",
    language: "typescript",
    source: 'execSync("cat HOME_/.ssh/*")',
    reason: /Command failed/,
  },
  {
    name: "reads the environment's secrets",
    language: "typescript",
    source: 'if (process.env.TOKEN_OF_THE_TEST === undefined) throw new Error("no token")',
    reason: /no token/,
  },
  {
    name: "reads the outside's files by process 1",
    language: "typescript",
    source: 'fs.readFileSync("/proc/1/root/HOME_/.ssh/id_ed25519")',
    reason: /EACCES|ENOENT/,
  },
  {
    name: "opens a socket to the host",
    language: "typescript",
    source: `const s = net.connect(PORT_, "127.0.0.1"); ${FAIL_UNLESS_CONNECTED}`,
    reason: /ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL/,
  },
  {
    name: "opens a socket to the world",
    language: "typescript",
    source: `const s = net.connect(53, "1.1.1.1"); ${FAIL_UNLESS_CONNECTED}`,
    reason: /ENETUNREACH/,
  },
  {
    name: "opens a socket by a child process",
    language: "typescript",
    source: 'execFileSync("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/PORT_"])',
    reason: /Command failed/,
  },
  {
    name: "opens the socket of an agent in the home folder",
    language: "typescript",
    source: `const s = net.connect("HOME_/agent.sock"); ${FAIL_UNLESS_CONNECTED}`,
    reason: /ENOENT/,
  },
  ...["HOME_/project/data.csv", "HOME_/project/new.txt", "HOME_/x", "/usr/bin/x", "/etc/x", "/x"].map((path) => ({
    name: `writes ${path}`,
    language: "typescript" as const,
    source: `fs.writeFileSync("${path}", "changed")`,
    reason: /EROFS|EACCES|ENOENT/,
  })),
  {
    name: "makes its read-only folders writable",
    language: "typescript",
    source: 'execSync("mount -o remount,rw /usr || unshare --user --map-root-user --mount mount -o remount,rw /usr")',
    reason: /Command failed/,
  },
  {
    name: "fills the scratch folder",
    language: "typescript",
    source: 'for (let i = 0; ; i++) fs.writeFileSync(process.env.TMPDIR + "/" + i, Buffer.alloc(64 * 2 ** 20))',
    reason: /ENOSPC/,
  },
  {
    name: "fills the folder of its sockets",
    language: "typescript",
    source: 'fs.writeFileSync(process.argv.find((word) => word.endsWith("connection.json")) + ".full", "1")',
    reason: /EROFS/,
  },
  {
    name: "kills its parent and everyone else",
    language: "typescript",
    source: `process.kill(process.ppid, "SIGKILL"); process.kill(1, "SIGKILL"); process.kill(-1, "SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 300)); process.kill(1, 0); throw new Error("all alive")`,
    reason: /all alive|the kernel died/,
  },
  {
    name: "loops for ever",
    language: "typescript",
    source: "for (;;);",
    timeout: "2",
    reason: /ran longer than 2 s and was interrupted/,
  },
  {
    name: "loops for ever and will not be interrupted",
    language: "python",
    source: "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    timeout: "2",
    reason: /ran longer than 2 s and did not stop when interrupted: its kernel was killed/,
  },
  {
    name: "forks without end",
    language: "python",
    source: "import os, time\nwhile True:\n  if os.fork() == 0: time.sleep(600)",
    reason: /Resource temporarily unavailable|more than 256 processes/,
  },
  {
    name: "takes all memory",
    language: "python",
    source: "blocks = []\nwhile True: blocks.append(bytearray(256 << 20))",
    reason: /MemoryError|of memory|the kernel died/,
  },
  {
    name: "prints without end",
    language: "python",
    source: "while True: print('x' * 1_000_000)",
    reason: /its output was more than 64 MiB/,
  },
  {
    name: "leaves a process behind",
    language: "python",
    source:
      "import subprocess\nsubprocess.Popen(['sleep', '86123'], start_new_session=True)\nraise SystemError('left')",
    reason: /left/,
  },
];

/** Everything below a folder, with its text. */
function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => !name.includes("project/out"),
  );
  const files = names.filter((name) => !/\.sock$/.test(name) && existsSync(join(folder, name)));
  return Object.fromEntries(files.map((name) => [name, textOf(join(folder, name))]));
}

/** Command lines of this machine's processes that match. */
function processesNamed(pattern: RegExp): string[] {
  const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return names.map((name) => textOf(`/proc/${name}/cmdline`)).filter((line) => pattern.test(line));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "a folder";
  }
}

for (const { name, language, source, reason, timeout = "60" } of ATTACKS) {
  const skip = language === "python" ? NO_PYTHON : REFUSED;
  test(`contained: a notebook that ${name}`, { skip }, async (t) => {
    const { home, project, port, reached } = await host(t);
    const cell = source.replaceAll("HOME_", home).replaceAll("PORT_", String(port));
    const kernelspec = { name: language === "python" ? "python3" : "eightfold" };
    const cells = language === "python" ? [cell, "print('BREACH')"] : [IMPORTS, cell, 'console.log("BREACH")'];
    writeJson(project, "attack.ipynb", notebookJson(cells, { metadata: { kernelspec } }));
    const before = snapshot(home);
    const words = ["attack.ipynb", "--sandbox", "--timeout", timeout];
    const { code, stdout, stderr } = await startCommand(project, words, { HOME: home, TOKEN_OF_THE_TEST: SECRET })
      .ended;
    assert.equal(code, 2, stdout + stderr);
    assert.match(readJson(project, "out/report.json").notebooks[0].reason, reason);
    assert.ok(!stderr.includes("BREACH"));
    for (const file of readdirSync(join(project, "out"))) {
      assert.ok(!readFileSync(join(project, "out", file), "utf8").includes(SECRET), `the secret is in ${file}`);
    }
    assert.deepEqual(snapshot(home), before, "the host's files are as before");
    assert.equal(reached(), 0, "nobody reached the host's sockets");
    assert.deepEqual(processesNamed(/sleep.86123|attack\.ipynb/), [], "no process is left");
  });
}

test("a notebook that asks for nothing forbidden runs in the sandbox, with its project's data", {
  skip: REFUSED,
}, async (t) => {
  const { home, project } = await host(t);
  const source =
    'const fs = require("node:fs"); fs.writeFileSync(process.env.TMPDIR + "/a", "2"); fs.readFileSync("data.csv", "utf8")';
  writeJson(project, "a.ipynb", notebookJson([source]));
  const { code, stderr } = await startCommand(project, ["a.ipynb", "--sandbox"], { HOME: home }).ended;
  assert.equal(code, 0, stderr);
  assert.deepEqual(readJson(project, "out/a.ipynb").cells[0].outputs[0].data["text/plain"], ["'1,2\\n'"]);
  assert.equal(readJson(project, "out/report.json").notebooks[0].sandbox, true);
});

test("where the promise cannot be kept, nothing is run, and the reason is one line", async (t) => {
  const folder = temporaryFolder(t);
  writeJson(folder, "a.ipynb", notebookJson(['require("node:fs").writeFileSync("ran", "")']));
  const forbidden = "#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted' >&2\nexit 1\n";
  writeFileSync(join(folder, "unshare"), forbidden, { mode: 0o755 }); // as a machine says that forbids user namespaces
  const PATH = `${folder}:${process.env.PATH}`;
  const { code, stderr } = await startCommand(folder, ["a.ipynb", "--sandbox"], { PATH }).ended;
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^--sandbox cannot keep its promise on this machine, so nothing was run: unshare: unshare failed: Operation not permitted/m,
  );
  assert.ok(!existsSync(join(folder, "ran")));
});
