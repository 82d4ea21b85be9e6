/** @file For the attacks: who runs the command, a machine's things that must stay as they are, and a stranger's project among them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { findKernelSpec } from "@eightfold/kernel";
import { kernelLaunch } from "../../../src/rerun/kernels/kernel-launch.ts";
import { createSandbox } from "../../../src/rerun/sandbox/sandbox.ts";
import { type Ended, startCommand } from "../command-runs.ts";
import { notebookJson, type SampleCell, temporaryFolder, writeJson } from "../samples.ts";

export const SECRET = "-----BEGIN OPENSSH PRIVATE KEY----- of the test";

/** Who runs the command. */
export interface User {
  readonly name: string;
  /** Undefined for whoever runs the tests. */
  readonly id: number | undefined;
  readonly through: readonly string[];
}

const NOBODY = 65534;
const AS_NOBODY = ["/usr/bin/setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
const isRoot = process.geteuid?.() === 0;

/** Whoever runs the tests. */
export const SELF: User = { name: isRoot ? "root" : "a plain user", id: undefined, through: [] };

/** Root and a plain user where the tests run as root; else a plain user alone. */
export const USERS: readonly User[] = isRoot
  ? [SELF, { name: "a plain user", id: NOBODY, through: AS_NOBODY }]
  : [SELF];

const REFUSED = promise();

/** Why a test cannot be run as a user on this machine; false when it can. */
export function skipFor(user: User, language: "typescript" | "python" = "typescript"): string | false {
  if (REFUSED !== false) return REFUSED;
  const spec = findKernelSpec("python3");
  if (language === "python" && spec === undefined) return "no Python kernel is installed";
  const python = language === "python" ? [join(String(spec?.folder), "kernel.json")] : [];
  const needed = [import.meta.filename, process.execPath, ...python];
  const canRead = 'for one; do [ -r "$one" ] || exit 1; done';
  const [program = "", ...words] = [...user.through, "sh", "-c", canRead, "sh", ...needed];
  const { status } = spawnSync(program, words, { stdio: "ignore" });
  return status === 0 ? false : `${user.name} may not read ${needed.join(" and ")}`;
}

/** Why this machine cannot keep the promise; false when it can. */
function promise(): string | false {
  const launch = kernelLaunch("eightfold");
  assert.ok(launch.ok);
  const sandbox = createSandbox(launch.value, "tests");
  return sandbox.ok ? false : sandbox.reason;
}

/** Files that hold secrets, of a home folder in which `project` is the stranger's. */
export const SECRET_FILES = [
  ".ssh/id_ed25519",
  ".netrc",
  ...[".env", ".git/config", "sub/deep/.env", "sub/.env.local", "prod.env", ".envrc", "sub/.npmrc", "sub/.ssh/known"],
  ...["sub/id_rsa", "key.pem", "sub/server.key", "vendor/lib/.git/config", ".git-credentials", ".pgpass", ".htpasswd"],
  ...["credentials.json", "a/credentials", "a/b/secrets.toml", ".vault_pass", ".Renviron", ".aws/credentials"],
  ...[".azure/token", ".kube/config", ".docker/config.json", ".streamlit/secrets.toml", "store.kdbx", "client.p12"],
  ...["infra/terraform.tfstate", "infra/prod.tfvars", "service-account-prod.json", ".bash_history", "settings.txt"],
  ...["id_rsa.old", ".netrc~", "of\nlines.env", "a folder/.ENV"],
].map((name, index) => (index < 2 ? name : `project/${name}`));

export interface Host {
  readonly home: string;
  readonly project: string;
  readonly port: number;
  /** How often somebody reached one of its servers. */
  reached(): number;
  /** What must be as before. */
  state(): unknown;
  /** Runs the project's notebook in the sandbox. */
  run(cells: readonly SampleCell[], options?: HostRun): Promise<Ended>;
}

interface HostRun {
  /** One that is there, instead of one of the cells given. */
  readonly notebook?: string;
  readonly kernel?: string;
  readonly words?: readonly string[];
  readonly env?: Record<string, string>;
  /** Programs between the user and the command. */
  readonly through?: readonly string[];
}

/** A home with secrets, a project in it, and servers and sockets that wait to be reached. */
export async function host(t: TestContext, user: User): Promise<Host> {
  const home = temporaryFolder(t);
  const project = join(home, "project");
  for (const file of SECRET_FILES) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), SECRET);
  }
  writeFileSync(join(project, "data.csv"), "1,2\n");
  symlinkSync("settings.txt", join(project, ".env.link")); // a secret by the name of the link alone
  symlinkSync(".env", join(project, "innocent.txt"));
  spawnSync("sh", ["-c", "mkfifo control.pipe"], { cwd: project });
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
  for (const path of ["agent.sock", "project/db.sock", "project/sub/deep.sock"])
    await listen({ path: join(home, path) });
  await listen({ path: `\0eightfold-test-${process.pid}` });
  const port = typeof address === "object" ? Number(address?.port) : 0;
  return {
    home,
    project,
    port,
    reached: () => reached,
    state: () => ({ files: snapshot(home), ...machine() }),
    run(cells, { notebook, kernel = "eightfold", words = [], env = {}, through = [] } = {}) {
      const metadata = { kernelspec: { name: kernel } };
      if (notebook === undefined) writeJson(project, "attack.ipynb", notebookJson(cells, { metadata }));
      giveTo(user, home);
      const variables = { HOME: home, TOKEN_OF_THE_TEST: SECRET, ...env };
      const all = [join(project, notebook ?? "attack.ipynb"), "--sandbox", ...words];
      return startCommand(project, all, variables, [...user.through, ...through]).ended;
    },
  };
}

/** Makes a folder and all below it a user's own. */
export function giveTo({ id }: User, folder: string): void {
  if (id === undefined) return;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    if (existsSync(path)) chownSync(path, id, id);
  }
}

/** What one file of results holds of the secret: nothing. */
export function assertNoSecretIn(folder: string): void {
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    assert.ok(!readFileSync(join(folder, file), "utf8").includes(SECRET), `the secret is in ${file}`);
  }
}

/** Everything below a folder, with its text, but for the results and the notebook itself. */
function snapshot(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const kept = names.filter((name) => !/^project\/(out|attack\.ipynb)/.test(name));
  const files = kept.filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile());
  return Object.fromEntries(files.sort().map((name) => [name, textOf(join(folder, name))]));
}

/** Settings that a process with rights over the machine could change. */
function machine(): Record<string, string> {
  const settings = ["core_pattern", "pid_max", "hostname", "modprobe", "panic", "printk", "shmall", "threads-max"];
  const paths = [...settings.map((name) => `/proc/sys/kernel/${name}`), "/proc/sys/user/max_user_namespaces"];
  return Object.fromEntries([...paths, "/proc/self/mountinfo"].map((path) => [path, textOf(path)]));
}

/** Command lines of this machine's processes that hold a word: a notebook's folder stands in those of its sandbox. */
export function processesWith(word: string): string[] {
  const names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return names.map((name) => textOf(`/proc/${name}/cmdline`)).filter((line) => line.includes(word));
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "none";
  }
}
