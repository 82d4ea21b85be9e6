/** @file The two shell scripts of a sandbox: one builds its file system, the other is its first process and starts the kernel. */
import { LIMITS, limitWords } from "./limits.ts";

/** The one folder that a notebook may write to, and its HOME and TMPDIR. */
export const SCRATCH = "/scratch";

/** Where the kernel finds its connection file and makes its sockets: a small file system that goes with the sandbox. */
export const SOCKETS = "/sockets";
export const CONNECTION_FILE = `${SOCKETS}/connection.json`;

/** What a refusal writes first, so that it is told from the kernel's own words. */
export const REFUSAL = "sandbox:";

/** The folders whose programs build a sandbox: nothing on the caller's PATH is believed. */
export const SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The uid and gid inside when the command runs as root: nobody, so that root's own files and settings stay out of reach. */
export const NOBODY = 65534;

const REFUSE = `refuse() { echo "${REFUSAL} $*" >&2; exit 125; }`;

export interface FileSystemPlan {
  /** Files and folders that can be read inside, under their own paths. */
  readonly visible: readonly string[];
  /** Files and folders below those that are shown empty. */
  readonly hidden: readonly string[];
  /** Whether it is root, and no user namespace's own, who builds it. */
  readonly asRoot: boolean;
}

/** Namespaces of users, mounts, networks, processes, messages and names; what is inside ends with its first process. */
const NAMESPACES = "--user --map-root-user --mount --net --pid --ipc --uts --cgroup --fork --kill-child";

/**
 * A script for `sh FILE GUARD PROGRAM ARGUMENT...` that is run with the right to mount, in a mount namespace.
 *
 * It leaves the old root for a read-only one and starts the guard in new namespaces below its own: from there, no right
 * over them can take a mount off or make one writable. The root is built over /sys, which no notebook is shown.
 *
 * @source bubblewrap's order of mounts (https://github.com/containers/bubblewrap), with util-linux's programs alone
 */
export function buildScript({ visible, hidden, asRoot }: FileSystemPlan): string {
  const identity = asRoot ? `--reuid ${NOBODY} --regid ${NOBODY} --clear-groups` : "";
  return `set -eu
${REFUSE}
root=/sys
mount -t tmpfs -o size=16m,mode=755,nosuid,nodev sandbox "$root" || refuse "no file system of its own"
show() {
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")"; : >>"$root$1"; fi
  mount --rbind "$1" "$root$1" || refuse "$1 cannot be shown"
}
for folder in /bin /sbin /lib /lib32 /lib64; do
  if [ -L "$folder" ]; then ln -s "$(readlink "$folder")" "$root$folder"
  elif [ -d "$folder" ]; then show "$folder"; fi
done
${visible.map((path) => `show ${quoted(path)}`).join("\n")}
for device in null zero full random urandom; do show /dev/$device; done
ln -s /proc/self/fd "$root/dev/fd"
mkdir -p "$root/dev/shm" "$root${SCRATCH}" "$root${SOCKETS}" "$root/.old" "$root/.empty"
: >"$root/.nothing"
show /proc # the next one is only given to who has seen one whole
hide() {
  if [ -d "$1" ]; then mount --bind "$root/.empty" "$root$1"; else mount --bind "$root/.nothing" "$root$1"; fi || refuse "$1 cannot be hidden"
}
${hidden.map((path) => `hide ${quoted(path)}`).join("\n")}
cd /
pivot_root "$root" "$root/.old" || refuse "the old root cannot be left"
cd /
umount -l /.old
rmdir /.old
while read -r _ _ _ _ target _; do
  target=$(printf '%b' "$target")
  case $target in
    /proc|/proc/*) ;;
    /dev/*) mount -o remount,bind,ro,nosuid "$target" || refuse "$target cannot be made read-only" ;;
    *) mount -o remount,bind,ro,nosuid,nodev "$target" 2>/dev/null ||
      mount -o remount,bind,ro,nosuid,nodev,noexec "$target" || refuse "$target cannot be made read-only" ;;
  esac
done </proc/self/mountinfo
guard=$1
shift
exec setpriv --pdeathsig KILL ${identity} -- unshare ${NAMESPACES} sh -c "$guard" sandbox "$@"
`;
}

/**
 * A script for `sh -c SCRIPT sandbox PROGRAM ARGUMENT...`, process 1 of the sandbox's namespaces, in which it is root.
 *
 * It keeps its rights there, so that the kernel, which has none, can neither signal nor trace it. The connection file
 * is what comes from its standard input.
 *
 * @param cwd the kernel's working directory
 * @param filter words that start a program under the filter of system calls; none where there is no filter
 * @param variables names of those of its own that hold NAME=VALUE for the kernel: no program but the kernel obeys them
 */
export function guardScript(cwd: string, filter: readonly string[], variables: readonly string[]): string {
  const pages = LIMITS.sharedBytes / 4096;
  const mountTmpfs = (name: string, path: string, options: string) =>
    `mount -t tmpfs -o ${options},nosuid,nodev ${name} ${path} || refuse "no ${path}"`;
  return `set -eu
${REFUSE}
mount -t proc -o nosuid,nodev,noexec proc /proc || refuse "no /proc of its own (hint: is this a container?)"
limit() { [ ! -e "/proc/sys/$1" ] || echo "$2" >"/proc/sys/$1" || refuse "$1 has no end"; }
for kind in user mnt net pid ipc uts cgroup time; do limit user/max_"$kind"_namespaces 0; done
limit user/max_inotify_instances ${LIMITS.watchers}
limit user/max_inotify_watches ${LIMITS.watches}
limit user/max_fanotify_groups 0
limit kernel/shmall ${pages}
limit kernel/msgmni ${LIMITS.messageQueues}
for file in kcore keys key-users kmsg sched_debug timer_list; do
  [ ! -e "/proc/$file" ] || mount --bind /dev/null "/proc/$file" || refuse "/proc/$file cannot be hidden"
done
mount -o remount,bind,ro,nosuid,nodev,noexec /proc || refuse "/proc cannot be made read-only"
${mountTmpfs("scratch", SCRATCH, `size=${LIMITS.scratchBytes},nr_inodes=${LIMITS.scratchFiles},mode=1777`)}
${mountTmpfs("shm", "/dev/shm", `size=${LIMITS.scratchBytes / 4},nr_inodes=4096,mode=1777,noexec`)}
${mountTmpfs("sockets", SOCKETS, "size=64k,nr_inodes=64,mode=755,noexec")}
cat >${CONNECTION_FILE}
cd ${quoted(cwd)} 2>/dev/null || cd ${SCRATCH}
prlimit ${limitWords().join(" ")} setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs \\
  ${filter.map(quoted).join(" ")} env -i ${variables.map((name) => `"$${name}"`).join(" ")} "$@" </dev/null || exit $?
`;
}

/** A word of the shell that stands for the text itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
