/** @file From outside to the sockets that a kernel makes in its sandbox, of which nothing else is believed. */
import { closeSync, constants, fstatSync, openSync, symlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Channel, type ConnectionInfo, channelAddress } from "@eightfold/kernel/wire";
import { attempt, sandboxProcesses } from "./processes.ts";
import { SOCKETS } from "./script.ts";

/** Opens a name without what it stands for: a socket cannot be opened, only held. Linux's value; Node has no name for it. */
const O_PATH = 0x200000;
const LOOK_EVERY_MS = 20;
const CONNECTED: readonly Channel[] = ["shell", "control", "iopub", "stdin"];

/**
 * Waits for a kernel's sockets and gives each a name outside.
 *
 * A socket is held by a descriptor, and the name leads to that: should the stranger's code later put something else in
 * its place, such as a link to a socket of this machine, nobody follows it.
 *
 * @param pid of the program that made the namespaces
 * @param connection as it is known outside
 * @param gone resolves when the sandbox has ended
 * @returns closes them
 */
export async function holdSockets(
  pid: number,
  connection: ConnectionInfo,
  gone: Promise<unknown>,
): Promise<() => void> {
  const held = new Map<string, number>();
  let over = false;
  void gone.then(() => {
    over = true;
  });
  const names = CONNECTED.map((channel) => channelAddress(connection, channel).replace("ipc://", ""));
  while (!over && held.size < names.length) {
    for (const name of names) {
      const descriptor = held.has(name) ? undefined : holdSocket(pid, basename(name));
      if (descriptor === undefined) continue;
      held.set(name, descriptor);
      symlinkSync(`/proc/self/fd/${descriptor}`, name);
    }
    if (held.size < names.length) await delay(LOOK_EVERY_MS);
  }
  return () => {
    for (const descriptor of held.values()) closeSync(descriptor);
  };
}

function holdSocket(pid: number, name: string): number | undefined {
  const first = firstProcess(pid);
  const path = `/proc/${first}/root${SOCKETS}/${name}`;
  const descriptor = attempt(() => openSync(path, O_PATH | constants.O_NOFOLLOW));
  if (descriptor === undefined) return undefined;
  if (fstatSync(descriptor).isSocket() && firstProcess(pid) === first) return descriptor;
  closeSync(descriptor);
  return undefined;
}

function firstProcess(pid: number): number | undefined {
  return sandboxProcesses(pid).find(({ inner }) => inner === 1)?.pid;
}
