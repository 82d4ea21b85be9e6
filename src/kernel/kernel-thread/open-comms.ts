/** @file Which comms are open, as the messages of both sides tell: for comm_info. */
import type { JsonObject } from "../wire/index.ts";

export interface OpenComms {
  /** Id of each open comm -> its target. */
  readonly targets: ReadonlyMap<string, string>;
  /** Takes note of a message of either side; one that is no comm's changes nothing. */
  note(type: string, content: JsonObject): void;
}

/** None yet. */
export function createOpenComms(): OpenComms {
  const targets = new Map<string, string>();
  return {
    targets,
    note(type, { comm_id, target_name }) {
      if (type === "comm_open") targets.set(String(comm_id), String(target_name));
      else if (type === "comm_close") targets.delete(String(comm_id));
    },
  };
}
