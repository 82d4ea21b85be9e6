/** @file The kernels in C as a loaded library: compiled once by the machine's own compiler, kept in a cache under a key of all that shaped them. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { EngineMissing } from "../engine-missing.ts";
import type { Addon } from "./addon.ts";
import { type Compiler, type Environment, findCompiler } from "./compiler.ts";

const require = createRequire(import.meta.url);
const run = promisify(execFile);

const SOURCES = fileURLToPath(new URL("./c", import.meta.url));

/** Numbers that are no numbers and infinities go through: no -ffast-math. */
const FLAGS = [
  ...["-O3", "-std=gnu11", "-fPIC", "-pthread", "-DNDEBUG"],
  ...["-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"],
  ...(process.arch === "x64" ? ["-march=native"] : process.arch === "arm64" ? ["-mcpu=native"] : []),
];
/** The symbols of Node-API are those of the process that loads the library. */
const LINK_FLAGS = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];

export interface Library {
  readonly addon: Addon;
  readonly compiler: Compiler;
}

/**
 * The library, from the cache or compiled now.
 *
 * @param environment EIGHTFOLD_CC and CC name the compiler, XDG_CACHE_HOME the folder of caches (default ~/.cache)
 * @throws EngineMissing on a system that is not served, without a C compiler, and when it does not compile the kernels, with
 *   its own message
 */
export async function openLibrary(environment: Environment): Promise<Library> {
  if (process.platform === "win32") {
    throw new EngineMissing("the native engine runs on Linux and macOS, not on Windows (hint: onnxruntime does)");
  }
  const compiler = await findCompiler(environment);
  const folder = join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "eightfold", "native");
  const file = join(folder, `${keyOf(compiler)}.node`);
  if (!existsSync(file)) await build(compiler, folder, file);
  try {
    return { addon: require(file) as Addon, compiler };
  } catch (error) {
    throw new EngineMissing(
      `the native engine cannot load ${file}: ${(error as Error).message} (hint: remove the file, it is made again)`,
      { cause: error },
    );
  }
}

/** All that a compiled file depends on. */
function keyOf({ program, version }: Compiler): string {
  const hash = createHash("sha256");
  const { platform, arch, versions } = process;
  hash.update(JSON.stringify([platform, arch, versions.napi, program, version, FLAGS, LINK_FLAGS, processor()]));
  for (const name of readdirSync(SOURCES).toSorted())
    hash.update(`${name}\n`).update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex").slice(0, 32);
}

/** Model and features: a cache that several machines share must not hand one the instructions of another. */
function processor(): string {
  const about = "/proc/cpuinfo";
  const features = existsSync(about)
    ? (/^(?:flags|Features)\s*:.*$/m.exec(readFileSync(about, "utf8"))?.[0] ?? "")
    : "";
  return `${cpus()[0]?.model ?? "unknown"} ${features}`;
}

/** Compiles beside the cache's file and renames at the end: processes that do so at once each leave a whole file. */
async function build(compiler: Compiler, folder: string, file: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const work = mkdtempSync(join(folder, "making-"));
  try {
    const headers = headersFolder();
    const sources = readdirSync(SOURCES).filter((name) => name.endsWith(".c"));
    const objects = sources.map((name) => join(work, `${name}.o`));
    const compile = (name: string, at: number): Promise<void> =>
      call(compiler, [...FLAGS, "-I", headers, "-c", join(SOURCES, name), "-o", objects[at] as string]);
    await Promise.all(sources.map(compile));
    const whole = join(work, "library.node");
    await call(compiler, [...FLAGS, "-shared", ...LINK_FLAGS, ...objects, "-lm", "-o", whole]);
    renameSync(whole, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @throws EngineMissing when the headers are not installed */
function headersFolder(): string {
  try {
    return (require("node-api-headers") as { include_dir: string }).include_dir;
  } catch (error) {
    throw new EngineMissing(
      "the native engine requires the package node-api-headers (hint: npm install node-api-headers)",
      { cause: error },
    );
  }
}

const LINES = 8; // of a compiler's message: the first say what is wrong

async function call({ program, options }: Compiler, more: readonly string[]): Promise<void> {
  try {
    await run(program, [...options, ...more], { env: { ...process.env, LC_ALL: "C" } });
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const said = (stderr.trim() || message).split("\n").slice(0, LINES).join("\n");
    throw new EngineMissing(
      `${program} cannot compile the native engine (hint: name another compiler in EIGHTFOLD_CC): ${said}`,
      { cause: error },
    );
  }
}
