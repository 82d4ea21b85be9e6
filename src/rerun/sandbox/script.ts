/** @file The shell script that is a sandbox's first process: it builds the file system, gives up what it may, and starts the kernel. */
import { LIMITS, limitWords } from "./limits.ts";

export interface SandboxPlan {
  /** An empty folder on which the new root is built; outside of the sandbox it stays empty. */
  readonly root: string;
  /** The folder of the sockets and the connection file: under the same path on both sides. */
  readonly sockets: string;
  /** Files and folders that can be read inside, under their own paths. */
  readonly visible: readonly string[];
  /** Files and folders below those that are shown empty. */
  readonly hidden: readonly string[];
  /** The kernel's working directory. */
  readonly cwd: string;
}

/** The one folder that a notebook may write to, and its HOME and TMPDIR. */
export const SCRATCH = "/scratch";

/** What a refusal writes first, so that it is told from the kernel's own words. */
export const REFUSAL = "sandbox:";

/**
 * A script for `sh -c SCRIPT sandbox PROGRAM ARGUMENT...`, to be run as process 1 of new namespaces in which it is root.
 *
 * It keeps its rights in the namespaces, so that the kernel, which has none, can neither signal nor trace it. Its standard
 * input takes two words: "seal" makes the folder of the sockets read-only once they stand, "interrupt" sends the kernel
 * SIGINT.
 *
 * @source bubblewrap's order of mounts (https://github.com/containers/bubblewrap), with util-linux's programs alone
 */
export function sandboxScript({ root, sockets, visible, hidden, cwd }: SandboxPlan): string {
  return `set -eu
refuse() { echo "${REFUSAL} $*" >&2; exit 125; }
root=${quoted(root)}
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
mkdir -p "$root/dev/shm" "$root/proc" "$root${SCRATCH}" "$root/.old" "$root"${quoted(sockets)}
mkdir "$root/.empty"
: >"$root/.nothing"
hide() {
  if [ -d "$1" ]; then mount --bind "$root/.empty" "$root$1"; else mount --bind "$root/.nothing" "$root$1"; fi || refuse "$1 cannot be hidden"
}
${hidden.map((path) => `hide ${quoted(path)}`).join("\n")}
mount -t tmpfs -o size=${LIMITS.scratchBytes},mode=1777,nosuid,nodev scratch "$root${SCRATCH}" || refuse "no scratch folder"
mount -t tmpfs -o size=${LIMITS.scratchBytes / 4},mode=1777,nosuid,nodev,noexec shm "$root/dev/shm" || refuse "no shared memory"
mount --bind ${quoted(sockets)} "$root"${quoted(sockets)} || refuse "no folder for sockets"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc" || refuse "no /proc of its own (hint: is this a container?)"
pivot_root "$root" "$root/.old" || refuse "the old root cannot be left"
cd /
umount -l /.old
rmdir /.old
protect() {
  mount -o remount,bind,ro,nosuid,nodev "$1" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev,noexec "$1" ||
    refuse "$1 cannot be made read-only"
}
sockets=${quoted(sockets)}
while read -r _ _ _ _ target _; do
  target=$(printf '%b' "$target")
  case $target in
    ${SCRATCH}|/dev/shm|/proc|"$sockets") ;;
    /dev/*) mount -o remount,bind,ro,nosuid "$target" || refuse "$target cannot be made read-only" ;;
    *) protect "$target" ;;
  esac
done </proc/self/mountinfo
# where the system knows these limits; the ones of each process and the watch from outside hold everywhere
echo ${LIMITS.tasks} 2>/dev/null >/proc/sys/kernel/pid_max || true
for kind in user mnt net pid; do echo 0 2>/dev/null >/proc/sys/user/max_"$kind"_namespaces || true; done
cd ${quoted(cwd)} 2>/dev/null || cd ${SCRATCH}
exec 3<&0
prlimit ${limitWords().join(" ")} setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@" </dev/null 3<&- &
kernel=$!
while read -r word; do
  case $word in
    seal) protect "$sockets" ;;
    interrupt) kill -INT "$kernel" ;;
  esac
done <&3 >/dev/null 2>&1 &
exec 3<&- </dev/null
wait "$kernel" || exit $?
`;
}

/** A word of the shell that stands for the text itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
