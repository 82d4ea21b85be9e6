/** @file First steps, in empty places: JupyterLab by `npx @eightfold/kernel lab`, and a project that `new` begins, started by the commands of
 * its dev container and of Binder, without their containers.
 *
 * node begun.mjs TARBALLS SCRATCH: the packages lie packed in TARBALLS, as packed.mjs leaves them. Exit code 0 when all holds.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, dirname, join, resolve } from "node:path";

const [tarballs, scratch] = process.argv.slice(2).map((folder) => resolve(folder));
mkdirSync(scratch, { recursive: true });

/** A registry that has our three packages, so that they are installed by their names. */
const packages = Object.fromEntries(
  readdirSync(tarballs)
    .filter((file) => file.endsWith(".tgz"))
    .map((file) => {
      const words = ["xOzf", join(tarballs, file), "package/package.json"];
      const manifest = JSON.parse(execFileSync("tar", words, { encoding: "utf8" }));
      return [manifest.name, { file, manifest }];
    }),
);
assert.deepEqual(Object.keys(packages).sort(), ["@eightfold/kernel", "@eightfold/rerun", "@eightfold/toolkit"]);
const registry = createServer((request, response) => {
  const path = decodeURIComponent(request.url.slice(1));
  if (path.endsWith(".tgz")) return response.end(readFileSync(join(tarballs, path)));
  const { file, manifest } = packages[path] ?? {};
  if (file === undefined) return response.writeHead(404).end("{}");
  const { name, version } = manifest;
  const dist = { tarball: `http://${request.headers.host}/${file}` };
  return response.end(
    JSON.stringify({ name, "dist-tags": { latest: version }, versions: { [version]: { ...manifest, dist } } }),
  );
});
await new Promise((listens) => registry.listen(0, "127.0.0.1", listens));
const settings = join(scratch, "npmrc");
writeFileSync(
  settings,
  `@eightfold:registry=http://127.0.0.1:${registry.address().port}/\naudit=false\nfund=false\nprefer-offline=true\n`,
);
/** What was downloaded before is not downloaded again. */
const cache = execFileSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).trim();

/** Nothing of whoever runs this: no home, no settings of npm's and Jupyter's, no active environment. */
function environmentOf(home, ...programs) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|JUPYTER|VIRTUAL_ENV$|CONDA|INIT_CWD$)/.test(name),
  );
  const PATH = [...programs, process.env.PATH].join(delimiter);
  return { ...Object.fromEntries(kept), npm_config_cache: cache, npm_config_userconfig: settings, HOME: home, PATH };
}

async function run(cwd, env, program, ...words) {
  const child = spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (text += part));
  const code = await new Promise((done, failed) => child.once("close", done).once("error", failed));
  assert.equal(code, 0, `${program} ${words.join(" ")} in ${cwd}:\n${text}`);
  return text;
}

async function step(what, does) {
  await does();
  process.stdout.write(`ok ${what}\n`);
}

const home = join(scratch, "home");
const project = join(scratch, "my-analysis");
mkdirSync(home);
/** The Node that image and environment.yml name. */
const OLDER = "22";
const node = (await run(scratch, process.env, "npx", "-y", "-p", `node@${OLDER}`, "node", "-p", "process.execPath"))
  .trim()
  .split("\n")
  .at(-1);
const environment = join(project, ".venv");

await step("npx @eightfold/kernel new, in an empty folder", async () => {
  const said = await run(scratch, environmentOf(home, dirname(node)), "npx", "@eightfold/kernel", "new", "my-analysis");
  assert.match(said, /next: cd my-analysis && npm install/);
  assert.ok(!readdirSync(project).includes("node_modules"));
  cpSync(project, join(scratch, "on-binder"), { recursive: true });
});

