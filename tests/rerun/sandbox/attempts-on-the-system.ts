/** @file What a sandboxed notebook may try with processes, sockets, system calls and amounts, and how each of it must fail. */
import type { Attempt } from "./attempts-on-files.ts";

/** Numbers of system calls, by machine. */
const NUMBERS = {
  x64: {
    prlimit: 302,
    inotify: 294,
    keyctl: 250,
    request: 249,
    memfd: 319,
    bpf: 321,
    perf: 298,
    fault: 323,
    ptrace: 101,
    shmget: 29,
    handle: 304,
  },
  arm64: {
    prlimit: 261,
    inotify: 26,
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

const NO_CALL = /Function not implemented/;

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
    name: "asks for the system's ciphers",
    source: 'perl("socket(my $s, 38, 5, 0) or die $!")',
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
    name: "opens a file by its handle",
    source: `perl("open(my $place, q(<), q(/usr)) or die $!; my $root = pack(q(IIII), 8, 1, 2, 0); syscall(${NUMBERS?.handle}, fileno($place), $root, 0) < 0 and die $!")`,
    error: /Operation not permitted/,
  },
  {
    name: "would have its core dump handed to a program of the machine",
    source:
      'if (/^Max core file size +1 +1 /m.test(fs.readFileSync("/proc/self/limits", "utf8"))) throw new Error("no core, no program")',
    error: /no core, no program/,
  },
  {
    name: "sets its limits",
    source: `perl("my $limit = pack(q(QQ), 0, 1); syscall(${NUMBERS?.prlimit}, 0, 4, $limit, 0) < 0 and die $!")`,
    error: NO_CALL,
  },
  {
    name: "takes all of its user's watchers of files",
    source: `perl("for (1 .. 100) { syscall(${NUMBERS?.inotify}, 0) < 0 and die $! }")`,
    error: /Too many open files/,
  },
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

export const ON_THE_SYSTEM: readonly Attempt[] = [
  ...PROCESSES,
  ...SOCKETS,
  ...(NUMBERS === undefined ? [] : CALLS),
  ...AMOUNTS,
];
