/** @file Finding an installed kernel of any language, https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { dataFolders, prefixDataFolder } from "../jupyter-paths.ts";

/** What a kernel.json says of how its kernel is started and interrupted. */
export interface KernelSpec {
  readonly name: string;
  /** The folder that holds kernel.json. */
  readonly folder: string;
  /** Program and arguments, with Jupyter's placeholder `{connection_file}`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly language: string;
  /** Whether a running cell is interrupted by SIGINT or by a message. */
  readonly interruptMode: "signal" | "message";
}

/**
 * The kernel spec that Jupyter would find under a name.
 *
 * Sought in the folders of `dataFolders`, then in those of the Python environments on the PATH, where `jupyter` of that
 * PATH would look. A program "python" is the one of the environment that holds the spec.
 *
 * @param name as a notebook's metadata gives it; case does not matter
 * @returns the spec; undefined when none is installed, or its kernel.json cannot be read
 */
export function findKernelSpec(name: string): KernelSpec | undefined {
  if (!/^[\w.-]+$/.test(name)) return undefined; // a path would lead out of the folders: a notebook could bring its own
  for (const data of searchedFolders()) {
    const folder = join(data, "kernels", name.toLowerCase());
    const spec = readSpec(folder);
    if (spec === undefined) continue;
    const { argv, env = {}, language = "", interrupt_mode } = spec;
    const [program = "", ...parameters] = argv.map((word) =>
      word.replaceAll("{resource_dir}", folder).replaceAll("{prefix}", environmentOf(data)),
    );
    return {
      name,
      folder,
      argv: [environmentProgram(program, data), ...parameters],
      env: Object.fromEntries(Object.entries(env).map(([key, value]) => [key, withVariables(String(value))])),
      language,
      interruptMode: interrupt_mode === "message" ? "message" : "signal",
    };
  }
  return undefined;
}

/** The names of all installed kernels, sorted. */
export function installedKernels(): string[] {
  const names = searchedFolders().flatMap((data) => {
    const kernels = join(data, "kernels");
    return existsSync(kernels)
      ? readdirSync(kernels).filter((name) => existsSync(join(kernels, name, "kernel.json")))
      : [];
  });
  return [...new Set(names)].sort();
}

function searchedFolders(): string[] {
  const onPath = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => ["jupyter", "python3", "python"].some((program) => existsSync(join(folder, program))))
    .map((folder) => prefixDataFolder(dirname(folder)));
  return [...new Set([...dataFolders(undefined), ...onPath])];
}

/** The environment that holds a spec in its share/jupyter; for the user's own specs that of the jupyter on the PATH. */
function environmentOf(data: string): string {
  const own = dirname(dirname(data));
  if (existsSync(join(own, "bin", "python3")) || existsSync(join(own, "bin", "python"))) return own;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const bin =
    folders.find((folder) => existsSync(join(folder, "jupyter"))) ??
    folders.find((folder) => existsSync(join(folder, "python3")));
  return bin === undefined ? own : dirname(bin);
}

/** DIR/bin/python for a spec in DIR/share/jupyter: a bare "python" means the Python that installed it. */
function environmentProgram(program: string, data: string): string {
  if (!/^python3?(\.\d+)?$/.test(program)) return program;
  const prefix = dirname(dirname(data));
  const own = [join(prefix, "bin", program), join(prefix, "bin", "python3"), join(prefix, "python.exe")];
  return own.find((path) => existsSync(path)) ?? program;
}

/** `${NAME}` stands for a variable of the environment, as in Jupyter. */
function withVariables(value: string): string {
  return value.replace(/\$\{(\w+)\}/g, (whole, name: string) => process.env[name] ?? whole);
}

interface SpecFile {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, unknown>>;
  readonly language?: string;
  readonly interrupt_mode?: string;
}

/** Undefined when there is none, or none that can be read: the next folder is tried. */
function readSpec(folder: string): SpecFile | undefined {
  try {
    const spec = JSON.parse(readFileSync(join(folder, "kernel.json"), "utf8"));
    const words = spec?.argv;
    const starts = Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === "string");
    return starts ? spec : undefined;
  } catch {
    return undefined;
  }
}
