/** @file What a sandboxed notebook may try with files and settings, a cell each, and how each of it must fail. */
import { SECRET_FILES } from "./stranger.ts";

export interface Attempt {
  readonly name: string;
  /** Lines of a cell; HOME_, PORT_ stand for the host's own. It fails when the attempt does. */
  readonly source: string;
  /** What it fails with. */
  readonly error: RegExp;
}

/** The first cell: what the others call. */
export const IMPORTS = `import fs from "node:fs"; import { execFileSync, execSync } from "node:child_process"; import net from "node:net"; import os from "node:os";
const connect = (...place) => new Promise((ok, no) => { const s = net.connect(...place); s.on("connect", ok); s.on("error", no); });
const perl = (code) => execFileSync("/usr/bin/perl", ["-e", code], { stdio: "pipe" }).toString();
const call = (...words) => perl("my @r = map { /^-?[0-9]+$/ ? 0 + $_ : $_ } (" + words.map((w) => JSON.stringify(w)).join(", ") + "); my $n = shift @r; syscall($n, @r) < 0 and die $!");`;

const READ_ONLY = /EROFS|EACCES|ENOENT/;

const FILES: readonly Attempt[] = [
  ...SECRET_FILES.map((file) => ({
    name: `reads ~/${file}`,
    source: `const text = fs.readFileSync(${JSON.stringify(`HOME_/${file}`)}, "utf8"); if (!text.includes("KEY")) throw new Error("EMPTY")`,
    error: /ENOENT|EMPTY|ENOTDIR/,
  })),
  {
    name: "reads a secret by the link that hides it",
    source: 'if (!fs.readFileSync(".env.link", "utf8").includes("KEY")) throw new Error("EMPTY")',
    error: /EMPTY/,
  },
  {
    name: "reads a secret by a link of another name",
    source: 'if (!fs.readFileSync("innocent.txt", "utf8").includes("KEY")) throw new Error("EMPTY")',
    error: /EMPTY/,
  },
  {
    name: "finds a secret anywhere",
    source: 'execSync("grep -rs -m1 --exclude=*.ipynb OPENSSH.PRIVATE.KEY.*of.the.test HOME_")',
    error: /Command failed/,
  },
  { name: "reads the keys by a child process", source: 'execSync("cat HOME_/.ssh/*")', error: /Command failed/ },
  {
    name: "reads the environment's secrets",
    source: 'if (process.env.TOKEN_OF_THE_TEST === undefined) throw new Error("no token")',
    error: /no token/,
  },
  {
    name: "writes through an inherited descriptor",
    source:
      'fs.writeSync(42, "changed"); if (!fs.readlinkSync("/proc/self/fd/42").includes("HOME_")) throw new Error("nothing")',
    error: /nothing|EBADF/,
  },
  {
    name: "reads an inherited descriptor",
    source: 'if (!fs.readFileSync("/proc/self/fd/42", "utf8").includes("KEY")) throw new Error("EMPTY")',
    error: /EMPTY|ENOENT/,
  },
  ...[
    "HOME_/project/data.csv",
    "HOME_/project/new.txt",
    "HOME_/x",
    "/usr/bin/x",
    "/etc/x",
    "/x",
    "/dev/x",
    "/proc/self/oom_score_adj",
  ].map((path) => ({ name: `writes ${path}`, source: `fs.writeFileSync("${path}", "0")`, error: READ_ONLY })),
  { name: "changes a file's times", source: 'fs.utimesSync("data.csv", 1, 1)', error: READ_ONLY },
  { name: "changes a file's mode", source: 'fs.chmodSync("data.csv", 0o777)', error: READ_ONLY },
  {
    name: "links a file out of the project",
    source: 'fs.linkSync("data.csv", process.env.TMPDIR + "/data.csv")',
    error: /EXDEV|EPERM/,
  },
  { name: "makes a device", source: 'execSync("mknod $TMPDIR/disk b 8 0")', error: /Command failed/ },
  ...[
    "/sys",
    "/sys/fs/cgroup",
    "/run/dbus/system_bus_socket",
    "/var/run/docker.sock",
    "/dev/mem",
    "/dev/kmsg",
    "/dev/fuse",
    "/dev/tty",
  ].map((path) => ({
    name: `finds ${path}`,
    source: `fs.statSync("${path}"); if (fs.statSync("${path}").isDirectory() && fs.readdirSync("${path}").length === 0) throw new Error("EMPTY")`,
    error: /ENOENT|EMPTY/,
  })),
];

const SETTINGS: readonly Attempt[] = [
  ...[
    "kernel/core_pattern",
    "kernel/pid_max",
    "kernel/ns_last_pid",
    "kernel/hostname",
    "kernel/modprobe",
    "vm/overcommit_memory",
    "user/max_user_namespaces",
    "kernel/printk",
  ].map((name) => ({
    name: `writes the system's setting ${name} as it is`,
    source: `fs.writeFileSync("/proc/sys/${name}", fs.readFileSync("/proc/sys/${name}"))`,
    error: READ_ONLY,
  })),
  {
    name: "finds a setting that it may write",
    source: 'execSync("find /proc/sys /proc/irq /proc/bus -type f -writable 2>/dev/null | grep -q .")',
    error: /Command failed/,
  },
  ...["sysrq-trigger", "irq/default_smp_affinity", "mtrr", "acpi/wakeup", "self/mem", "self/uid_map"].map((name) => ({
    name: `opens /proc/${name} for writing`,
    source: `fs.closeSync(fs.openSync("/proc/${name}", "r+"))`,
    error: READ_ONLY,
  })),
  ...["keys", "key-users", "kcore", "kmsg", "timer_list"].map((name) => ({
    name: `reads /proc/${name}`,
    source: `if (execSync("head -c 10 /proc/${name}").length === 0) throw new Error("EMPTY")`,
    error: /EMPTY|Command failed/,
  })),
  {
    name: "makes its read-only folders writable",
    source: 'execSync("mount -o remount,rw /usr || unshare --user --map-root-user --mount mount -o remount,rw /usr")',
    error: /Command failed/,
  },
  {
    name: "takes off what hides a secret",
    source: 'execSync("umount HOME_/project/.env || unshare -Urm umount HOME_/project/.env")',
    error: /Command failed/,
  },
  ...["user", "mount", "net", "pid", "ipc", "uts", "cgroup"].map((kind) => ({
    name: `makes a namespace: ${kind}`,
    source: `execSync("unshare --user --map-root-user --${kind} true")`,
    error: /Command failed/,
  })),
  {
    name: "sets the clock, the host's name, or a real-time priority",
    source: 'execSync("date -s @0 || hostname stranger || chrt -f 1 true")',
    error: /Command failed/,
  },
  {
    name: "becomes another user by a program with the setuid bit",
    source: 'execSync("su -c true || chfn -f x || newgrp root </dev/null")',
    error: /Command failed/,
  },
];

export const ON_FILES: readonly Attempt[] = [...FILES, ...SETTINGS];
