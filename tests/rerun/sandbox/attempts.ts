/** @file What a sandboxed notebook may try, a cell each, and how each of it must fail. */
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

/** Numbers of system calls, by machine. */
const NUMBERS = {
  x64: { keyctl: 250, request: 249, memfd: 319, bpf: 321, perf: 298, fault: 323, ptrace: 101, shmget: 29, handle: 304 },
  arm64: {
    keyctl: 219,
    request: 218,
    memfd: 279,
    bpf: 280,
    perf: 241,
    fault: 282,
    ptrace: 117,
    shmget: 194,
    handle: 265,
  },
}[process.arch as "x64" | "arm64"];

const READ_ONLY = /EROFS|EACCES|ENOENT/;
const NO_CALL = /Function not implemented/;

const FILES: readonly Attempt[] = [
  ...SECRET_FILES.map((file) => ({
    name: `reads ~/${file}`,
    source: `const text = fs.readFileSync("HOME_/${file}", "utf8"); if (!text.includes("KEY")) throw new Error("EMPTY")`,
    error: /ENOENT|EMPTY|ENOTDIR/,
  })),
  {
    name: "reads a secret by the link that hides it",
    source: 'if (!fs.readFileSync(".env.link", "utf8").includes("KEY")) throw new Error("EMPTY")',
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
  {
    name: "opens a file by its handle",
    source: `perl("open(my $place, q(<), q(/usr)) or die $!; my $root = pack(q(IIII), 8, 1, 2, 0); syscall(${NUMBERS?.handle}, fileno($place), $root, 0) < 0 and die $!")`,
    error: /Operation not permitted/,
  },
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

const PROCESSES: readonly Attempt[] = [
  ...["root/HOME_/.ssh/id_ed25519", "environ", "mem", "maps", "fd/0", "cwd/etc", "exe"].map((name) => ({
    name: `reads process 1's ${name}`,
    source: `fs.closeSync(fs.openSync("/proc/1/${name}", "r"))`,
    error: /EACCES|ENOENT|EPERM/,
  })),
  {
    name: "writes process 1's memory",
    source: 'fs.closeSync(fs.openSync("/proc/1/mem", "r+"))',
    error: /EACCES|EROFS/,
  },
  { name: "traces process 1", source: `call(${NUMBERS?.ptrace}, 16, 1, 0, 0)`, error: /Operation not permitted/ },
  {
    name: "enters process 1's namespaces",
    source: 'execSync("nsenter -t 1 -m true || nsenter -t 1 -U true")',
    error: /Command failed/,
  },
  {
    name: "sees the host's processes",
    source: 'if (fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length < 20) throw new Error("few")',
    error: /few/,
  },
  {
    name: "types into a terminal",
    source: 'perl("open(my $t, q(+<), q(/dev/tty)) or die $!; ioctl($t, 0x5412, q(x)) or die $!")',
    error: /No such|not permitted/,
  },
];

const SOCKETS: readonly Attempt[] = [
  {
    name: "opens a socket to the host",
    source: 'await connect(PORT_, "127.0.0.1")',
    error: /ENETUNREACH|ECONNREFUSED|EADDRNOTAVAIL/,
  },
  { name: "opens a socket to the world", source: 'await connect(53, "1.1.1.1")', error: /ENETUNREACH/ },
  {
    name: "opens a socket by a child process",
    source: 'execFileSync("bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/PORT_"])',
    error: /Command failed/,
  },
  {
    name: "opens the socket of an agent in the home folder",
    source: 'await connect("HOME_/agent.sock")',
    error: /ENOENT/,
  },
  ...["project/db.sock", "project/sub/deep.sock"].map((path) => ({
    name: `opens the socket ${path}`,
    source: `await connect("HOME_/${path}")`,
    error: /ECONNREFUSED|ENOTSOCK|EACCES/,
  })),
  {
    name: "opens a pipe in the project",
    source: 'if (!fs.statSync("control.pipe").isFIFO()) throw new Error("hidden")',
    error: /hidden/,
  },
  {
    name: "opens the host's abstract socket",
    source: 'await connect("\\0eightfold-test-PID_")',
    error: /ECONNREFUSED/,
  },
  {
    name: "asks for the hypervisor's sockets",
    source: 'perl("socket(my $s, 40, 1, 0) or die $!")',
    error: /not supported by protocol/,
  },
  {
    name: "asks for raw packets",
    source: 'perl("socket(my $s, 17, 3, 0) or die $!")',
    error: /not supported by protocol/,
  },
  {
    name: "puts a link to the host's socket in place of its own",
    source:
      'fs.rmSync("/sockets/socket-1"); fs.symlinkSync("HOME_/agent.sock", "/sockets/socket-1"); throw new Error("done, and nobody follows")',
    error: /nobody follows/,
  },
];

const CALLS: readonly Attempt[] = [
  {
    name: "asks for a key of the session",
    source: `call(${NUMBERS?.request}, "user", "eightfold-test", 0, 0)`,
    error: NO_CALL,
  },
  { name: "reads the session's keyring", source: `call(${NUMBERS?.keyctl}, 11, -3, 0, 0)`, error: NO_CALL },
  { name: "makes a file in memory that nobody counts", source: `call(${NUMBERS?.memfd}, "x", 0)`, error: NO_CALL },
  { name: "loads a program into the system's kernel", source: `call(${NUMBERS?.bpf}, 0, 0, 0)`, error: NO_CALL },
  { name: "watches the processor's counters", source: `call(${NUMBERS?.perf}, 0, 0, -1, -1, 0)`, error: NO_CALL },
  { name: "handles its page faults", source: `call(${NUMBERS?.fault}, 0)`, error: NO_CALL },
  { name: "sets up io_uring", source: "call(425, 1, 0)", error: NO_CALL },
  { name: "makes secret memory", source: "call(447, 0)", error: NO_CALL },
  {
    name: "shares more memory than it may",
    source: `call(${NUMBERS?.shmget}, 0, ${300 * 2 ** 20}, 950)`,
    error: /No space left|Cannot allocate/,
  },
];

const AMOUNTS: readonly Attempt[] = [
  {
    name: "fills the scratch folder",
    source:
      'fs.mkdirSync(process.env.TMPDIR + "/full"); try { for (let i = 0; ; i++) fs.writeFileSync(process.env.TMPDIR + "/full/" + i, Buffer.alloc(64 * 2 ** 20)) } finally { fs.rmSync(process.env.TMPDIR + "/full", { recursive: true }) }',
    error: /ENOSPC/,
  },
  {
    name: "fills the scratch folder with empty files",
    source:
      'fs.mkdirSync(process.env.TMPDIR + "/many"); for (let i = 0; i < 100_000; i++) fs.writeFileSync(process.env.TMPDIR + "/many/" + i, "")',
    error: /ENOSPC/,
  },
  {
    name: "fills the shared memory's folder",
    source: 'for (let i = 0; ; i++) fs.writeFileSync("/dev/shm/" + i, Buffer.alloc(16 * 2 ** 20))',
    error: /ENOSPC/,
  },
  {
    name: "fills the folder of its sockets",
    source: 'for (let i = 0; ; i++) fs.writeFileSync("/sockets/" + i, Buffer.alloc(4096))',
    error: /ENOSPC/,
  },
  {
    name: "writes a file without end",
    source: 'execSync("head -c 2G /dev/zero >$TMPDIR/one")',
    error: /Command failed/,
  },
];

export const ATTEMPTS: readonly Attempt[] = [
  ...FILES,
  ...SETTINGS,
  ...PROCESSES,
  ...SOCKETS,
  ...(NUMBERS === undefined ? [] : CALLS),
  ...AMOUNTS,
];
