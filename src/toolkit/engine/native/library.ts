/** @file The kernels in C as a loaded library: the package's own for this processor, else one that the machine's compiler makes once. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { EngineMissing } from "../engine-missing.ts";
import type { Addon } from "./addon.ts";
import { build, sourcesHash } from "./build.ts";
import { cacheFolder, findKept, inWorkFolder, keep } from "./cache.ts";
import { type Compiler, type Environment, findCompiler, NothingToBuildWith } from "./compiler.ts";
import { findPrebuilt, prebuiltFolder, processorFeatures } from "./prebuilt.ts";

const require = createRequire(import.meta.url);

export interface Library {
  readonly addon: Addon;
  /** Who made it, and its version. */
  readonly made: { readonly by: string; readonly version: string };
}

/**
 * The library: the one that comes with the package for this processor; else, or where that does not load, from the cache,
 * or compiled now. A compiler that EIGHTFOLD_CC names goes before what comes with the package.
 *
 * @param environment EIGHTFOLD_CC and CC name the compiler, XDG_CACHE_HOME the folder of caches (default ~/.cache)
 * @param prebuilds the folder of what comes with the package
 * @throws EngineMissing on a system that is not served, without a C compiler, and when it does not compile the kernels, with
 *   its own message
 */
export async function openLibrary(environment: Environment, prebuilds = prebuiltFolder()): Promise<Library> {
  if (process.platform === "win32") {
    throw new NothingToBuildWith("the native engine runs on Linux and macOS, not on Windows (hint: onnxruntime does)");
  }
  const sources = sourcesHash();
  if (sources === undefined) {
    throw new NothingToBuildWith(
      "the native engine requires its sources beside it, which a bundle leaves out (hint: keep @eightfold/toolkit out of the bundle)",
    );
  }
  const prebuilt = environment.EIGHTFOLD_CC ? undefined : findPrebuilt(sources, prebuilds);
  let unloadable: unknown;
  if (prebuilt !== undefined) {
    try {
      const addon = loaded(prebuilt.file, "with a C compiler it is made anew");
      return { addon, made: { by: "prebuilt", version: prebuilt.set } };
    } catch (error) {
      unloadable = error; // on an older C library, say: a compiler here makes another, and without one this is told
    }
  }
  const compiler = await findCompiler(environment).catch((error: unknown) => {
    throw unloadable ?? error;
  });
  const folder = cacheFolder(environment);
  const key = keyOf(compiler, sources);
  const file = findKept(folder, key) ?? (await builtOnce(compiler, folder, key));
  const addon = loaded(file, "remove the file, it is made again; XDG_CACHE_HOME names another folder for caches");
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

const building = new Map<string, Promise<string>>();

/** One build a key and folder in this process; others that do so at once each leave a whole file. */
function builtOnce(compiler: Compiler, folder: string, key: string): Promise<string> {
  const place = `${folder}\n${key}`;
  const known = building.get(place);
  if (known !== undefined) return known;
  const made = buildInto(compiler, folder, key).finally(() => building.delete(place));
  building.set(place, made);
  return made;
}

/** Compiles beside the cache's files. */
function buildInto(compiler: Compiler, folder: string, key: string): Promise<string> {
  return inWorkFolder(folder, async (work) => {
    process.stderr.write(`eightfold: ${compiler.program} compiles the native engine, once; it is kept in ${folder}\n`);
    return keep(folder, key, await build(compiler, OWN_FLAGS, process.platform, work));
  });
}
