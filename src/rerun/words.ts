/** @file The words of the command line, checked: what is asked for, or one line that says what is wrong with it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { folderWith, readObject } from "./environment/files.ts";
import { type Parameters, parameterFrom, readParameters } from "./notebook/parameters.ts";
import { failure, type Outcome, success } from "./outcome.ts";
import { ALL_CELLS, type CellRange } from "./plan.ts";
import type { RerunOptions } from "./rerun.ts";

const DEFAULT_CLAIMS = "data/claims.json";
const DEFAULT_NOTEBOOKS = "notebooks";

export const HELP = `Runs notebooks from a clean state, cell by cell, and checks the numbers they claim.

usage: eightfold [rerun] [NOTEBOOK | FOLDER]... [options]     (default: ${DEFAULT_NOTEBOOKS})
       eightfold rerun init NOTEBOOK [--claims FILE]   proposes claims from what it prints
  --claims FILE     the numbers to check (default ${DEFAULT_CLAIMS}); --printed: printed ones too
  --full            the whole work, not the quick profile (EIGHTFOLD_PROFILE tells notebooks)
  --seeds N         N more seeds: shows which claims hang on the seed
  --sandbox         no network, no home folder, one scratch folder, bounded memory (Linux)
  -p NAME VALUE     sets a variable in a cell of its own, as papermill does; --parameters FILE
  --cells A-B       runs cells 1 to B, judges A to B; --cells A for one
  --since COMMIT    only notebooks that a change since that commit can have touched
  --jobs N          notebooks at the same time (default 1)
  --on slurm        each notebook is a job, all at once; --sbatch "--partition=gpu" and such
  --timeout S       seconds that a cell may take (default 600); --total-timeout S: all cells
                    of a notebook; --start-timeout S: the kernel's first answer (60)
  --output-limit M  MiB of output that are kept of a notebook (default 64)
  --kernel NAME     instead of the kernel that a notebook names
  --out FOLDER      executed notebooks, report.html, report.json (default out)
  --junit           junit.xml in that folder too; --github: annotations, the job's summary
  --write           replaces a notebook when all of it ran; with init, the claims file
  --list            shows what would run, and runs nothing; --version
exit code: 0 claims and figures hold, 1 something differs, 2 could not run
example: eightfold notebooks/04-scaling.ipynb --seeds 3
`;

export interface Words extends Omit<RerunOptions, "signal" | "progress" | "onChecks" | "onNote"> {
  readonly task: "rerun" | "init" | "list" | "help" | "version";
  readonly github: boolean;
}

/**
 * Reads the command line.
 *
 * @param words after the program's name
 */
export function readWords(words: readonly string[]): Outcome<Words> {
  const taken = takeParameters(words);
  if (!taken.ok) return taken;
  const parsed = parse(taken.value.rest);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  const [first, ...rest] = positionals[0] === "rerun" ? positionals.slice(1) : positionals;
  const init = first === "init";
  const named = init ? rest : first === undefined ? [] : [first, ...rest];
  const notebooks = named.length === 0 && !init && existsSync(DEFAULT_NOTEBOOKS) ? [DEFAULT_NOTEBOOKS] : named;
  const asksNothing = values.help || values.version;
  if (notebooks.length === 0 && !asksNothing) return failure("eightfold requires the path of a notebook, got none");
  for (const name of ["out", "kernel", "claims", "parameters", "since"] as const) {
    if (values[name]?.trim() === "") return failure(`eightfold requires --${name} to name something, got nothing`);
  }
  const file = values.parameters === undefined ? success({}) : readParameters(values.parameters);
  if (!file.ok) return file;
  const parameters = { ...file.value, ...taken.value.parameters };
  if (values.write && Object.keys(parameters).length > 0) {
    return failure("eightfold requires --write to be without parameters: it would put them into the notebook");
  }
  const limits = readLimits(values);
  if (!limits.ok) return limits;
  const seeds = count("--seeds", values.seeds, 0);
  if (!seeds.ok) return seeds;
  const slurm = onSlurm(values, init);
  if (!slurm.ok) return slurm;
  const jobs = count("--jobs", values.jobs ?? (slurm.value === undefined ? "1" : "1000"), 1);
  if (!jobs.ok) return jobs;
  const cells = range(values.cells);
  if (!cells.ok) return cells;
  if (values.write && values.cells !== undefined) {
    return failure(
      "eightfold requires --write to be of a whole notebook, got --cells: it would drop the other outputs",
    );
  }
  if (values.sandbox && values.since !== undefined) {
    return failure(
      "eightfold requires --sandbox to be without --since, which asks git: it obeys a stranger's settings",
    );
  }
  const task = values.help ? "help" : values.version ? "version" : init ? "init" : values.list ? "list" : "rerun";
  const { out, write, sandbox, printed, junit, github, since, kernel } = values;
  return success({
    ...{ task, notebooks, out, write, sandbox, printed, junit, github, since, kernel },
    ...{ seeds: seeds.value, jobs: jobs.value, slurm: slurm.value, cells: cells.value, ...limits.value },
    claims: values.claims ?? (existsSync(DEFAULT_CLAIMS) && !init ? DEFAULT_CLAIMS : undefined),
    parameters,
    claimsAsked: values.claims !== undefined,
    profile: values.full ? "full" : "quick",
  });
}

