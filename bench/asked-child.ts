/** @file A child process for all rounds of a benchmark: it idles while the other is timed, and answers a line of JSON with one. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface AskedChild<Request extends object, Answer> {
  /** @throws Error when the child ends before it answers */
  ask(request: Request): Promise<Answer>;
  stop(): void;
}

/**
 * Starts a child; its messages are shown on our stderr.
 *
 * @param env set for it beside our own environment
 */
export function startAskedChild<Request extends object, Answer>(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): AskedChild<Request, Answer> {
  const child: ChildProcess = spawn(program, args, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`${program} was started without pipes`);
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  return {
    async ask(request) {
      stdin.write(`${JSON.stringify(request)}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`${program} ended before it answered; its message stands above`);
      return JSON.parse(answer.value) as Answer;
    },
    stop: () => stdin.end(),
  };
}
