/** @file Makes the native engine's libraries for the toolkit's package: `npm run prebuilds`, which `npm pack` runs too.
 *
 * One for each platform and instruction set that a compiler here serves, in out/prebuilds; what another machine has made of the
 * same sources may be put beside it. What was made of other sources goes. (Not "prebuild": npm would run that before each build.)
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, sourcesHash } from "../src/toolkit/engine/native/build.ts";
import { compilerOf, findCompiler } from "../src/toolkit/engine/native/compiler.ts";
import { INSTRUCTION_SETS, prebuiltName } from "../src/toolkit/engine/native/prebuilt.ts";

/** Debian's names of compilers for another architecture than the machine's. */
const CROSS = { "linux-x64": "x86_64-linux-gnu-gcc", "linux-arm64": "aarch64-linux-gnu-gcc" };

const root = join(import.meta.dirname, "..", "out", "prebuilds");
const sources = sourcesHash();

for (const [platform, sets] of Object.entries(INSTRUCTION_SETS)) {
  const compiler = await compilerFor(platform);
  if (compiler === undefined) {
    process.stderr.write(`${platform}: not made, there is no compiler for it here (${CROSS[platform]})\n`);
    continue;
  }
  const folder = join(root, platform);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!sets.some((set) => prebuiltName(set, sources) === name)) rmSync(join(folder, name));
  for (const set of sets) await make(join(folder, prebuiltName(set, sources)), compiler, platform, set);
}

async function make(file, compiler, platform, set) {
  if (!existsSync(file)) {
    const work = mkdtempSync(join(tmpdir(), "eightfold-prebuild-"));
    try {
      cpSync(await build(compiler, set.flags, platform.split("-")[0], work), `${file}.part`);
      renameSync(`${file}.part`, file); // whole, or the next run makes it
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }
  process.stderr.write(`${platform}, ${set.name}: ${file}, ${Math.round(statSync(file).size / 1000)} kB, ${compiler.version}\n`);
}

/** This machine's own compiler for its own platform, as the engine finds it. */
async function compilerFor(platform) {
  if (platform !== `${process.platform}-${process.arch}`) return compilerOf(CROSS[platform]);
  return findCompiler(process.env).catch(() => undefined);
}