const TEXT = { type: "string" } as const;
const TEXTS = { type: "string" as const, multiple: true as const, default: [] as string[] };
const SWITCH = { type: "boolean", default: false } as const;

function parse(words: readonly string[]) {
  try {
    const options = {
      ...{ claims: TEXT, parameters: TEXT, cells: TEXT, since: TEXT, kernel: TEXT },
      ...{ full: SWITCH, sandbox: SWITCH, junit: SWITCH, github: SWITCH, write: SWITCH, list: SWITCH, printed: SWITCH },
      seeds: { type: "string", default: "0" },
      ...{ jobs: TEXT, on: TEXT, sbatch: TEXTS },
      timeout: { type: "string", default: "600" },
      "total-timeout": { type: "string", default: "2147482" },
      "start-timeout": { type: "string", default: "60" },
      "output-limit": { type: "string", default: "64" },
      version: SWITCH,
      out: { type: "string", default: "out" },
      help: { type: "boolean", short: "h", default: false },
    } as const;
    return success(parseArgs({ args: withSbatch(words), allowPositionals: true, options }));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return failure(error.message.split(/[.\n] /, 1)[0] ?? ""); // parseArgs says which option is unknown or lacks a value
  }
}

/** --sbatch "--qos=low": the word after it is its own, though it looks like an option of ours. */
function withSbatch(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    if (word === "--sbatch" && at + 1 < words.length) return [];
    return words[at - 1] === "--sbatch" ? [`--sbatch=${word}`] : [word];
  });
}

/** The options of sbatch for --on slurm; undefined without it. */
function onSlurm(
  { on, sbatch, sandbox, list }: { on?: string | undefined; sbatch: string[]; sandbox: boolean; list: boolean },
  init: boolean,
): Outcome<string[] | undefined> {
  if (on === undefined) {
    return sbatch.length === 0 ? success(undefined) : failure("eightfold requires --sbatch to be with --on slurm");
  }
  if (on !== "slurm") return failure(`eightfold requires --on to be slurm, got ${on}`);
  if (sandbox || init) {
    const other = init ? "init" : "--sandbox";
    return failure(`eightfold requires --on slurm to be without ${other}, which is of this machine alone`);
  }
  return success(list ? undefined : sbatch);
}

/** -p NAME VALUE, which may be given several times, apart from the other words. */
function takeParameters(words: readonly string[]): Outcome<{ rest: string[]; parameters: Parameters }> {
  const rest: string[] = [];
  const parameters: Record<string, unknown> = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") {
      rest.push(...words.slice(index));
      break;
    }
    if (word !== "-p") {
      rest.push(word);
      continue;
    }
    const [name, value] = words.slice(index + 1, index + 3);
    if (name === undefined || value === undefined) return failure("eightfold requires -p to be followed by NAME VALUE");
    parameters[name] = parameterFrom(value);
    index += 2;
  }
  return success({ rest, parameters });
}

type Limits = Pick<RerunOptions, "timeoutMs" | "totalTimeoutMs" | "startTimeoutMs" | "outputLimit">;

function readLimits(
  values: Record<"timeout" | "total-timeout" | "start-timeout" | "output-limit", string>,
): Outcome<Limits> {
  const found: number[] = [];
  for (const name of ["timeout", "total-timeout", "start-timeout"] as const) {
    const seconds = Number(values[name]);
    if (!(seconds >= 0.001 && seconds < 2_147_483)) {
      return failure(`eightfold requires --${name} to be seconds in [0.001, 2147483], got ${values[name]}`);
    }
    found.push(1000 * seconds);
  }
  const [timeoutMs = 0, totalTimeoutMs = 0, startTimeoutMs = 0] = found;
  const mebibytes = Number(values["output-limit"]);
  if (!(mebibytes >= 0.001 && mebibytes <= 256)) {
    return failure(`eightfold requires --output-limit to be MiB in [0.001, 256], got ${values["output-limit"]}`);
  }
  return success({ timeoutMs, totalTimeoutMs, startTimeoutMs, outputLimit: mebibytes * 2 ** 20 });
}

/** The version of this package. */
export function version(): string {
  const path = folderWith("package.json", import.meta.dirname);
  return String(readObject(join(path ?? "", "package.json")).version);
}

function count(name: string, word: string, least: number): Outcome<number> {
  const number = Number(word);
  if (Number.isInteger(number) && number >= least && number <= 1000) return success(number);
  return failure(`eightfold requires ${name} to be a count in [${least}, 1000], got ${word}`);
}

function range(word: string | undefined): Outcome<CellRange> {
  if (word === undefined) return success(ALL_CELLS);
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
  if (Number(first) >= 1 && Number(last) >= Number(first)) return success({ first: Number(first), last: Number(last) });
  return failure(`eightfold requires --cells to be A or A-B with 1 <= A <= B, got ${word}`);
}
