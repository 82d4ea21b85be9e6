/** @file A person at the frontend, who answers what cells ask. */
import type { JsonObject, Message } from "@eightfold/kernel/wire";
import type { Exchange, Frontend } from "../frontend.ts";

/**
 * Runs a cell and answers its questions in order.
 *
 * @param earlier so many questions that were asked before are passed over
 * @returns the questions and what the cell gave
 */
export async function answering(
  frontend: Frontend,
  code: string,
  answers: readonly string[],
  earlier = 0,
): Promise<{ questions: readonly JsonObject[]; exchange: Exchange }> {
  const running = frontend.execute(code);
  const questions: JsonObject[] = [];
  for (const value of answers) {
    const at = earlier + questions.length;
    const question = await frontend.until((message) => inputRequests(frontend).indexOf(message) === at);
    questions.push(question.content);
    await frontend.channels.send("stdin", "input_reply", { value }, question.header);
  }
  return { questions, exchange: await running };
}

/** What the kernel has asked so far. */
export function inputRequests({ messages }: Frontend): Message[] {
  return messages.map(({ message }) => message).filter(({ header }) => header.msg_type === "input_request");
}