await step("a dev container's command: the kernel is there, a notebook runs, the claims hold", async () => {
  const { image, postCreateCommand, remoteEnv } = JSON.parse(
    readFileSync(join(project, ".devcontainer/devcontainer.json"), "utf8"),
  );
  assert.match(remoteEnv.PATH, /^\$\{containerWorkspaceFolder\}\/\.venv\/bin:/);
  assert.ok(image.endsWith(`javascript-node:${OLDER}`));
  const env = environmentOf(home, dirname(node));
  await run(project, env, "/bin/sh", "-c", postCreateCommand); // as the tools run a command that is one text
  const jupyter = join(environment, "bin", "jupyter");
  assert.match(await run(project, env, jupyter, "kernelspec", "list"), /eightfold/);
  assert.match(await run(project, env, jupyter, "labextension", "list"), /@eightfold\/figures .*OK/);
  await run(project, env, jupyter, "execute", "notebooks/fit.ipynb");
  assert.match(await run(project, env, "npm", "start"), /^3 claims: (?:\d (?:reproduced|within tolerance)(?:, )?)+$/m);
});

await step("Binder's: the kernel is in the environment of environment.yml, and a notebook runs", async () => {
  const folder = join(scratch, "on-binder");
  const { dependencies } = /dependencies: \[(?<dependencies>.*)\]/.exec(
    readFileSync(join(folder, ".binder/environment.yml"), "utf8"),
  ).groups;
  assert.deepEqual(dependencies.split(", "), ["python=3.12", "jupyterlab", `nodejs=${OLDER}`]); // so .venv and this Node stand for it
  const user = join(scratch, "jovyan");
  mkdirSync(user);
  const env = environmentOf(user, join(environment, "bin"), dirname(node));
  await run(folder, env, join(folder, ".binder/postBuild"));
  assert.deepEqual(readdirSync(join(environment, "share/jupyter/kernels")).sort(), ["eightfold", "python3"]);
  await run(folder, env, "jupyter", "execute", "notebooks/fit.ipynb");
});

await step("npx @eightfold/kernel lab: the kernel is JupyterLab's first, runs a cell, and leaves nothing", async () => {
  const [user, folder, temporary] = ["newcomer", "empty", "temporary"].map((name) => join(scratch, name));
  for (const made of [user, folder, temporary]) mkdirSync(made);
  const env = { ...environmentOf(user, join(environment, "bin"), dirname(node)), TMPDIR: temporary };
  const words = ["--no-browser", "--allow-root", "--ServerApp.port=0"];
  const lab = spawn("npx", ["-y", "@eightfold/kernel", "lab", ...words], { cwd: folder, env, detached: true });
  const ended = new Promise((done) => lab.once("close", done));
  let text = "";
  const address = await new Promise((found, failed) => {
    for (const stream of [lab.stdout, lab.stderr])
      stream.on("data", (part) => {
        text += part;
        const [address] = /http:\/\/127\.0\.0\.1:\S+token=\w+/.exec(text) ?? [];
        if (address !== undefined) found(new URL(address));
      });
    void ended.then(() => failed(new Error(`JupyterLab did not start:\n${text}`)));
  });
  try {
    const headers = { Authorization: `token ${address.searchParams.get("token")}` };
    const answer = await fetch(new URL("/api/kernels", address), { method: "POST", headers });
    const { id, name } = await answer.json();
    assert.equal(name, "eightfold"); // nobody said which
    assert.match(await (await fetch(address)).text(), /"@eightfold\/figures"/);
    writeFileSync(join(folder, "cell.ts"), "const first: number = 40;\nconsole.log(first + 2);\n");
    assert.match(await run(folder, env, "jupyter", "run", "--existing", `kernel-${id}.json`, "cell.ts"), /^42$/m);
  } finally {
    process.kill(-lab.pid, "SIGTERM"); // as the end of a terminal's session reaches all that it started
    await ended;
  }
  assert.deepEqual(
    readdirSync(temporary).filter((name) => name.startsWith("eightfold")),
    [],
  );
  assert.deepEqual(readdirSync(folder), ["cell.ts"]);
});

registry.close();
registry.closeAllConnections();
rmSync(project, { recursive: true });
