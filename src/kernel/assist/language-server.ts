/** @file TypeScript 7's language server as a child process, https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export interface LanguageServer {
  /** Resolves with the result; undefined when the server refuses, or ends first. */
  request(method: string, params: object): Promise<unknown>;
  /** Leaves with the next request. */
  notify(method: string, params: object): void;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/** A server that is silent for so long is of no use any more. */
const PATIENCE_MS = 30_000;

/** Editor settings: an import cannot be added away from the cursor, and keywords need no help. */
const SETTINGS = {
  preferences: { includeCompletionsForModuleExports: false },
  suggest: { autoImports: false, completeFunctionCalls: false },
};

/** What we understand, of what a server could send. */
const CAPABILITIES = {
  workspace: { configuration: true },
  textDocument: {
    completion: { completionItem: { documentationFormat: ["markdown"] } },
    hover: { contentFormat: ["markdown"] },
    signatureHelp: {
      signatureInformation: { documentationFormat: ["markdown"], activeParameterSupport: true },
    },
    diagnostic: {},
  },
};

/**
 * Starts the server.
 *
 * @param directory the notebook's folder
 * @throws Error when it is not installed for this machine
 */
export function startLanguageServer(directory: string): LanguageServer {
  const child = spawn(languageServerFile(), ["--lsp", "--stdio"], {
    cwd: directory,
    stdio: ["pipe", "pipe", "ignore"],
    detached: process.platform !== "win32", // Ctrl-C in a terminal is not for it; it ends when its input does
    windowsHide: true,
    env: { ...process.env, GOGC: "30" }, // less garbage between two collections; no answer is slower for it
  });
  const waiting = new Map<number, (result: unknown) => void>();
  let asked = 0;

  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      for (const answer of waiting.values()) answer(undefined);
      waiting.clear();
      resolve();
    };
    child.on("error", end);
    child.on("exit", end);
    child.stdin.on("error", () => child.kill()); // it reads no more: its exit follows
  });

  let unsent = "";

  function send(message: object): void {
    queue(message);
    child.stdin.write(unsent);
    unsent = "";
  }

  /** A change leaves with the question that follows it: each write wakes the server, and costs as much as a small answer. */
  function queue(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    unsent += `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  }

  function receive(message: Received): void {
    if (message.method === undefined) {
      waiting.get(Number(message.id))?.(message.result);
      waiting.delete(Number(message.id));
    } else if (message.id !== undefined) {
      const settings = message.method === "workspace/configuration";
      send({ id: message.id, result: settings ? message.params?.items?.map(() => SETTINGS) : null });
    }
  }

  const request: LanguageServer["request"] = (method, params) =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve(undefined);
      const id = ++asked;
      const silent = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
      silent.unref();
      waiting.set(id, (result) => {
        clearTimeout(silent);
        resolve(result);
      });
      send({ id, method, params });
    });
  const notify: LanguageServer["notify"] = (method, params) => queue({ method, params });

  child.stdout.on("data", createReader(receive));
  void request("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(directory).href,
    workspaceFolders: null,
    capabilities: CAPABILITIES,
    initializationOptions: { disablePushDiagnostics: true },
  });
  notify("initialized", {});
  return { request, notify, ended };
}

interface Received {
  readonly id?: number | string;
  readonly method?: string;
  readonly result?: unknown;
  readonly params?: { readonly items?: readonly unknown[] };
}

/** The program that EIGHTFOLD_TYPE_SERVICE names, or TypeScript's own for this kind of machine. */
export function languageServerFile(): string {
  const { EIGHTFOLD_TYPE_SERVICE } = process.env;
  if (EIGHTFOLD_TYPE_SERVICE) return EIGHTFOLD_TYPE_SERVICE;
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  const folder = dirname(createRequire(import.meta.url).resolve(platform));
  return join(folder, "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
}

/** Cuts a stream into messages: a header with their length in bytes, an empty line, JSON. */
function createReader(receive: (message: Received) => void): (chunk: Buffer) => void {
  let unread: Buffer = Buffer.alloc(0);
  return (chunk) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    for (;;) {
      const headerEnd = unread.indexOf("\r\n\r\n");
      if (headerEnd < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(unread.toString("latin1", 0, headerEnd))?.[1]);
      const start = headerEnd + 4;
      if (unread.length < start + length) return;
      const text = unread.toString("utf8", start, start + length);
      unread = unread.subarray(start + length);
      receive(JSON.parse(text) as Received);
    }
  };
}
