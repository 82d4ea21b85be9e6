/** @file A request, its reply and its idle, https://jupyter-client.readthedocs.io/en/stable/messaging.html#request-reply. */
import type { ClientChannels } from "@eightfold/kernel/channels";
import type { Message } from "@eightfold/kernel/wire";
import type { JsonObject } from "../json-text.ts";

export interface PendingRequest {
  /** The reply's content, once the reply and the idle status have both come: no output of the request is then missing. */
  readonly finished: Promise<JsonObject>;
  /** The reply's content, as soon as it has come. */
  readonly replied: Promise<JsonObject>;
}

interface Waiting {
  readonly onIopub: (message: Message) => void;
  readonly onReply: (content: JsonObject) => void;
  readonly onIdle: () => void;
}

/** The requests of a client, each told its own messages, however late they come. */
export class Requests {
  readonly #channels: ClientChannels;
  readonly #waiting = new Map<string, Waiting>();
  #sending = 0;
  #early: [channel: string, message: Message][] = [];

  constructor(channels: ClientChannels) {
    this.#channels = channels;
    channels.onMessage((channel, message) => this.#route(channel, message));
  }

  /**
   * Sends a request.
   *
   * @param channel shell or control
   * @param type its message type, such as execute_request
   * @param content its content
   * @param onIopub told every IOPub message that the request causes, also after it has finished
   */
  async send(
    channel: "shell" | "control",
    type: string,
    content: Parameters<ClientChannels["send"]>[2],
    onIopub: (message: Message) => void = () => {},
  ): Promise<PendingRequest> {
    this.#sending++;
    const header = await this.#channels.send(channel, type, content);
    this.#sending--;
    let onIdle = (): void => {};
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    const replied = new Promise<JsonObject>((onReply) => {
      this.#waiting.set(header.msg_id, { onIopub, onReply, onIdle: () => onIdle() });
    });
    for (const [from, message] of this.#early.splice(0)) this.#route(from, message);
    return { replied, finished: Promise.all([replied, idle]).then(([content]) => content) };
  }

  #route(channel: string, message: Message): void {
    const waiting = this.#waiting.get(message.parent_header.msg_id ?? "");
    if (waiting === undefined) {
      // an answer can overtake the word that its request was taken by the socket
      if (this.#sending > 0) this.#early.push([channel, message]);
      return;
    }
    if (channel === "iopub") {
      waiting.onIopub(message);
      if (message.header.msg_type === "status" && message.content.execution_state === "idle") waiting.onIdle();
    } else if (channel === "shell" || channel === "control") {
      waiting.onReply(message.content);
    }
  }
}
