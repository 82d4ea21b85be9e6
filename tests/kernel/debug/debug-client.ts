/** @file A frontend with a debugger: requests of the Debug Adapter Protocol, and the events that answer them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { JsonObject } from "@eightfold/kernel/wire";
import { type Frontend, startFrontend } from "../frontend.ts";

export interface DebugClient extends Frontend {
  /** The response's body; a failure is an error of the test. */
  debug(command: string, given?: JsonObject): Promise<JsonObject>;
  /** The message of a response that failed. */
  refusal(command: string, given?: JsonObject): Promise<string>;
  /** Sets breakpoints in a cell that is yet to run: lines, or lines with their conditions. */
  breakAt(code: string, ...lines: (number | [number, string])[]): Promise<string>;
  /** The next event of that kind that was not yet waited for. */
  event(name: string): Promise<JsonObject>;
  /** The event that was waited for last did not come. */
  forget(name: string): void;
  /** Waits for a halt: `name:line` of each frame, from the innermost. */
  halted(reason?: string): Promise<string[]>;
  /** Names and values of a scope of the innermost frame; of the first without a name. */
  variables(scope?: string): Promise<Record<string, string>>;
  /** What an expression gives in the innermost frame. */
  evaluate(expression: string): Promise<string>;
  readonly folder: string;
}

/**
 * A kernel whose debugger is started.
 *
 * @param files written into its folder, text by name
 */
export async function startDebugged(
  t: TestContext,
  files: Readonly<Record<string, string>> = {},
): Promise<DebugClient> {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-debug-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  t.after(() => rmSync(folder, { recursive: true }));
  const frontend = await startFrontend(t, folder);
  const client = createClient(frontend, folder);
  await client.debug("initialize", { clientID: "test", adapterID: "test" });
  await client.debug("attach");
  await client.debug("configurationDone");
  return client;
}

/** The same without a start. */
export function createClient(frontend: Frontend, folder: string): DebugClient {
  let seq = 0;
  const waited = new Map<string, number>();

  async function respond(command: string, given: JsonObject): Promise<JsonObject> {
    const request = { type: "request", seq: ++seq, command, arguments: given };
    const { reply } = await frontend.request("debug_request", request, "control");
    assert.deepEqual([reply.type, reply.request_seq, reply.command], ["response", seq, command]);
    return reply;
  }

  const client: DebugClient = {
    ...frontend,
    folder,
    async debug(command, given = {}) {
      const reply = await respond(command, given);
      assert.equal(reply.success, true, `${command}: ${reply.message}`);
      return reply.body as JsonObject;
    },
    async refusal(command, given = {}) {
      const reply = await respond(command, given);
      assert.deepEqual([reply.success, reply.status], [false, "error"], command);
      return String(reply.message);
    },
    async breakAt(code, ...lines) {
      const { sourcePath } = await client.debug("dumpCell", { code });
      const breakpoints = lines.map((line) =>
        typeof line === "number" ? { line } : { line: line[0], condition: line[1] },
      );
      await client.debug("setBreakpoints", { source: { path: sourcePath as string }, breakpoints });
      return sourcePath as string;
    },
    async event(name) {
      const skipped = waited.get(name) ?? 0;
      waited.set(name, skipped + 1);
      const isIt = ({ header, content }: Parameters<Parameters<Frontend["until"]>[0]>[0]): boolean =>
        header.msg_type === "debug_event" && content.event === name;
      const found = await frontend.until((message) => {
        const all = frontend.messages.filter((one) => isIt(one.message)).map((one) => one.message);
        return all[skipped] === message;
      });
      return found.content.body as JsonObject;
    },
    forget: (name) => void waited.set(name, (waited.get(name) ?? 1) - 1),
    async halted(reason) {
      const body = await client.event("stopped");
      if (reason !== undefined) assert.equal(body.reason, reason);
      const { stackFrames } = await client.debug("stackTrace", { threadId: 1 });
      return (stackFrames as JsonObject[]).map(({ name, line }) => `${name}:${line}`);
    },
    async variables(name) {
      const scopes = (await client.debug("scopes", { frameId: await topFrame() })).scopes as JsonObject[];
      const scope = name === undefined ? scopes[0] : scopes.find((one) => one.name === name);
      assert.ok(scope, `${name} is none of ${scopes.map((one) => one.name)}`);
      const { variables } = await client.debug("variables", { variablesReference: scope.variablesReference as number });
      return Object.fromEntries((variables as JsonObject[]).map((one) => [one.name, one.value]));
    },
    async evaluate(expression) {
      return String((await client.debug("evaluate", { expression, frameId: await topFrame() })).result);
    },
  };

  async function topFrame(): Promise<number> {
    const { stackFrames } = await client.debug("stackTrace", { threadId: 1 });
    return (stackFrames as JsonObject[])[0]?.id as number;
  }
  return client;
}
