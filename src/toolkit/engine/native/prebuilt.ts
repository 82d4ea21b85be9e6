/** @file Libraries that come with the package: one for each platform and instruction set, of which this machine's is taken.
 *
 * Folders are named as by prebuildify and node-gyp-build, prebuilds/PLATFORM-ARCHITECTURE/NAME.TAG.TAG.node; their tags know no
 * instruction sets of x64, so that the choice is ours.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What a library is made for. */
export interface InstructionSet {
  readonly name: string;
  /** For gcc and clang. */
  readonly flags: readonly string[];
  /** Features that the processor must have, as Linux names them. */
  readonly needs: readonly string[];
}

/** x86-64-v3 of the psABI. */
const AVX2: InstructionSet = {
  name: "avx2",
  flags: ["-march=x86-64-v3"],
  needs: ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"],
};

/** Each platform's, the fastest first. */
export const INSTRUCTION_SETS: Readonly<Record<string, readonly InstructionSet[]>> = {
  "linux-x64": [
    {
      name: "avx512",
      flags: ["-march=x86-64-v4"],
      needs: [...AVX2.needs, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"],
    },
    AVX2,
  ],
  "linux-arm64": [{ name: "neon", flags: ["-march=armv8-a"], needs: [] }],
};

/** The file for an instruction set; the checksum keeps one that was made of other sources from being taken. */
export function prebuiltName({ name }: InstructionSet, sources: string): string {
  return `native-${sources.slice(0, 16)}.napi.glibc.${name}.node`;
}

const require = createRequire(import.meta.url);

/** The folder of all libraries in this package; undefined in a bundle, which is no package. */
export function prebuiltFolder(): string | undefined {
  try {
    return join(dirname(require.resolve("@eightfold/toolkit/package.json")), "prebuilds");
  } catch {
    return undefined;
  }
}

export interface Prebuilt {
  readonly set: string;
  readonly file: string;
}

interface Processor {
  readonly platform: string;
  readonly features: ReadonlySet<string>;
}

/**
 * The library for a processor; undefined when there is none.
 *
 * @param sources checksum of those that it must be made of
 * @param processor default: this one
 */
export function findPrebuilt(
  sources: string,
  folder: string | undefined,
  { platform, features }: Processor = thisProcessor(),
): Prebuilt | undefined {
  if (folder === undefined) return undefined;
  for (const set of INSTRUCTION_SETS[platform] ?? []) {
    const file = join(folder, platform, prebuiltName(set, sources));
    if (set.needs.every((feature) => features.has(feature)) && existsSync(file)) return { set: set.name, file };
  }
  return undefined;
}

function thisProcessor(): Processor {
  const isMusl = existsSync("/etc/alpine-release"); // where another C library is, which the files do not run with
  return { platform: `${process.platform}${isMusl ? "-musl" : ""}-${process.arch}`, features: processorFeatures() };
}

/** As Linux lists them; elsewhere none. */
export function processorFeatures(): ReadonlySet<string> {
  const about = "/proc/cpuinfo";
  const line = existsSync(about) ? /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync(about, "utf8")) : null;
  return new Set(line?.[1]?.trim().split(/\s+/));
}
