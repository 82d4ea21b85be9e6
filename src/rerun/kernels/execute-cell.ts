/** @file One cell: sent, and waited for until its reply and its idle have both come, or one of four misfortunes. */
import type { Message } from "@eightfold/kernel/wire";
import type { JsonObject } from "../json-text.ts";
import { within } from "../wait.ts";
import type { Kernel, KernelDeath } from "./kernel-process.ts";

export interface CellRequest {
  readonly source: string;
  /** Name -> expression, evaluated in the cell's scope after the cell. */
  readonly expressions: Readonly<Record<string, string>>;
  /** Whether the notebook goes on when the cell fails. */
  readonly mayFail: boolean;
  readonly timeoutMs: number;
  /** Resolves when the user wants no more. */
  readonly stopped: Promise<void>;
  readonly onIopub: (message: Message) => void;
}

export type CellEnd =
  | { readonly kind: "replied"; readonly reply: JsonObject }
  | { readonly kind: "died"; readonly death: KernelDeath }
  | { readonly kind: "timed out" | "stopped"; readonly killed: boolean };

/** How long an interrupted cell may take to end before its kernel is killed. */
const INTERRUPT_LIMIT_MS = 5_000;

/**
 * Runs one cell.
 *
 * @returns the reply; or that the kernel died, or that the cell took too long or was no longer wanted: it is then
 *   interrupted, and when that does not end it, the kernel is killed
 */
export async function executeCell(kernel: Kernel, request: CellRequest): Promise<CellEnd> {
  const { finished } = await kernel.requests.send(
    "shell",
    "execute_request",
    {
      code: request.source,
      silent: false,
      store_history: true,
      user_expressions: request.expressions,
      allow_stdin: false,
      stop_on_error: !request.mayFail,
    },
    request.onIopub,
  );
  const ended: Promise<CellEnd> = Promise.race([
    finished.then((reply) => ({ kind: "replied" as const, reply })),
    kernel.death.then((death) => ({ kind: "died" as const, death })),
  ]);
  const stopped = request.stopped.then(() => "stopped" as const);
  const first = (await within(request.timeoutMs, Promise.race([ended, stopped]))) ?? "timed out";
  if (typeof first === "object") return first;
  await kernel.interrupt();
  const interrupted = await within(INTERRUPT_LIMIT_MS, ended);
  if (interrupted !== undefined) return { kind: first, killed: false };
  kernel.kill();
  await kernel.death;
  return { kind: first, killed: true };
}
