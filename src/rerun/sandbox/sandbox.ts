/** @file A sandbox for a stranger's notebook: Linux namespaces without root, or a refusal; never a weaker promise. */
import { type StdioOptions, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createSocketConnection } from "@eightfold/kernel/channels";
import type { ConnectionInfo } from "@eightfold/kernel/wire";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { filterWords } from "./filter.ts";
import { coreLimit } from "./limits.ts";
import { attempt, childrenOf, kernelAmong, sandboxProcesses } from "./processes.ts";
import { buildScript, CONNECTION_FILE, guardScript, NOBODY, REFUSAL, SCRATCH, SOCKETS, SYSTEM_PATH } from "./script.ts";
import { holdSockets } from "./sockets.ts";
import { type Visible, visiblePaths } from "./visible.ts";
import { type Watchdog, watchSandbox } from "./watchdog.ts";

/** How a kernel is started. */
export interface Command {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdio: StdioOptions;
  /** What its standard input is given; undefined when it has none. */
  readonly input: string | undefined;
}

export interface Sandbox {
  /**
   * The command that runs a kernel inside.
   *
   * @param argv the kernel's program and arguments, with the placeholder `{connection_file}`
   * @param env variables that it is given; of this process's own it gets the path, the language and the engine's name alone
   * @param folder for the script that builds the sandbox; nothing of it is shown inside
   * @param connection as it is known outside
   */
  enclose(
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    folder: string,
    connection: ConnectionInfo,
  ): Command;
  /**
   * Leads the addresses that are known outside to the sockets that the kernel makes inside.
   *
   * @param gone resolves when the sandbox has ended
   * @returns what closes them
   */
  reach(pid: number, connection: ConnectionInfo, gone: Promise<unknown>): Promise<() => void>;
  /** Sends the kernel, and what its cells have started, SIGINT. */
  interrupt(pid: number): void;
  /** Ends it, for a reason, when it takes too much. */
  watch(pid: number, kill: (why: string) => void): Watchdog;
  /** What it does not hold, for the reader of a verdict. */
  readonly gaps: readonly string[];
}

const GAPS = [
  "faults of the system's kernel",
  "secrets under names that docs/rerun.md does not list",
  "sockets and pipes that are made in a shown folder during the run",
];
const NO_FILTER = "the session's keys, AF_VSOCK and memory files, as no filter of system calls can be set without Perl";

const CORE_DUMPS = "the machine's handler of core dumps, which a crash inside starts outside";

/**
 * A sandbox for the notebooks of one folder: no network, nothing of the home folder, one folder to write to, bounded
 * memory and processes. It is tried once before it is promised.
 *
 * @param launch the kernel that will run inside
 * @param folder the notebook's folder: its project can be read inside
 * @returns the sandbox; or why this machine cannot give one
 */
export function createSandbox(launch: KernelLaunch, folder: string): Outcome<Sandbox> {
  if (process.platform !== "linux") {
    return failure(`--sandbox requires Linux, got ${process.platform}: the notebook was not run`);
  }
  const cwd = realpathSync(folder);
  const paths = visiblePaths(launch, cwd);
  const filter = filterWords();
  const sandbox: Sandbox = {
    enclose: (argv, env, own, connection) => enclosed(argv, env, { own, paths, cwd, filter }, connection),
    reach: holdSockets,
    interrupt,
    watch: watchSandbox,
    gaps: gapsOf(filter),
  };
  const refusal = trial(sandbox);
  return refusal === undefined ? success(sandbox) : failure(refusal);
}

function gapsOf(filter: readonly string[]): string[] {
  const pattern = attempt(() => readFileSync("/proc/sys/kernel/core_pattern", "utf8")) ?? "";
  const dumps = pattern.startsWith("@") || (pattern.startsWith("|") && (filter.length === 0 || coreLimit() === 0));
  return [...GAPS, ...(filter.length === 0 ? [NO_FILTER] : []), ...(dumps ? [CORE_DUMPS] : [])];
}

interface Plan {
  readonly own: string;
  readonly paths: Visible;
  readonly cwd: string;
  readonly filter: readonly string[];
}

