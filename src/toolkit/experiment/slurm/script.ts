/** @file The script of an array: each task does the stage whose key stands in its line of the array's keys. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { SubmittedPlan } from "./submitted-plan.ts";
import { planPath } from "./submitted-plan.ts";

/** Exit codes of stage-job.ts, by which its script knows whether another try makes sense. */
export const STAGE_EXIT = { done: 0, failed: 1, otherCode: 3, blocked: 4 } as const;

/**
 * The program that does a stage, with all that Node was told to run this process.
 *
 * @param key of the stage, or the path of an array's keys
 */
export function stageCommand(submitted: SubmittedPlan, key: string): string {
  const program = fileURLToPath(new URL("./stage-job.ts", import.meta.url));
  const words = [
    process.execPath,
    ...process.execArgv,
    program,
    planPath(submitted),
    resolve(submitted.store.folder),
    key,
  ];
  return words.map(quoted).join(" ");
}

/**
 * @param keys path of the array's keys
 * @param what it does, for who reads the script
 */
export function arrayScript(submitted: SubmittedPlan, keys: string, what: string): string {
  return `#!/bin/bash
# ${submitted.plan.name}: ${what}
cd ${quoted(process.cwd())} || exit 1
export EIGHTFOLD_ENGINE=${quoted(process.env.EIGHTFOLD_ENGINE ?? "")}
for try in 1 2; do
  ${stageCommand(submitted, keys)}
  code=$?
  # done, of other code, blocked, or ended by Slurm: another try would end the same
  case $code in 0 | ${STAGE_EXIT.otherCode} | ${STAGE_EXIT.blocked} | 143) exit $code ;; esac
done
exit $code
`;
}

/** A word for the shell, whatever stands in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
