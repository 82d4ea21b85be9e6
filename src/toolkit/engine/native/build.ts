/** @file The library made of its sources by a compiler, for one instruction set. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EngineMissing } from "../engine-missing.ts";
import { type Compiler, NothingToBuildWith, runCompiler } from "./compiler.ts";

const require = createRequire(import.meta.url);

const SOURCES = fileURLToPath(new URL("./c", import.meta.url));

/** Numbers that are no numbers and infinities go through: no -ffast-math. */
const FLAGS = [
  ...["-O3", "-std=gnu11", "-fPIC", "-pthread", "-DNDEBUG"],
  ...["-fno-math-errno", "-fno-trapping-math", "-ffp-contract=fast"],
];

/** The symbols of Node-API are those of the process that loads the library. */
const LINK_FLAGS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["-undefined", "dynamic_lookup"],
};

/** A checksum of all sources and of how they are compiled; undefined where they are not beside this file, as in a bundle. */
export function sourcesHash(): string | undefined {
  if (!existsSync(SOURCES)) return undefined;
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, LINK_FLAGS]));
  for (const name of readdirSync(SOURCES).toSorted())
    hash.update(`${name}\n`).update(readFileSync(join(SOURCES, name)));
  return hash.digest("hex");
}

/**
 * Compiles the library.
 *
 * @param flags that name the instruction set
 * @param work an empty folder for what is made on the way; the caller removes it
 * @returns the path of the library there
 * @throws EngineMissing without the headers of Node-API, or with the compiler's own message when it fails
 */
export async function build(
  compiler: Compiler,
  flags: readonly string[],
  platform: NodeJS.Platform,
  work: string,
): Promise<string> {
  const headers = headersFolder();
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith(".c"));
  const objects = sources.map((name) => join(work, `${name}.o`));
  const compile = (name: string, at: number): Promise<void> =>
    call(compiler, [...FLAGS, ...flags, "-I", headers, "-c", join(SOURCES, name), "-o", objects[at] as string]);
  for (const end of await Promise.allSettled(sources.map(compile))) {
    if (end.status === "rejected") throw end.reason; // when all have ended: none writes into a folder that goes
  }
  const whole = join(work, "library.node");
  const linked = [...(LINK_FLAGS[platform] ?? []), ...objects, "-lm", "-o", whole];
  await call(compiler, [...FLAGS, ...flags, "-shared", ...linked]);
  if (existsSync(whole)) return whole;
  throw new EngineMissing(
    `${compiler.program} ended well and made no library (hint: name another compiler in EIGHTFOLD_CC)`,
  );
}

/** @throws EngineMissing when the headers are not installed */
function headersFolder(): string {
  try {
    return (require("node-api-headers") as { include_dir: string }).include_dir;
  } catch (error) {
    throw new NothingToBuildWith(
      "the native engine requires the package node-api-headers (hint: npm install node-api-headers)",
      { cause: error },
    );
  }
}

const PATIENCE = 600_000; // milliseconds for one file; a compiler that waits for something would keep whoever asks for an engine for good

const LINES = 8; // of a compiler's message: the first say what is wrong

async function call({ program, options }: Compiler, more: readonly string[]): Promise<void> {
  try {
    await runCompiler(program, [...options, ...more], PATIENCE);
  } catch (error) {
    const { stderr = "", message, killed } = error as Error & { stderr?: string; killed?: boolean };
    const said = (killed ? `it was stopped: ${message}` : stderr.trim() || message)
      .split("\n")
      .slice(0, LINES)
      .join("\n");
    throw new EngineMissing(
      `${program} cannot compile the native engine (hint: name another compiler in EIGHTFOLD_CC): ${said}`,
      { cause: error },
    );
  }
}
