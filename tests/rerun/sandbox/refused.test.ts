/** @file Notebooks that reach for what is not theirs: each attempt fails for the reason given, and the host is as before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readJson } from "../command-runs.ts";
import { IMPORTS, ON_FILES } from "./attempts-on-files.ts";
import { ON_THE_SYSTEM } from "./attempts-on-the-system.ts";
import { assertNoSecretIn, host, processesWith, SECRET, skipFor, USERS } from "./stranger.ts";

const ATTEMPTS = [...ON_FILES, ...ON_THE_SYSTEM];

/** Gives what it starts a descriptor and a key of a session of its own. */
const HANDING_ON = `syscall(${process.arch === "x64" ? "250, 1, 0" : "219, 1, 0"});
my ($type, $name, $key) = ("user", "eightfold-test", shift); syscall(${process.arch === "x64" ? 248 : 217}, $type, $name, $key, length $key, -3);
use POSIX (); open(my $file, "+<", shift) or die $!; POSIX::dup2(fileno($file), 42); exec @ARGV;`;

for (const user of USERS) {
  test(`contained, run as ${user.name}: a notebook that`, { skip: skipFor(user) }, async (t) => {
    const { home, project, port, reached, state, run } = await host(t, user);
    const cells = ATTEMPTS.map(({ source }, index) => ({
      id: `attempt-${index}`,
      metadata: { tags: ["raises-exception"] },
      source: source
        .replaceAll("HOME_", home)
        .replaceAll("PORT_", String(port))
        .replaceAll("PID_", String(process.pid)),
    }));
    const before = state();
    const through = ["/usr/bin/perl", "-e", HANDING_ON, "--", SECRET, `${home}/.netrc`];
    const { code, stdout, stderr } = await run([IMPORTS, ...cells], { through });
    assert.equal(code, 0, stdout + stderr);
    const results: readonly { outputs: { output_type: string; evalue: string; traceback: string[] }[] }[] = readJson(
      project,
      "out/attack.ipynb",
    ).cells;
    for (const [index, { name, error }] of ATTEMPTS.entries()) {
      await t.test(name, () => {
        const failed = results[index + 1]?.outputs.find((output) => output.output_type === "error");
        assert.ok(failed !== undefined, "BREACH");
        assert.match(`${failed.evalue}\n${failed.traceback.join("\n")}`, error);
      });
    }
    assertNoSecretIn(`${project}/out`);
    assert.deepEqual(state(), before, "the host is as before");
    assert.equal(reached(), 0, "nobody reached the host's sockets");
    assert.deepEqual(processesWith(home), [], "no process is left");
  });
}
