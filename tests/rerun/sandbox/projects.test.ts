/** @file A stranger's project: nothing in it runs outside of the sandbox, decides what is shown, or leads results elsewhere. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isGone, readJson, startCommand } from "../command-runs.ts";
import { notebookJson, temporaryFolder, writeJson } from "../samples.ts";
import { assertNoSecretIn, giveTo, host, processesWith, SECRET, skipFor, USERS } from "./stranger.ts";

const NO_GIT = spawnSync("git", ["--version"]).status === 0 ? false : "git is not installed";

for (const user of USERS) {
  const skip = skipFor(user);
  const testAs = (name: string, options: { skip: string | false }, run: (t: TestContext) => Promise<void>) =>
    test(`run as ${user.name}: ${name}`, options, run);

  for (const [how, settings, more] of [
    ["core.fsmonitor", (ran: string) => ["core.fsmonitor", `touch ${ran}; echo`], {}],
    [
      "a clean filter",
      (ran: string) => ["filter.f.clean", `sh -c 'touch ${ran}; cat'`],
      { ".gitattributes": "*.ipynb filter=f\n" },
    ],
    ["a diff program", (ran: string) => ["diff.external", `touch ${ran}; true`], {}],
  ] as const) {
    testAs(`git does not obey the project's settings: ${how}`, { skip: skip || NO_GIT }, async (t) => {
      const { home, project, run } = await host(t, user);
      const repository = join(project, "clone");
      mkdirSync(repository);
      const git = (...words: string[]) =>
        execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@x", ...words], { cwd: repository });
      git("init", "-q", ".");
      writeJson(repository, "n.ipynb", notebookJson(["1"]));
      for (const [name, text] of Object.entries(more)) writeFileSync(join(repository, name), text);
      git("add", ".");
      git("commit", "-qm", "x");
      const ran = join(home, "RAN");
      git("config", ...settings(ran));
      writeJson(repository, "n.ipynb", notebookJson(["2"]));
      const { code, stderr } = await run([], { notebook: "clone/n.ipynb" });
      assert.equal(code, 0, stderr);
      assert.ok(!existsSync(ran), "a program of the project ran outside");
    });
  }

  testAs("a bare repository among the project's files is not asked either", { skip: skip || NO_GIT }, async (t) => {
    const { home, project, run } = await host(t, user);
    const ran = join(home, "RAN");
    rmSync(join(project, ".git"), { recursive: true });
    execFileSync("git", ["init", "-q", "--bare", "bare"], { cwd: project });
    writeFileSync(
      join(project, "bare/config"),
      `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = "touch ${ran}; echo"\n`,
    );
    writeJson(join(project, "bare"), "n.ipynb", notebookJson(["1"]));
    const { code, stderr } = await run([], { notebook: "bare/n.ipynb" });
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(ran), "a program of the project ran outside");
  });

  testAs("programs of the project that stand first on the path are not run outside", { skip }, async (t) => {
    const { home, project, run } = await host(t, user);
    const programs = join(project, "node_modules/.bin");
    mkdirSync(programs, { recursive: true });
    const ran = join(home, "RAN");
    for (const name of [
      "unshare",
      "setpriv",
      "sh",
      "mount",
      "prlimit",
      "perl",
      "python3",
      "git",
      "node",
      "jupyter",
      "env",
    ]) {
      const program = `#!/bin/sh\necho ${name} >>${ran}\n`;
      writeFileSync(join(programs, name), program, { mode: 0o755 });
    }
    writeFileSync(join(project, "sitecustomize.py"), `open(${JSON.stringify(ran)}, "w")\n`);
    writeFileSync(join(project, ".npmrc"), "node-options=--require ./x.js\n");
    const env = {
      PATH: `${programs}:${process.env.PATH}`,
      PYTHONPATH: project,
      PYTHONSTARTUP: join(project, "sitecustomize.py"),
    };
    const { code, stderr } = await run(["1"], { env });
    assert.equal(code, 0, stderr);
    assert.ok(!existsSync(ran), "a program of the project ran outside");
  });

  testAs("a kernel's name is no path to one of the project's", { skip }, async (t) => {
    const { home, project, run } = await host(t, user);
    const { ran, spec } = ownKernel(home, project, "kernels/evil");
    const lowerCase = join(tmpdir(), `eightfold-own-kernel-${process.pid}`); // as kernels' names are read
    symlinkSync(spec, lowerCase);
    t.after(() => rmSync(lowerCase));
    for (const kernel of [join("../../../../../../../../..", lowerCase), lowerCase]) {
      const { code, stderr } = await run(["1"], { kernel });
      assert.equal(code, 2);
      assert.match(stderr, /no kernel ".*" is installed/);
    }
    assert.ok(!existsSync(ran), "a program of the project ran outside");
  });

  testAs("a kernel in the project runs inside alone, and shows nothing that it names", { skip }, async (t) => {
    const { home, project, run } = await host(t, user);
    const { ran, spec } = ownKernel(home, project, "jupyter/kernels/evil");
    // the loader of each program that obeys these would write a file
    const env = { LD_DEBUG: "files", LD_DEBUG_OUTPUT: ran };
    writeJson(spec, "kernel.json", { ...readJson(spec, "kernel.json"), env });
    const { code, stderr } = await run(["1"], { kernel: "evil", env: { JUPYTER_PATH: join(project, "jupyter") } });
    assert.equal(code, 2);
    assert.ok(!stderr.includes(SECRET));
    assert.match(stderr, /exit code 1: cat: .*id_ed25519: No such file/);
    assertNoSecretIn(join(project, "out"));
    const traces = readdirSync(home).filter((name) => name.startsWith("RAN"));
    assert.deepEqual(traces, [], "what the project says was obeyed outside");
  });

  testAs(
    "a module that stands before the kernel's own finds no folder of the host to fill",
    { skip: skipFor(user, "python") },
    async (t) => {
      const { home, project, run, reached } = await host(t, user);
      writeFileSync(
        join(project, "ipykernel_launcher.py"),
        `import os, sys, runpy
folder = os.path.dirname(sys.argv[-1])
try:
  held = open(folder + "/hold", "w")
  held.write("x" * 10_000_000)
  held.flush()
  said = "BREACH"
except OSError as error: said = error.strerror
os.remove(folder + "/hold")
open("/scratch/said", "w").write(said)
del sys.path[0]
runpy.run_module("ipykernel_launcher", run_name="__main__")
`,
      );
      const { code, stderr } = await run(["print(open('/scratch/said').read())"], { kernel: "python3" });
      assert.equal(code, 0, stderr);
      assert.deepEqual(readJson(project, "out/attack.ipynb").cells[0].outputs[0].text, ["No space left on device\n"]);
      writeFileSync(
        join(project, "ipykernel_launcher.py"),
        `import os, time
for i in range(1, 6): os.symlink(${JSON.stringify(join(home, "agent.sock"))}, f"/sockets/socket-{i}")
time.sleep(2)
`,
      );
      const led = await run(["1"], { kernel: "python3" });
      assert.equal(led.code, 2, led.stderr);
      assert.equal(reached(), 0, "the command followed a link of the stranger's to a socket of the host");
    },
  );

  for (const [what, lay] of [
    ["the folder", (home: string, project: string) => symlinkSync(join(home, ".ssh"), join(project, "out"))],
    [
      "a file",
      (home: string, project: string) => {
        mkdirSync(join(project, "out"));
        symlinkSync(join(home, ".netrc"), join(project, "out/report.json"));
      },
    ],
  ] as const) {
    testAs(`results are not written through a link: ${what}`, { skip }, async (t) => {
      const { home, project, state, run } = await host(t, user);
      lay(home, project);
      const before = state();
      const { code, stderr } = await run(["1"]);
      assert.equal(code, 2);
      assert.match(
        stderr,
        /is a link, by which a stranger's project could have results written elsewhere: nothing was run/,
      );
      assert.deepEqual(state(), before);
    });
  }

  testAs("the hash of a file that a cell names is told of the project's own alone", { skip }, async (t) => {
    const { home, project, run } = await host(t, user);
    symlinkSync(join(home, ".netrc"), join(project, "mine.txt"));
    const cell = '["../.ssh/id.pub", "mine.txt", "sub/.env.local", "data.csv"].length';
    writeFileSync(join(home, ".ssh/id.pub"), "x");
    const { code, stderr } = await run([cell]);
    assert.equal(code, 0, stderr);
    const files = Object.keys(readJson(project, "out/report.json").environment.files);
    assert.deepEqual(files.map((path) => path.split("/").at(-1)).sort(), ["attack.ipynb", "data.csv"]);
  });

  testAs("a notebook where everyone puts things is shown none of them", { skip }, async (t) => {
    const { home, run } = await host(t, user);
    const shared = join(home, "tmp");
    mkdirSync(shared);
    chmodSync(shared, 0o1777);
    writeFileSync(join(shared, "of-another.txt"), "x");
    writeJson(
      shared,
      "n.ipynb",
      notebookJson([`require("node:fs").existsSync(${JSON.stringify(shared)}) + process.cwd()`]),
    );
    const { code, stderr } = await run([], { notebook: "../tmp/n.ipynb", words: ["--out", "results"] });
    assert.equal(code, 0, stderr);
    const { outputs } = readJson(home, "project/results/n.ipynb").cells[0];
    assert.deepEqual(outputs[0].data["text/plain"], ["'false/scratch'"]);
  });

  for (const [what, folder] of [
    ["in the project", "project/temporary"],
    ["of a long name", `${"long/".repeat(30)}temporary`],
  ] as const) {
    testAs(`the folder for temporary files may be one ${what}`, { skip }, async (t) => {
      const { home, project, run } = await host(t, user);
      mkdirSync(join(home, folder), { recursive: true });
      symlinkSync("nowhere", join(project, ".env.missing"));
      const { code, stderr } = await run(["1"], { env: { TMPDIR: join(home, folder) } });
      assert.equal(code, 0, stderr);
    });
  }

  testAs("nothing is left of the sandbox when the command is killed outright", { skip }, async (t) => {
    const home = temporaryFolder(t);
    const cells = ["1", "await new Promise((resolve) => setTimeout(resolve, 60_000))"];
    writeJson(home, "n.ipynb", notebookJson(cells));
    giveTo(user, home);
    const { child, ended, said } = startCommand(home, ["n.ipynb", "--sandbox"], { HOME: "/nonexistent" }, user.through);
    t.after(() => child.kill("SIGKILL"));
    const until = async (isSo: () => boolean) => {
      for (let look = 0; look < 400 && !isSo(); look++) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const inside = () => processesWith(home).length;
    await until(() => said().includes("[1/2]"));
    assert.equal(inside(), 2, said()); // the program that made the namespaces, and their first process
    child.kill("SIGKILL");
    await ended;
    await until(() => inside() === 0);
    assert.equal(inside(), 0);
    assert.ok(await isGone(Number(child.pid)));
  });
}

/** A kernel.json of the project, whose program would leave a trace outside, and wants to read a key. */
function ownKernel(home: string, project: string, folder: string): { ran: string; spec: string } {
  const spec = join(project, folder);
  const ran = join(home, "RAN");
  mkdirSync(spec, { recursive: true });
  const program = join(project, "python3-of-ours");
  writeFileSync(
    program,
    `#!/bin/sh\nunset LD_DEBUG LD_DEBUG_OUTPUT\ntouch ${ran}\nexec cat ${home}/.ssh/id_ed25519\n`,
    { mode: 0o755 },
  );
  const argv = [program, join(home, ".ssh/id_ed25519"), "{connection_file}"];
  writeJson(spec, "kernel.json", { argv, display_name: "x", language: "python" });
  return { ran, spec };
}