function enclosed(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  { own, paths, cwd, filter }: Plan,
  connection: ConnectionInfo,
): Command {
  const asRoot = process.geteuid?.() === 0 && isMapped(NOBODY);
  const build = join(own, "build.sh"); // a file, since many hidden paths are more than an argument may hold
  writeFileSync(build, buildScript({ ...paths, asRoot }), { mode: 0o600 });
  const rights = asRoot ? ["--mount"] : ["--user", "--map-root-user", "--mount"];
  const words = argv.map((word) => word.replaceAll("{connection_file}", CONNECTION_FILE));
  const { PATH = "", LANG = "C.UTF-8", TZ, EIGHTFOLD_ENGINE } = process.env;
  const variables = {
    PATH: `${PATH}:${SYSTEM_PATH}`,
    LANG,
    ...(TZ === undefined ? {} : { TZ }),
    ...(EIGHTFOLD_ENGINE === undefined ? {} : { EIGHTFOLD_ENGINE }), // another engine would run in silence
    HOME: SCRATCH,
    TMPDIR: SCRATCH,
    EIGHTFOLD_HISTORY: "off",
    ...env,
  };
  const given = Object.entries(variables).map(
    ([name, value], index) => [`KERNEL_${index}`, `${name}=${value}`] as const,
  );
  const guard = guardScript(
    cwd,
    filter,
    given.map(([name]) => name),
  );
  return {
    // --pdeathsig, here and after each change of rights: should this process be killed outright, the sandbox goes with it
    argv: ["setpriv", "--pdeathsig", "KILL", "unshare", ...rights, "sh", build, guard, ...words],
    env: { PATH: SYSTEM_PATH, ...Object.fromEntries(given) },
    cwd: "/",
    stdio: ["pipe", "pipe", "pipe", ...inPlaceOfInherited()],
    input: JSON.stringify({ ...connection, ip: join(SOCKETS, basename(connection.ip)) }),
  };
}

/** Whether a user id means anything in this process's user namespace. */
function isMapped(id: number): boolean {
  const ranges = readFileSync("/proc/self/uid_map", "utf8").trim().split("\n");
  return ranges.some((range) => {
    const [first = 0, , length = 0] = range.trim().split(/\s+/).map(Number);
    return first <= id && id < first + length;
  });
}

const CLOSE_ON_EXEC = 0o2000000;
let nothing: number | undefined;

/** For each descriptor above 2 that this process was given and would hand on: /dev/null. */
function inPlaceOfInherited(): ("ignore" | number)[] {
  const inherited = readdirSync("/proc/self/fdinfo")
    .map(Number)
    .filter((descriptor) => {
      const about = attempt(() => readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8"));
      const flags = Number.parseInt(/^flags:\s+(\d+)$/m.exec(about ?? "")?.[1] ?? "", 8);
      return descriptor > 2 && (flags & CLOSE_ON_EXEC) === 0 && about !== undefined;
    });
  if (inherited.length === 0) return [];
  nothing ??= openSync("/dev/null", "r+");
  const cover = nothing;
  const length = Math.max(...inherited) - 2;
  return Array.from({ length }, (_, index) => (inherited.includes(index + 3) ? cover : "ignore"));
}

function interrupt(pid: number): void {
  const processes = sandboxProcesses(pid);
  const kernel = kernelAmong(processes);
  if (kernel === undefined) return;
  for (const one of [kernel, ...childrenOf(kernel, processes)]) attempt(() => process.kill(one.pid, "SIGINT"));
}

/** Builds the sandbox around a program that does nothing; why not, when that fails. */
function trial(sandbox: Sandbox): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-"));
  try {
    const { argv, env, cwd, input } = sandbox.enclose(["true"], {}, folder, createSocketConnection("/"));
    const [program = "", ...words] = argv;
    const options = { env, cwd, encoding: "utf8", timeout: 20_000, input } as const;
    const { status, stderr, error } = spawnSync(program, words, options);
    if (status === 0) return undefined;
    const lines = (stderr ?? "").split("\n").filter((line) => line.trim() !== "");
    const why =
      lines.findLast((line) => line.startsWith(REFUSAL)) ?? lines.at(-1) ?? error?.message ?? "no reason given";
    const hint = "hint: util-linux's unshare must be there and may not be forbidden to make user namespaces";
    return `--sandbox cannot keep its promise on this machine, so nothing was run: ${why.trim()} (${hint})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
