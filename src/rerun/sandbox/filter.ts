/** @file A filter of system calls for what namespaces do not part: keys, memory that nobody counts, the hypervisor's sockets. */
import { existsSync } from "node:fs";

/** Numbers in Linux's tables, https://github.com/torvalds/linux/tree/master/arch; those from 400 on are the same everywhere. */
interface Machine {
  /** AUDIT_ARCH_... of linux/audit.h. */
  readonly arch: number;
  readonly prctl: number;
  readonly socket: number;
  /** Reads limits, and sets them when its third argument is one. */
  readonly prlimit: number;
  readonly denied: readonly number[];
}

/** The kernel's own large machines, io_uring_setup, _enter and _register; memory apart from all others, memfd_secret. */
const NEWER = [425, 426, 427, 447];

const MACHINES: Readonly<Record<string, Machine>> = {
  x64: {
    arch: 0xc000003e,
    prctl: 157,
    socket: 41,
    prlimit: 302,
    // add_key, request_key, keyctl; memfd_create; bpf, perf_event_open, userfaultfd; setrlimit
    denied: [248, 249, 250, 319, 321, 298, 323, 160, ...NEWER],
  },
  arm64: {
    arch: 0xc00000b7,
    prctl: 167,
    socket: 198,
    prlimit: 261,
    denied: [217, 218, 219, 279, 280, 241, 282, 164, ...NEWER],
  },
};

/** Unix, the two of the Internet, which have no network to reach, and the question for its interfaces (netlink). */
const FAMILIES = [1, 2, 10, 16];

const PERL = "/usr/bin/perl";
/** PR_SET_SECCOMP, SECCOMP_MODE_FILTER, and a struct sock_fprog. */
const APPLY = `my $filter = pack("H*", $ARGV[1]); my $program = pack("S x6 P", length($filter) / 8, $filter);
syscall($ARGV[0], 22, 2, $program) == 0 or die "sandbox: no filter of system calls: $!\\n"; splice(@ARGV, 0, 2);
exec {$ARGV[0]} @ARGV or die "$ARGV[0]: $!\\n";`;

/**
 * Words that start a program under the filter. Perl is in every Debian, and calls the system without a compiler.
 *
 * @returns none on a machine without Perl, or whose numbers are not known here
 */
export function filterWords(): string[] {
  const machine = MACHINES[process.arch];
  if (machine === undefined || !existsSync(PERL)) return [];
  return [PERL, "-e", APPLY, String(machine.prctl), filterProgram(machine).toString("hex")];
}

const RETURN_ALLOW = 0x7fff0000;
const RETURN_ERROR = 0x00050000;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** Instructions of the classic Berkeley packet filter over a struct seccomp_data: number at 0, machine at 4, arguments from 16. */
function filterProgram({ arch, socket, prlimit, denied }: Machine): Buffer {
  const refuse = answer(RETURN_ERROR | ENOSYS);
  return Buffer.concat([
    load(4),
    ...[whenEqual(arch, 1, 0), refuse], // the numbers of another machine, such as a 32-bit one, mean other calls
    load(0),
    ...[instruction(0x35, 0, 1, 0x40000000), refuse], // nor those of x32
    ...denied.flatMap((number) => [whenEqual(number, 0, 1), refuse]),
    ...[whenEqual(prlimit, 0, 5), load(32), whenEqual(0, 0, 2), load(36), whenEqual(0, 1, 0), refuse, load(0)],
    ...[whenEqual(socket, 1, 0), answer(RETURN_ALLOW)],
    load(16),
    ...FAMILIES.flatMap((family) => [whenEqual(family, 0, 1), answer(RETURN_ALLOW)]),
    answer(RETURN_ERROR | EAFNOSUPPORT),
  ]);
}

function load(offset: number): Buffer {
  return instruction(0x20, 0, 0, offset);
}

/** @param then how many instructions to leap over when equal; @param otherwise when not */
function whenEqual(value: number, then: number, otherwise: number): Buffer {
  return instruction(0x15, then, otherwise, value);
}

function answer(value: number): Buffer {
  return instruction(0x06, 0, 0, value);
}

function instruction(code: number, then: number, otherwise: number, operand: number): Buffer {
  const bytes = Buffer.alloc(8); // both machines are little-endian
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(then, 2);
  bytes.writeUInt8(otherwise, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
}
