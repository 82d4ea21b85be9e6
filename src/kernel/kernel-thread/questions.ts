/** @file What cells ask people: one question at a time on stdin, answered once, and only by who was asked. */
import type { Incoming, ServerChannels } from "../channels/index.ts";
import type { Answer, Question } from "../thread-messages.ts";
import { createMessage, inputRequest, type Message, type MessageHeader, parseInputReply } from "../wire/index.ts";

/** Who asked for the cell that asks now. */
export type Asker = Pick<Incoming, "identities"> & { readonly header: MessageHeader };

export interface Questions {
  /** Asks the frontend that sent a request for a line of input; an earlier question is forgotten. */
  ask(asker: Asker, question: Question): void;
  /** Takes what came on stdin. */
  take(incoming: Incoming): void;
}

interface QuestionParts {
  readonly channels: Pick<ServerChannels, "send">;
  /** Id of the kernel's messages. */
  readonly session: string;
  /** Hands an answer to the cell that waits for it. */
  answer(answer: Answer): void;
  log(line: string): void;
}

interface Open {
  readonly id: number;
  readonly asker: Asker;
  /** Id of the input_request. */
  readonly request: string;
}

/** No question yet. */
export function createQuestions({ channels, session, answer, log }: QuestionParts): Questions {
  let open: Open | undefined;
  return {
    ask(asker, { id, prompt, password }) {
      const content = inputRequest(prompt, password);
      const request = createMessage({ type: "input_request", session, content, parent: asker.header });
      open = { id, asker, request: request.header.msg_id };
      void channels.send("stdin", request, asker.identities);
    },
    take({ message, identities, refused }) {
      const type = message.header.msg_type;
      if (
        type !== "input_reply" ||
        refused !== undefined ||
        open === undefined ||
        !isItsAnswer(message, identities, open)
      ) {
        log(`dropped ${type} on stdin: nothing was asked of its sender`);
        return;
      }
      const { id } = open;
      open = undefined;
      answer({ id, text: parseInputReply(message.content) });
    },
  };
}

function isItsAnswer(reply: Message, identities: Asker["identities"], { asker, request }: Open): boolean {
  const { msg_id = request } = reply.parent_header; // some frontends do not say what they answer
  return msg_id === request && hex(identities) === hex(asker.identities);
}

function hex(identities: Asker["identities"]): string {
  return identities.map((identity) => Buffer.from(identity).toString("hex")).join();
}
