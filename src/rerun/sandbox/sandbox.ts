/** @file A sandbox for a stranger's notebook: Linux namespaces without root, or a refusal; never a weaker promise. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { KernelLaunch } from "../kernels/kernel-launch.ts";
import { failure, type Outcome, success } from "../outcome.ts";
import { REFUSAL, SCRATCH, sandboxScript } from "./script.ts";
import { type Visible, visiblePaths } from "./visible.ts";
import { type Watchdog, watchSandbox } from "./watchdog.ts";

export interface Sandbox {
  /**
   * The command that runs a kernel inside.
   *
   * @param argv the kernel's program and arguments
   * @param env variables that it is given; of this process's own it gets the path and the language alone
   * @param folder holds its connection file and will hold its sockets
   */
  enclose(argv: readonly string[], env: Readonly<Record<string, string>>, folder: string): EnclosedCommand;
  /** Ends it, for a reason, when it takes too much. */
  watch(pid: number, kill: (why: string) => void): Watchdog;
}

interface EnclosedCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Namespaces of users, mounts, networks, processes, messages and names; what is inside ends with its first process. */
const UNSHARE = ["--user", "--map-root-user", "--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork"];

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
  const paths = visiblePaths(launch, folder);
  const sandbox: Sandbox = {
    enclose: (argv, env, sockets) => enclosed(argv, env, sockets, paths, resolve(folder)),
    watch: watchSandbox,
  };
  const refusal = trial(sandbox);
  return refusal === undefined ? success(sandbox) : failure(refusal);
}

function enclosed(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  folder: string,
  paths: Visible,
  cwd: string,
): EnclosedCommand {
  const root = join(folder, "root");
  mkdirSync(root);
  const script = sandboxScript({ root, sockets: folder, cwd, ...paths });
  const { PATH = "", LANG = "C.UTF-8", TZ } = process.env;
  return {
    // --pdeathsig and --kill-child: should this process be killed outright, the sandbox goes with it
    argv: [
      "setpriv",
      "--pdeathsig",
      "KILL",
      "unshare",
      ...UNSHARE,
      "--kill-child",
      "sh",
      "-c",
      script,
      "sandbox",
      ...argv,
    ],
    env: {
      PATH: `${PATH}:/usr/sbin:/sbin:/usr/bin:/bin`,
      LANG,
      ...(TZ === undefined ? {} : { TZ }),
      HOME: SCRATCH,
      TMPDIR: SCRATCH,
      EIGHTFOLD_HISTORY: "off",
      ...env,
    },
    cwd: "/",
  };
}

/** Builds the sandbox around a program that does nothing; why not, when that fails. */
function trial(sandbox: Sandbox): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-"));
  try {
    const { argv, env, cwd } = sandbox.enclose(["true"], {}, folder);
    const [program = "", ...words] = argv;
    const { status, stderr, error } = spawnSync(program, words, { env, cwd, encoding: "utf8", timeout: 20_000 });
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
