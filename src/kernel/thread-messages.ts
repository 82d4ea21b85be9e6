/** @file What the two threads say to each other: the kernel's thread holds the sockets, the main thread runs the cells. */
import type { MessagePort } from "node:worker_threads";
import type { Look, Seen } from "./assist/live-values.ts";
import type { CellCompleteness } from "./cell/completeness.ts"; // not the door: each file that types lead to is a file of every session
import type { CommContent } from "./wire/comm.ts";
import type { ErrorContent, ExecuteOutcome } from "./wire/execute.ts";
import type { JsonObject } from "./wire/message.ts";
import type { Output } from "./wire/output.ts";

/** A cell to run. */
export interface RunRequest {
  readonly type: "run";
  /** Id of the message that asked for it; its outputs carry it. */
  readonly cell: string;
  readonly code: string;
  readonly executionCount: number;
  readonly silent: boolean;
  readonly userExpressions: Readonly<Record<string, string>>;
  /** It has a count of its own. */
  readonly storeHistory: boolean;
  /** Its sender can answer an input_request. */
  readonly allowStdin: boolean;
}

/** A message of the frontend to a comm. */
export interface CommRequest {
  readonly type: "comm";
  /** Id of the message; what its listeners put out carries it. */
  readonly cell: string;
  readonly content: CommContent;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** From the kernel's thread to the main thread. */
export type ToMain =
  | RunRequest
  | CommRequest
  | { readonly type: "complete?"; readonly id: number; readonly code: string }
  | { readonly type: "look?"; readonly id: number; readonly look: Look }
  /** Answered at once by a main thread that is not busy. */
  | { readonly type: "ping"; readonly id: number }
  /** The cell was interrupted: tell its AbortSignal, send what it printed. */
  | { readonly type: "abandon"; readonly cell: string }
  /** What ran was terminated, and nothing more will be. */
  | { readonly type: "terminated" }
  | { readonly type: "exit" };

/** From the main thread to the kernel's thread. */
export type ToKernel =
  /** It has started, and serves what it is sent. */
  | { readonly type: "ready" }
  /** Printed text, of the writer named last. */
  | string
  | { readonly type: "writer"; readonly cell: string; readonly name: "stdout" | "stderr" }
  /** `characters` are taken off the backlog when the sockets have it. */
  | { readonly type: "output"; readonly cell: string; readonly output: Output; readonly characters: number }
  /** It has ended but for the next turn of the event loop, in which something of it is still to run. */
  | { readonly type: "ending"; readonly cell: string; readonly outcome: ExecuteOutcome }
  /** Outputs of it are still being made: its end waits for them. */
  | { readonly type: "drawing"; readonly cell: string }
  | { readonly type: "done"; readonly cell: string; readonly outcome: ExecuteOutcome }
  /** The main thread waits for a line of input; the answer comes by `KernelThreadData.answers`. */
  | { readonly type: "ask"; readonly cell: string; readonly question: Question }
  /** An error after the cell's end, from a timer or a promise that it left behind. */
  | { readonly type: "late error"; readonly cell: string; readonly error: ErrorContent }
  | { readonly type: "completeness"; readonly id: number; readonly completeness: CellCompleteness }
  | { readonly type: "seen"; readonly id: number; readonly seen: Seen }
  | { readonly type: "pong"; readonly id: number }
  /** A cell called process.exit or its like: the main thread stands still until it is ended, as by a stop. */
  | { readonly type: "ended"; readonly cell: string; readonly outcome: ExecuteOutcome }
  /** The process got a SIGINT. */
  | { readonly type: "sigint" }
  /** The process is about to end: the main thread waits until the sockets are closed. */
  | { readonly type: "leaving" };

/** A line of input that a cell asks for. */
export interface Question {
  readonly id: number;
  readonly prompt: string;
  /** What is typed must not be seen. */
  readonly password: boolean;
}

/** To the main thread, on a port of its own: it is read while a cell waits for it. */
export interface Answer {
  /** Of the question. */
  readonly id: number;
  readonly text: string;
}

/** What the two threads share: one Int32 at each of these places. */
export const SHARED = {
  /** Characters that the main thread has printed and the sockets have not yet taken. */
  backlog: 0,
  /** 1 when the sockets are closed and the process may end, 2 when the main thread is about to end it. */
  closed: 1,
  /** Count of the answers given to questions; the main thread waits for its change. */
  answers: 2,
} as const;

/** What the kernel's thread starts with. */
export interface KernelThreadData {
  readonly connectionFile: string;
  readonly shared: SharedArrayBuffer;
  readonly version: string;
  /** To the main thread. */
  readonly port: MessagePort;
  /** To the main thread: answers to its questions. */
  readonly answers: MessagePort;
  /** Bytes that the main thread's heap may hold. */
  readonly heapLimit: number;
}

/** One end of the line between the two threads. */
export interface Port<Sent, Received> {
  postMessage(message: Sent): void;
  on(event: "message", listener: (message: Received) => void): unknown;
}
