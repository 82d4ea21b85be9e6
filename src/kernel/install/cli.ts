#!/usr/bin/env node
/** @file The command line: eightfold-kernel install | remove | list | lab | new | doctor | start. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { startKernel } from "../start.ts";
import { version } from "../version.ts";
import {
  FIGURES_EXTENSION,
  installFiguresExtension,
  listFiguresExtensions,
  removeFiguresExtension,
} from "./figures-extension.ts";
import { installKernelSpec, listKernelSpecs, removeKernelSpec } from "./kernel-spec.ts";
import { runLab } from "./lab.ts";
import { newProject } from "./new-project.ts";

const HELP = `Usage: eightfold-kernel <command> [options]

  install                 make the kernel known to Jupyter, for this user, and its figures interactive there
  remove                  take it back; before the package is uninstalled
  list                    where it is installed
  lab [WORD]...           start JupyterLab with the kernel in it, and install nothing; the words are JupyterLab's
  new FOLDER              a folder to begin with: notebooks, claims, a dev container
  doctor                  look for what is wrong, and say what to do
  start CONNECTION_FILE   run a kernel (Jupyter calls this)

Options of install, remove, list and doctor:
  --prefix DIR            use DIR/share/jupyter/kernels, e.g. of a virtual environment
  --sys-prefix            the same, of the Python that the PATH finds
  --name NAME             name of the kernel (default: eightfold)
  --display-name TEXT     with install: its name in the launcher
  --env NAME=VALUE        with install: a variable of its environment; may be repeated
  --no-figures            with install: without the extension that draws figures in JupyterLab
  --remove                with install: the same as remove
  --version               this package's version

Example: eightfold-kernel install --prefix .venv
`;

async function main(): Promise<void> {
  const [first, ...others] = process.argv.slice(2);
  if (first === "lab") {
    process.exitCode = await runLab(others);
    return;
  }
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      prefix: { type: "string" },
      name: { type: "string", default: "eightfold" },
      "sys-prefix": { type: "boolean", default: false },
      "display-name": { type: "string" },
      env: { type: "string", multiple: true, default: [] },
      "no-figures": { type: "boolean", default: false },
      remove: { type: "boolean", default: false },
      version: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [command, argument, ...more] = positionals;
  const surplus = command === "start" || command === "new" ? more[0] : argument;
  if (surplus !== undefined) throw new TypeError(`eightfold-kernel ${command} takes no further word, got ${surplus}`);
  const prefix = values["sys-prefix"] ? pythonPrefix() : values.prefix;
  const place = { name: values.name, prefix };
  if (values.help) process.stdout.write(HELP);
  else if (values.version) process.stdout.write(`${version}\n`);
  else if (command === "start" && argument !== undefined) await startKernel(argument);
  else if (command === "remove" || (command === "install" && values.remove)) {
    process.stdout.write(`removed ${removeKernelSpec(place)}\n`);
    const extension = removeFiguresExtension(prefix);
    if (extension !== undefined) process.stdout.write(`removed ${extension}\n`);
  } else if (command === "install") {
    const wishes = { displayName: values["display-name"], env: variables(values.env) };
    process.stdout.write(`installed ${installKernelSpec(place, wishes)}\n`);
    if (!values["no-figures"]) process.stdout.write(`installed ${installFiguresExtension(prefix)}\n`);
  } else if (command === "new" && argument !== undefined) begin(argument);
  else if (command === "list") list(prefix);
  else if (command === "doctor") await doctor(prefix);
  else
    throw new TypeError(`eightfold-kernel requires a command, got ${positionals.join(" ") || "none"} (hint: --help)`);
}

/** Where the Python that a person would start keeps what is installed into it, a virtual environment or not. */
function pythonPrefix(): string {
  for (const program of ["python3", "python"]) {
    const { status, stdout } = spawnSync(program, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  throw new Error("--sys-prefix requires python3 or python on the PATH, got neither (hint: --prefix DIR)");
}

function variables(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(word) ?? [];
      if (name === undefined || value === undefined) throw new TypeError(`--env requires NAME=VALUE, got ${word}`);
      return [name, value];
    }),
  );
}

function begin(folder: string): void {
  for (const path of newProject(folder)) process.stdout.write(`${folder}/${path}\n`);
  process.stdout.write(`\nnext: cd ${folder} && npm install && npm run lab\n`);
}

function list(prefix: string | undefined): void {
  const specs = listKernelSpecs(prefix);
  for (const { name, folder } of specs) process.stdout.write(`${name}\t${folder}\n`);
  for (const { folder } of listFiguresExtensions(prefix)) process.stdout.write(`${FIGURES_EXTENSION}\t${folder}\n`);
  if (specs.length === 0) process.stderr.write("not installed (hint: npx --no -- eightfold-kernel install)\n");
}

/** Exit code 1 where anything is wrong. */
async function doctor(prefix: string | undefined): Promise<void> {
  const { examine } = await import("./doctor.ts"); // a kernel that starts does not load it
  for await (const { ok, what, advice } of examine(prefix)) {
    process.stdout.write(`${ok ? "ok   " : "FAIL "}${what}\n${advice === undefined ? "" : `     ${advice}\n`}`);
    if (!ok) process.exitCode = 1;
  }
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
});
