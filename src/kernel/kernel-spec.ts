/** @file The command that starts this very installation of the kernel. */
import { fileURLToPath } from "node:url";

/** Without it, interrupting a loop inside a timer's callback aborts the process. */
const NODE_FLAGS = ["--no-force-async-hooks-checks"];

export interface KernelCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Program, arguments and environment of a kernel process.
 *
 * @param connectionFile path of the connection file, or Jupyter's placeholder `{connection_file}`
 */
export function kernelCommand(connectionFile: string): KernelCommand {
  const cli = fileURLToPath(new URL("./cli.js", import.meta.url));
  return { argv: [process.execPath, ...NODE_FLAGS, cli, "start", connectionFile], env: {} };
}
