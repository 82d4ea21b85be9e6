/** @file The command line: its words to options, what was found to standard output, and an exit code. */
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { parseArgs } from "node:util";
import { holds } from "./claims/verdict.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { progressLines } from "./progress.ts";
import { type Rerun, type RerunOptions, rerun } from "./rerun.ts";
import { claimLine, claimsSummary, exitCode, failureText } from "./result-text.ts";

const DEFAULT_CLAIMS = "data/claims.json";

const HELP = `Runs notebooks from a clean state, cell by cell, and checks the numbers they claim.

usage: eightfold [rerun] NOTEBOOK... [options]

  --claims FILE      the numbers to check (default ${DEFAULT_CLAIMS}, when there is one)
  --out FOLDER       for the executed notebooks, report.html and report.json (default out)
  --write            replace a notebook by its executed form, when its run succeeds
  --timeout SECONDS  time limit of each cell (default 600)
  --help             this text

exit code: 0 all claims hold, 1 a claim differs, 2 a cell failed, the kernel died, or the input was bad

example: eightfold notebooks/04-scaling.ipynb --out out
`;

type Words = Pick<RerunOptions, "notebooks" | "claims" | "out" | "write" | "timeoutMs"> & { readonly help: boolean };

/**
 * Runs the command.
 *
 * @param words the command line after the program's name
 * @returns its exit code
 */
export async function main(words: readonly string[]): Promise<number> {
  const options = readWords(words);
  if (!options.ok) return complain(`${options.reason} (hint: eightfold --help)`);
  if (options.value.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.value.claims === undefined) {
    process.stderr.write(`no claims file (${DEFAULT_CLAIMS}): no number is checked\n`);
  }
  const stop = stopOnSignals();
  const result = await rerun({ ...options.value, signal: stop.signal, progress: progressLines(process.stderr) });
  stop.release();
  if (!result.ok) return complain(result.reason);
  printResult(result.value);
  return stop.exitCode() ?? exitCode(result.value.runs, result.value.judgements);
}

function readWords(words: readonly string[]): Outcome<Words> {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        claims: { type: "string" },
        out: { type: "string", default: "out" },
        write: { type: "boolean", default: false },
        timeout: { type: "string", default: "600" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    const notebooks = positionals[0] === "rerun" ? positionals.slice(1) : positionals;
    if (notebooks.length === 0 && !values.help) return failure("eightfold requires the path of a notebook, got none");
    const timeoutMs = 1000 * Number(values.timeout);
    if (!(timeoutMs >= 1 && timeoutMs < 2 ** 31)) {
      return failure(`eightfold requires --timeout to be seconds in [0.001, 2147483], got ${values.timeout}`);
    }
    const claims = values.claims ?? (existsSync(DEFAULT_CLAIMS) ? DEFAULT_CLAIMS : undefined);
    return success({ notebooks, claims, out: values.out, write: values.write, timeoutMs, help: values.help });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return failure(error.message.split(/[.\n] /, 1)[0] ?? ""); // parseArgs says which option is unknown or lacks a value
  }
}

/** Ctrl-C and its kin stop the run in good order once, and at once when repeated. */
function stopOnSignals(): { signal: AbortSignal; exitCode(): number | undefined; release(): void } {
  const stop = new AbortController();
  let code: number | undefined;
  const listeners = (["SIGINT", "SIGTERM", "SIGHUP"] as const).map((name) => {
    const listener = () => {
      code = 128 + constants.signals[name];
      if (stop.signal.aborted) process.exit(code); // the kernel is killed as the process exits
      stop.abort();
    };
    process.on(name, listener);
    return () => process.removeListener(name, listener);
  });
  return {
    signal: stop.signal,
    exitCode: () => code,
    release() {
      for (const remove of listeners) remove();
    },
  };
}

function printResult({ runs, judgements, written }: Rerun): void {
  for (const run of runs) {
    if (run.failure !== undefined) process.stderr.write(`${failureText(run, process.stderr.isTTY)}\n`);
  }
  const lines = judgements.filter(({ verdict }) => !holds(verdict)).map(claimLine);
  if (judgements.length > 0) lines.push(claimsSummary(judgements));
  lines.push(`written: ${written.join(", ")}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function complain(reason: string): number {
  process.stderr.write(`${reason}\n`);
  return 2;
}
