/** @file The kernels in C as a loaded library: the package's own for this processor, else one that the machine's compiler makes once. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, homedir } from "node:os";
import { join } from "node:path";
import { EngineMissing } from "../engine-missing.ts";
import type { Addon } from "./addon.ts";
import { build, sourcesHash } from "./build.ts";
import { type Compiler, type Environment, findCompiler, NothingToBuildWith } from "./compiler.ts";
import { findPrebuilt, prebuiltFolder, processorFeatures } from "./prebuilt.ts";

const require = createRequire(import.meta.url);

export interface Library {
  readonly addon: Addon;
  /** Who made it, and its version. */
  readonly made: { readonly by: string; readonly version: string };
}

/**
 * The library: the one that comes with the package for this processor; else from the cache, or compiled now. A compiler that
 * EIGHTFOLD_CC names goes before what comes with the package.
 *
 * @param environment EIGHTFOLD_CC and CC name the compiler, XDG_CACHE_HOME the folder of caches (default ~/.cache)
 * @throws EngineMissing on a system that is not served, without a C compiler, and when it does not compile the kernels, with
 *   its own message
 */
export async function openLibrary(environment: Environment): Promise<Library> {
  if (process.platform === "win32") {
    throw new NothingToBuildWith("the native engine runs on Linux and macOS, not on Windows (hint: onnxruntime does)");
  }
  const sources = sourcesHash();
  if (sources === undefined) {
    throw new NothingToBuildWith(
      "the native engine requires its sources beside it, which a bundle leaves out (hint: keep @eightfold/toolkit out of the bundle)",
    );
  }
  const prebuilt = environment.EIGHTFOLD_CC ? undefined : findPrebuilt(sources, prebuiltFolder());
  if (prebuilt !== undefined) {
    return {
      addon: loaded(prebuilt.file, "EIGHTFOLD_CC=cc compiles it here"),
      made: { by: "prebuilt", version: prebuilt.set },
    };
  }
  const compiler = await findCompiler(environment);
  const folder = join(environment.XDG_CACHE_HOME || join(homedir(), ".cache"), "eightfold", "native");
  const file = join(folder, `${keyOf(compiler, sources)}.node`);
  if (!existsSync(file)) await builtOnce(compiler, folder, file);
  const addon = loaded(file, "remove the file, it is made again");
  return { addon, made: { by: compiler.program, version: compiler.version } };
}

function loaded(file: string, hint: string): Addon {
  try {
    return require(file) as Addon;
  } catch (error) {
    throw new EngineMissing(`the native engine cannot load ${file}: ${(error as Error).message} (hint: ${hint})`, {
      cause: error,
    });
  }
}

/** For the processor that it is compiled on. */
const OWN_FLAGS = process.arch === "x64" ? ["-march=native"] : process.arch === "arm64" ? ["-mcpu=native"] : [];

/** All that a compiled file depends on, Node itself not: its binary interface stays. Model and features, since a cache that several machines share must not hand one the instructions of another. */
function keyOf(compiler: Compiler, sources: string): string {
  const { platform, arch } = process;
  const processor = [cpus()[0]?.model, ...processorFeatures()];
  const key = JSON.stringify([platform, arch, compiler, OWN_FLAGS, processor, sources]);
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

const building = new Map<string, Promise<void>>();

/** One build a file in this process; others that do so at once each leave a whole file. */
function builtOnce(compiler: Compiler, folder: string, file: string): Promise<void> {
  const known = building.get(file);
  if (known !== undefined) return known;
  const made = buildInto(compiler, folder, file).finally(() => building.delete(file));
  building.set(file, made);
  return made;
}

/** Compiles beside the cache's file and renames at the end. */
async function buildInto(compiler: Compiler, folder: string, file: string): Promise<void> {
  const work = workFolder(folder);
  try {
    process.stderr.write(`eightfold: ${compiler.program} compiles the native engine, once; it is kept in ${folder}\n`);
    renameSync(await build(compiler, OWN_FLAGS, process.platform, work), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** @throws EngineMissing when nothing can be kept there */
function workFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(folder, "making-"));
  } catch (error) {
    throw new EngineMissing(
      `the native engine cannot be kept in ${folder}: ${(error as Error).message} (hint: XDG_CACHE_HOME names another folder for caches)`,
      { cause: error },
    );
  }
}
