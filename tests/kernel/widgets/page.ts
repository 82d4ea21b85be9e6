/** @file A page for tests: knows the models that a kernel's widgets have opened, and moves them. */

import type { TestContext } from "node:test";
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import { type Exchange, type Frontend, startFrontend } from "../frontend.ts";

const IMPORT = 'import * as w from "@eightfold/kernel/widgets";';

export interface Page extends Frontend {
  /** State of the model of that id, from what was sent so far; undefined when it is closed or was never opened. */
  state(id: unknown): JsonObject | undefined;
  /** Id of the model that a cell's output shows. */
  shownBy(exchange: Exchange): string;
  /** Sends a message to a model, as the page does, and returns what came on IOPub until it was served. */
  tell(id: unknown, data: JsonObject): Promise<readonly Message[]>;
  /** Sets properties in the page. */
  move(id: unknown, state: JsonObject): Promise<readonly Message[]>;
}

/** A kernel whose session has the widgets as `w`. */
export async function startPage(t: TestContext): Promise<Page> {
  const frontend = await startFrontend(t);
  await frontend.execute(IMPORT);

  function state(id: unknown): JsonObject | undefined {
    let known: JsonObject | undefined;
    for (const { channel, message } of frontend.messages) {
      const { header, content } = message;
      if (channel !== "iopub" || content.comm_id !== id) continue;
      const data = content.data as JsonObject;
      if (header.msg_type === "comm_close") known = undefined;
      else if (data.state !== undefined) known = { ...known, ...(data.state as JsonObject) };
    }
    return known;
  }

  async function tell(id: unknown, data: JsonObject): Promise<readonly Message[]> {
    const content = { comm_id: String(id), data };
    const before = frontend.messages.length;
    const { msg_id } = await frontend.channels.send("shell", "comm_msg", content);
    await frontend.until(
      ({ parent_header, content }) => parent_header.msg_id === msg_id && content.execution_state === "idle",
    );
    return frontend.messages
      .slice(before)
      .filter(({ channel, message }) => channel === "iopub" && message.header.msg_type !== "status")
      .map(({ message }) => message);
  }

  return {
    ...frontend,
    state,
    shownBy({ outputs }) {
      const views = outputs.map(
        ([, { data }]) => (data as JsonObject | undefined)?.["application/vnd.jupyter.widget-view+json"],
      );
      return String((views.find((view) => view !== undefined) as JsonObject).model_id);
    },
    tell,
    move: (id, state) => tell(id, { method: "update", state, buffer_paths: [] }),
  };
}

/** [type, content] of messages; of comms the data alone. */
export function said(messages: readonly Message[]): unknown[] {
  return messages.map(({ header, content }) => [header.msg_type, content.data ?? content]);
}
