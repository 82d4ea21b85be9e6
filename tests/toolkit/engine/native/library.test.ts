/** @file The native engine's library is compiled once and kept; what stands in its way is said, and unasked another engine runs. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { describeEngine, nativeEngine, openEngine } from "../../../../src/toolkit/engine/index.ts";
import { sourcesHash } from "../../../../src/toolkit/engine/native/build.ts";
import { compilerOf } from "../../../../src/toolkit/engine/native/compiler.ts";
import { openLibrary } from "../../../../src/toolkit/engine/native/library.ts";
import { INSTRUCTION_SETS, prebuiltName } from "../../../../src/toolkit/engine/native/prebuilt.ts";
import { nativeIsMissing, testNative } from "../native-engine.ts";

const missing = await nativeIsMissing();
const onNative = (name: string, run: (t: TestContext) => Promise<void>): void => testNative(name, missing, run);

const first = (await openEngine({ environment: {} })).name;
const elsewhere = ["native", "onnxruntime"].includes(first) ? undefined : `unasked ${first} runs here, on a GPU`;

const folder = mkdtempSync(join(tmpdir(), "eightfold-native-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A program in sh that answers as a compiler does. */
function compilerThat(name: string, does: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\ncase "$*" in *--version) echo ${name} 1.0; exit 0;; esac\n${does}\n`);
  chmodSync(file, 0o755);
  return file;
}

const kept = (cache: string): string => join(folder, cache, "eightfold", "native");
const inCache = (cache: string, compiler: string) => ({
  XDG_CACHE_HOME: join(folder, cache),
  EIGHTFOLD_CC: compiler,
});

/** Lines on standard error while it runs. */
async function told(t: TestContext, run: () => Promise<unknown>): Promise<string[]> {
  const write = t.mock.method(process.stderr, "write", () => true);
  try {
    await run();
    return write.mock.calls.map(({ arguments: [text] }) => String(text));
  } finally {
    write.mock.restore();
  }
}

onNative(
  "the library is compiled once, into the user's own cache, with a line, also when two ask at once",
  async (t) => {
    const environment = inCache("whole", "cc");
    const open = (): Promise<unknown> => nativeEngine({ threads: 1, environment });
    assert.deepEqual(await told(t, () => Promise.all([open(), open()])), [
      `eightfold: cc compiles the native engine, once; it is kept in ${kept("whole")}\n`,
    ]);
    const [file = "", ...others] = readdirSync(kept("whole"));
    assert.ok(file.endsWith(".node") && others.length === 0, String(readdirSync(kept("whole"))));
    assert.equal(statSync(kept("whole")).mode & 0o777, 0o700);
    const before = statSync(join(kept("whole"), file)).mtimeMs;
    const asked = { ...environment, EIGHTFOLD_ENGINE: "native" };
    const engines = await told(t, async () => {
      const engine = await openEngine({ environment: asked, threads: 1 });
      assert.match(describeEngine(engine), /^native on cpu by kernels in C, 1 thread, cc .*\d+\.\d+.*, node \d/);
      assert.equal((await openEngine({ environment, threads: 1 })).name, first); // unasked too
    });
    assert.deepEqual(engines, []);
    assert.equal(statSync(join(kept("whole"), file)).mtimeMs, before);
  },
);

/** A compiler that hands out what the first test has made. */
function copyingCompiler(): string {
  const [library = ""] = readdirSync(kept("whole"));
  const does = `while [ $# -gt 0 ]; do case $1 in -o) to=$2;; -shared) shared=1;; esac; shift; done
if [ -n "$shared" ]; then cp ${join(kept("whole"), library)} "$to"; else : > "$to"; fi`;
  return compilerThat("copying-compiler", does);
}

onNative("processes that compile at once leave one whole library, and each can use it", async () => {
  const environment = { ...process.env, ...inCache("many", copyingCompiler()) };
  const engine = JSON.stringify(new URL("../../../../src/toolkit/engine/index.ts", import.meta.url).href);
  const program = `const { nativeEngine, compile } = await import(${engine});
const { add, f32 } = await import(${engine}.replace("/engine/", "/tensor/"));
const double = await compile(await nativeEngine({ threads: 1 }), ({ x }) => add(x, x), { x: f32(2) });
console.log([...(await (await double({ x: Float32Array.of(1, 2) })).read())].join());`;
  const runs = Array.from({ length: 3 }, async () => {
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      env: environment,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return (await child.stdout.toArray()).join("");
  });
  assert.deepEqual(await Promise.all(runs), ["2,4\n", "2,4\n", "2,4\n"]);
  const files = readdirSync(kept("many"));
  assert.ok(files.length === 1 && files[0]?.endsWith(".node"), String(files));
});

onNative("a compiler's own options are part of what the library depends on", async () => {
  const compiler = copyingCompiler();
  for (const command of [compiler, `${compiler} -mtune=generic`, compiler]) {
    await nativeEngine({ threads: 1, environment: inCache("options", command) });
  }
  assert.equal(readdirSync(kept("options")).length, 2);
});

onNative("a compiler that another program starts, as zig cc, says its own version", async () => {
  const starter = compilerThat("starter", "");
  writeFileSync(starter, '#!/bin/sh\ncase "$1" in --version) exit 1;; cc) shift; exec cc "$@";; esac\n');
  const [started, own] = [await compilerOf(`${starter} cc`), await compilerOf("cc")];
  assert.deepEqual(started, { program: starter, options: ["cc"], version: own?.version });
});

onNative("a library of the package that does not load here gives way to what the compiler makes", async () => {
  const prebuilds = join(folder, "prebuilds");
  const platform = `${process.platform}-${process.arch}`;
  mkdirSync(join(prebuilds, platform), { recursive: true });
  for (const set of INSTRUCTION_SETS[platform] ?? [])
    writeFileSync(join(prebuilds, platform, prebuiltName(set, sourcesHash() ?? "")), "of another C library");
  const { EIGHTFOLD_CC: CC, ...cache } = inCache("instead", copyingCompiler());
  const { made } = await openLibrary({ ...cache, CC }, prebuilds);
  assert.deepEqual(made, { by: CC, version: "copying-compiler 1.0" });
});

const inTheWay = [
  {
    what: "a compiler that is named and not there",
    environment: () => inCache("empty", join(folder, "no-compiler")),
    message: /^the native engine requires a C compiler, found none by the name of .*no-compiler \(hint: /,
  },
  {
    what: "a compiler that fails",
    environment: () => inCache("empty", compilerThat("broken-compiler", 'echo "no such flag" >&2; exit 1')),
    message: /broken-compiler cannot compile the native engine \(hint: .*\): no such flag$/,
  },
  {
    what: "a compiler that makes nothing and says that all is well",
    environment: () => inCache("empty", compilerThat("idle-compiler", "exit 0")),
    message: /idle-compiler ended well and made no library \(hint: name another compiler in EIGHTFOLD_CC\)$/,
  },
  {
    what: "a library that does not load",
    environment: () => inCache("empty", compilerThat("empty-compiler", 'for to; do :; done; : > "$to"')),
    message:
      /^the native engine cannot load .*\.node: .* \(hint: remove the file, it is made again; XDG_CACHE_HOME names another folder for caches\)$/,
  },
  {
    what: "a folder in which nothing can be kept",
    environment: () => {
      writeFileSync(join(folder, "file"), "");
      return inCache("file", compilerThat("unused-compiler", ""));
    },
    message:
      /^the native engine cannot be kept in .*\(hint: XDG_CACHE_HOME names another folder for caches, by its whole path\)$/,
  },
];

for (const { what, environment, message } of inTheWay) {
  testNative(
    `${what} is an error for who asks for the engine; who does not gets onnxruntime and a line that says why`,
    missing ?? elsewhere,
    async (t) => {
      await assert.rejects(openEngine({ engine: "native", environment: environment() }), {
        name: "EngineMissing",
        message,
      });
      const lines = await told(t, async () => {
        assert.equal((await openEngine({ environment: environment() })).name, "onnxruntime");
      });
      const [why = "", ...more] = lines.filter((line) => !line.includes(" compiles the native engine, once;"));
      assert.deepEqual(more, []);
      const [, said = ""] = /^eightfold goes on without the engine native: (.*)\n$/.exec(why) ?? [];
      assert.match(said, message);
    },
  );
}

test("a compiler that never says its version is none, also one that waits for input", {
  skip: missing ?? false,
}, async () => {
  for (const does of ["sleep 100", "cat"]) {
    const file = join(folder, `silent-${does.split(" ")[0]}`);
    writeFileSync(file, `#!/bin/sh\n${does}\nexit 1\n`, { mode: 0o755 });
    assert.equal(await compilerOf(file, 500), undefined);
  }
});

test("a machine without a C compiler runs onnxruntime and says nothing", { skip: elsewhere ?? false }, () => {
  const engine = new URL("../../../../src/toolkit/engine/index.ts", import.meta.url).href;
  const program = `const { openEngine } = await import(${JSON.stringify(engine)}); console.log((await openEngine()).name);`;
  const { PATH: _, CC: __, EIGHTFOLD_CC: ___, EIGHTFOLD_ENGINE: ____, ...rest } = process.env;
  const words = ["--import", "tsx", "--input-type=module", "--eval", program];
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    env: { ...rest, PATH: join(folder, "nothing"), XDG_CACHE_HOME: join(folder, "unused") },
    encoding: "utf8",
  });
  assert.deepEqual({ stdout, stderr }, { stdout: "onnxruntime\n", stderr: "" });
  assert.ok(!existsSync(join(folder, "unused")));
});
