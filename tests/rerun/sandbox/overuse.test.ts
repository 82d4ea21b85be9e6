/** @file Notebooks that take too much, or will not end: the run says why it could not go on, and nothing is left behind. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../command-runs.ts";
import { assertNoSecretIn, host, processesWith, skipFor, USERS } from "./stranger.ts";

interface Attack {
  readonly name: string;
  readonly language: "typescript" | "python";
  /** Lines of the cell. What follows a success is the line BREACH. */
  readonly source: string;
  /** Seconds that its cell may take. */
  readonly timeout?: string;
  /** Why the run could not go on. */
  readonly reason: RegExp;
}

const ATTACKS: readonly Attack[] = [
  {
    name: "kills its parent and everyone else",
    language: "typescript",
    source: `process.kill(process.ppid, "SIGKILL"); process.kill(1, "SIGKILL");
      try { process.kill(-1, "SIGTERM") } catch {} // nobody else is there
      await new Promise((resolve) => setTimeout(resolve, 300)); process.kill(1, 0); throw new Error("all alive")`,
    reason: /all alive|the kernel died/,
  },
  {
    name: "kills its group, which began outside",
    language: "typescript",
    source: 'process.kill(0, "SIGKILL"); await new Promise((resolve) => setTimeout(resolve, 300));',
    reason: /the kernel died/,
  },
  {
    name: "stops its group, which began outside",
    language: "typescript",
    source: 'process.kill(0, "SIGSTOP"); await new Promise((resolve) => setTimeout(resolve, 30_000));',
    timeout: "2",
    reason: /ran longer than 2 s and did not stop when interrupted: its kernel was killed/,
  },
  {
    name: "loops for ever",
    language: "typescript",
    source: "for (;;);",
    timeout: "2",
    reason: /ran longer than 2 s and was interrupted/,
  },
  {
    name: "loops for ever in Python",
    language: "python",
    source: "while True: pass",
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

for (const user of USERS) {
  for (const { name, language, source, reason, timeout = "60" } of ATTACKS) {
    test(`contained, run as ${user.name}: a notebook that ${name}`, { skip: skipFor(user, language) }, async (t) => {
      const { home, project, reached, state, run } = await host(t, user);
      const [kernel, breach] =
        language === "python" ? ["python3", "print('BREACH')"] : ["eightfold", 'console.log("BREACH")'];
      const before = state();
      const { code, stdout, stderr } = await run([source, breach], { kernel, words: ["--timeout", timeout] });
      assert.equal(code, 2, stdout + stderr);
      assert.match(readJson(project, "out/report.json").notebooks[0].reason, reason);
      assert.ok(!stderr.includes("BREACH"));
      assertNoSecretIn(`${project}/out`);
      assert.deepEqual(state(), before, "the host is as before");
      assert.equal(reached(), 0, "nobody reached the host's sockets");
      assert.deepEqual([...processesWith(home), ...processesWith("sleep\u000086123")], [], "no process is left");
    });
  }
}
