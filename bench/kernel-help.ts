/** @file Help with a cell being typed, as a person waits for it: warm completion and inspection, and what they cost in memory. */
import { median } from "./harness.ts";
import type { KernelSession } from "./kernel-session.ts";

const REPEATS = 50;
const PATIENCE_MS = 20_000;

/** A session in the kernel's language. */
export interface HelpScript {
  /** Declares a variable `table` with the member `rows`. */
  readonly declare: string;
  /** A line that makes each text another, as typing does. */
  line(count: number): string;
}

export interface HelpFigures {
  completionMs: number;
  inspectionMs: number;
  /** What the kernel and its children have grown by. */
  helpMemoryMb: number;
}

/** Asks until the first right answers have come, then times the next ones. */
export async function measureHelp(kernel: KernelSession, { declare, line }: HelpScript): Promise<HelpFigures> {
  const before = kernel.memoryMb();
  await kernel.execute(declare);
  const ask = (type: string, code: string) =>
    kernel.client.request(type, { code, cursor_pos: code.length, detail_level: 0 }, PATIENCE_MS);
  const complete = async (count: number): Promise<{ milliseconds: number; right: boolean; typed: boolean }> => {
    const { milliseconds, reply } = await ask("complete_request", `${line(count)}\ntable.ro`);
    const metadata = reply.metadata as { _jupyter_types_experimental?: readonly { type?: string }[] };
    const right = (reply.matches as string[]).some((match) => match.endsWith("rows"));
    return { milliseconds, right, typed: metadata._jupyter_types_experimental?.[0]?.type !== "variable" };
  };
  const inspect = async (count: number): Promise<{ milliseconds: number; right: boolean }> => {
    const { milliseconds, reply } = await ask("inspect_request", `${line(count)}\ntable`);
    return { milliseconds, right: reply.found === true };
  };

  // Before its types have come, our kernel offers the names of live values: it calls them variables.
  const started = performance.now();
  for (let warm = false; !warm; warm = (await complete(0)).typed && (await inspect(0)).right) {
    if (performance.now() - started > PATIENCE_MS) throw new Error(`no help came within ${PATIENCE_MS / 1000} s`);
  }
  const completions: number[] = [];
  const inspections: number[] = [];
  for (let count = 1; count <= REPEATS; count++) {
    const completion = await complete(count);
    const inspection = await inspect(count);
    if (!completion.right || !inspection.right) throw new Error(`request ${count} for help was answered with nothing`);
    completions.push(completion.milliseconds);
    inspections.push(inspection.milliseconds);
  }
  const helpMemoryMb = kernel.memoryMb() - before;
  return { completionMs: median(completions), inspectionMs: median(inspections), helpMemoryMb };
}
