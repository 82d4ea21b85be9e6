/** @file How the kernel that a notebook names is started: this installation's own, or any that Jupyter would find. */
import { findKernelSpec, installedKernels, kernelCommand } from "@eightfold/kernel";
import { failure, type Outcome, success } from "../outcome.ts";

/** The kernel of this very installation, whatever else is installed under its name. */
const OWN_KERNEL = "eightfold";

export interface KernelLaunch {
  /** The name that a notebook's metadata gives. */
  readonly name: string;
  /** Program and arguments, with the placeholder `{connection_file}`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder of its kernel.json; undefined for our own kernel. */
  readonly folder: string | undefined;
  readonly interruptMode: "signal" | "message";
  readonly language: string;
}

/**
 * Looks a kernel up.
 *
 * @param name as a notebook or --kernel gives it
 * @returns how to start it; or one line that says which kernels there are
 */
export function kernelLaunch(name: string): Outcome<KernelLaunch> {
  if (name === OWN_KERNEL) {
    const { argv, env } = kernelCommand("{connection_file}");
    return success({ name, argv, env, folder: undefined, interruptMode: "message", language: "typescript" });
  }
  const spec = findKernelSpec(name);
  if (spec !== undefined) return success(spec);
  const installed = installedKernels();
  if (installed.includes(name)) return failure(`the kernel "${name}" is installed, but its kernel.json cannot be read`);
  const known = [...new Set([OWN_KERNEL, ...installed])].join(", ");
  const bringing = /^python\d?$/.test(name) ? "pip install ipykernel brings it; " : "";
  return failure(
    `no kernel "${name}" is installed (hint: ${bringing}--kernel NAME runs another; installed are ${known})`,
  );
}
