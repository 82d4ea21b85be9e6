/** @file A Slurm of a folder, for tests on machines that have none: sbatch, squeue, scancel, sacct and scontrol that write down what they are told. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

export interface FakeSlurm {
  readonly folder: string;
  /** what sbatch was told, a call an entry: its words, and the script behind them */
  submissions(): { readonly words: string[]; readonly script: string }[];
  /** words of each call of scancel */
  cancelled(): string[];
  /** what squeue will answer: lines of "job|task|state|reason|node|name" */
  queue(lines: readonly string[]): void;
  /** what sacct will answer */
  accounts(lines: readonly string[]): void;
  /** sbatch refuses from its n-th call on, counted from 1, with these words */
  refuse(call: number, words: string): void;
  /** squeue fails with these words; undefined to answer again */
  silence(words: string | undefined): void;
}

/** Puts it first on the PATH until the test ends. A probe that it is given answers at once. */
export function fakeSlurm(t: TestContext): FakeSlurm {
  const folder = mkdtempSync(join(tmpdir(), "slurm-"));
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const at = (name: string): string => join(folder, name);
  const program = (name: string, text: string): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\nfolder='${folder}'\n${text}`);
    chmodSync(join(programs, name), 0o755);
  };
  program(
    "sbatch",
    `n=$(( $(cat "$folder/count" 2>/dev/null || echo 0) + 1 )); echo "$n" >"$folder/count"
if [ -f "$folder/refuse" ] && [ "$n" -ge "$(head -n 1 "$folder/refuse")" ]; then tail -n 1 "$folder/refuse" >&2; exit 1; fi
printf '%s\\n' "$@" >"$folder/words.$n"
cat >"$folder/script.$n"
case "$*" in *.probe*) sh "$folder/script.$n" ;; esac
echo "$((100 + n));here"
`,
  );
  program(
    "squeue",
    `[ -f "$folder/silence" ] && { cat "$folder/silence" >&2; exit 1; }\ncat "$folder/queue" 2>/dev/null\nexit 0\n`,
  );
  program("sacct", `cat "$folder/accounts" 2>/dev/null\nexit 0\n`);
  program("scancel", `echo "$@" >>"$folder/cancelled"\n`);
  program("scontrol", "echo 'MaxArraySize            = 5'\n");
  const path = process.env.PATH;
  process.env.PATH = `${programs}${delimiter}${path}`;
  t.after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });
  const text = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
  return {
    folder,
    submissions: () =>
      Array.from({ length: Number(text("count")) }, (_, call) => ({
        words: text(`words.${call + 1}`)
          .split("\n")
          .filter(Boolean),
        script: text(`script.${call + 1}`),
      })).filter(({ words }) => words.length > 0),
    cancelled: () => text("cancelled").split("\n").filter(Boolean),
    queue: (lines) => writeFileSync(at("queue"), lines.map((line) => `${line}\n`).join("")),
    accounts: (lines) => writeFileSync(at("accounts"), lines.map((line) => `${line}\n`).join("")),
    refuse: (call, words) => writeFileSync(at("refuse"), `${call}\n${words}\n`),
    silence: (words) => {
      if (words === undefined) rmSync(at("silence"), { force: true });
      else writeFileSync(at("silence"), `${words}\n`);
    },
  };
}
