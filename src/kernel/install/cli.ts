#!/usr/bin/env node
/** @file The command line: eightfold-kernel install | remove | list | doctor | start. */
import { parseArgs } from "node:util";
import { startKernel } from "../start.ts";
import { installKernelSpec, listKernelSpecs, removeKernelSpec } from "./kernel-spec.ts";

const HELP = `Usage: eightfold-kernel <command> [options]

  install                 make the kernel known to Jupyter, for this user
  remove                  take it back
  list                    where it is installed
  doctor                  look for what is wrong, and say what to do
  start CONNECTION_FILE   run a kernel (Jupyter calls this)

Options of install, remove, list and doctor:
  --prefix DIR            use DIR/share/jupyter/kernels, e.g. of a virtual environment
  --name NAME             name of the kernel (default: eightfold)
  --remove                with install: the same as remove

Example: eightfold-kernel install --prefix .venv
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      prefix: { type: "string" },
      name: { type: "string", default: "eightfold" },
      remove: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [command, argument] = positionals;
  const place = { name: values.name, prefix: values.prefix };
  if (values.help) process.stdout.write(HELP);
  else if (command === "start" && argument !== undefined) await startKernel(argument);
  else if (command === "remove" || (command === "install" && values.remove)) {
    process.stdout.write(`removed ${removeKernelSpec(place)}\n`);
  } else if (command === "install") process.stdout.write(`installed ${installKernelSpec(place)}\n`);
  else if (command === "list") list(values.prefix);
  else if (command === "doctor") await doctor(values.prefix);
  else
    throw new TypeError(`eightfold-kernel requires a command, got ${positionals.join(" ") || "none"} (hint: --help)`);
}

function list(prefix: string | undefined): void {
  const specs = listKernelSpecs(prefix);
  for (const { name, folder } of specs) process.stdout.write(`${name}\t${folder}\n`);
  if (specs.length === 0) process.stderr.write("not installed (hint: eightfold-kernel install)\n");
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
