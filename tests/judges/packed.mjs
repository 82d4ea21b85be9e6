/** @file The packages as a stranger gets them: packed, installed in empty folders by npm and pnpm, read by Node, tsc, tsx, esbuild and vite.
 *
 * node packed.mjs SCRATCH: exit code 0 when each step does what the packages' READMEs say. Packages of others come from npm's registry.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..", "..");
const scratch = resolve(process.argv[2]);
const PACKAGES = ["kernel", "toolkit", "rerun"];
const OTHER_NODES = ["22", "24", "26"];
/** A fit's worth of packages, unpacked. */
const MOST_MEGABYTES = 30;
const ROOT_MANIFEST = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const DOORS = Object.keys(JSON.parse(readFileSync(join(root, "src/toolkit/package.json"), "utf8")).exports)
  .filter((door) => door !== "./package.json")
  .map((door) => door.slice(1)); // "" is the main door

/** No one is asked for what is not installed, and this repository's settings do not travel. */
const env = { ...process.env, npm_config_audit: "false", npm_config_fund: "false", npm_config_prefer_offline: "true" };
for (const name of Object.keys(env))
  if (/onnxruntime|^npm_package|^npm_lifecycle|^INIT_CWD$/.test(name)) delete env[name];

function run(folder, program, ...words) {
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, env, encoding: "utf8" });
  assert.equal(status, 0, `${program} ${words.join(" ")} in ${folder}:\n${stdout}\n${stderr}`);
  return stdout;
}

function project(name, manifest = {}) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", ...manifest }));
  return folder;
}

function step(what, does) {
  does();
  process.stdout.write(`ok ${what}\n`);
}

/** What the run says at its end: each case with the Nodes and the program that installed it, and how much was installed. */
const cases = [];
const sizes = [];
const OWN_NODE = process.versions.node;

function megabytes(kilobytes) {
  return `${(kilobytes / 1024).toFixed(1)} MB`;
}

/** Of an installation, unpacked. */
function installed(what, folder) {
  const kilobytes = Number.parseInt(run(folder, "du", "-sk", "node_modules"), 10);
  sizes.push([what, megabytes(kilobytes)]);
  return kilobytes;
}

function lines(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** The names that cells have without an import, and the files of a project that the kernel makes. */
const MEANT = /^(cell-globals\.d\.ts|kernel-config\/new\/.*)$/;

const tarballs = {};
const before = execFileSync("git", ["status", "--porcelain", "src"], { cwd: root, encoding: "utf8" });

step("npm pack: licence, README, no maps, and the checkout is as it was", () => {
  mkdirSync(scratch, { recursive: true });
  for (const name of PACKAGES) {
    const [packed] = JSON.parse(
      run(join(root, "src", name), "npm", "pack", "--silent", "--json", "--pack-destination", scratch),
    );
    const files = packed.files.map(({ path }) => path);
    assert.ok(
      ["LICENSE", "README.md"].every((file) => files.includes(file)),
      files.join(" "),
    );
    const stray = files.filter(
      (file) => /\.map$|buildinfo|tsconfig\.json$|(?<!\.d)\.ts$/.test(file) && !MEANT.test(file),
    );
    assert.deepEqual(stray, []);
    tarballs[name] = join(scratch, packed.filename);
    if (name === "toolkit") {
      for (const set of ["avx512", "avx2"])
        assert.ok(
          files.some((file) => file.startsWith("prebuilds/linux-x64/") && file.endsWith(`.napi.glibc.${set}.node`)),
          files.filter((file) => file.startsWith("prebuilds")).join(" "),
        );
    }
    const { size, unpackedSize } = packed;
    sizes.push(
      [`${name}: packed`, megabytes(size / 1024)],
      [`${name}: unpacked, ${files.length} files`, megabytes(unpackedSize / 1024)],
    );
    const manifest = JSON.parse(run(scratch, "tar", "xOzf", packed.filename, "package/package.json"));
    assert.equal(manifest.scripts, undefined);
    assert.equal(manifest.author, ROOT_MANIFEST.author);
    if (ROOT_MANIFEST.repository) assert.equal(manifest.repository.directory, `src/${name}`);
  }
  assert.equal(execFileSync("git", ["status", "--porcelain", "src"], { cwd: root, encoding: "utf8" }), before);
});

const FIT = `import { fitScalingLaw } from "@eightfold/toolkit/scaling";
const sizes = [1000, 2000, 4000, 8000, 16000, 32000];
const points = sizes.map((dataSize) => ({ dataSize, error: 0.05 + 2 * dataSize ** -0.5, items: 2000 }));
const fit = fitScalingLaw({ points, seed: 1 });
if (!fit.ok) throw new Error(fit.reason);
console.log(fit.parameters.exponent.value.toFixed(2));
`;

const fitting = project("fitting");
step("the toolkit alone is small, and fits in Node", () => {
  run(fitting, "npm", "install", tarballs.toolkit);
  const kilobytes = installed("npm install @eightfold/toolkit: node_modules", fitting);
  assert.ok(kilobytes < MOST_MEGABYTES * 1024, `${kilobytes} kB`);
  assert.ok(!existsSync(join(fitting, "node_modules", "onnxruntime-node")));
  writeFileSync(join(fitting, "fit.ts"), FIT);
  writeFileSync(join(fitting, "fit.mjs"), FIT);
  const imports = DOORS.map((door) => `await import("@eightfold/toolkit${door}");\n`).join("");
  writeFileSync(join(fitting, "doors.mjs"), imports);
  assert.equal(run(fitting, "node", "fit.mjs"), "0.50\n");
  run(fitting, "node", "doors.mjs");
  for (const version of OTHER_NODES) {
    assert.equal(run(fitting, "npx", "-y", "-p", `node@${version}`, "node", "fit.mjs"), "0.50\n");
    run(fitting, "npx", "-y", "-p", `node@${version}`, "node", "doors.mjs");
  }
  cases.push([`a fit, and all ${DOORS.length} doors imported`, [OWN_NODE, ...OTHER_NODES].join(", "), "npm"]);
});

const FIRST = `import { fitScalingLaws, plotScalingLaws, readTable, rows, table } from "@eightfold/toolkit";
const measured = await readTable("curve.csv");
const fits = fitScalingLaws(rows(measured.derive({ curve: () => "mine" })), { by: "curve", x: "images", y: "error", items: "items" });
console.log(table(measured).columns.join(), fits.mine.seed, plotScalingLaws(fits).layout.title.text);
`;

step("what one writes first, without schema, seed and title", () => {
  cpSync(join(root, "kernel-config/new/data/curve.csv"), join(fitting, "curve.csv"));
  writeFileSync(join(fitting, "first.mjs"), FIRST);
  assert.equal(run(fitting, "node", "first.mjs"), "images,error,items 0 <b>test error against training data</b>\n");
  cases.push(["readTable, fitScalingLaws, plotScalingLaws, table with no option", OWN_NODE, "npm"]);
});

/** Multiplies on whatever engine opens, and tells which. */
const COMPUTE = `import { compile, describeEngine, openEngine } from "@eightfold/toolkit/engine";
import { f32, matmul } from "@eightfold/toolkit/tensor";
const engine = await openEngine({ threads: 2 });
const square = f32(64, 64);
const product = await compile(engine, ({ a, b }) => matmul(a, b), { a: square, b: square });
const ones = new Float32Array(64 * 64).fill(0.5);
const [first] = await (await product({ a: ones, b: ones })).read();
console.log(describeEngine(engine), first);
`;

step(
  "the native engine, with no compiler and nothing else installed: AVX-512 or AVX2, by what the processor has",
  () => {
    const folder = project("native");
    run(folder, "npm", "install", tarballs.toolkit);
    writeFileSync(join(folder, "compute.mjs"), COMPUTE);
    const home = join(folder, "home");
    const compute = () => {
      const { PATH: _, CC: __, EIGHTFOLD_CC: ___, EIGHTFOLD_ENGINE: ____, ...rest } = env;
      const alone = { ...rest, PATH: join(folder, "nothing"), HOME: home, XDG_CACHE_HOME: home }; // no gcc, no cache
      const { stdout, stderr } = spawnSync(process.execPath, ["compute.mjs"], {
        cwd: folder,
        env: alone,
        encoding: "utf8",
      });
      return { stdout, stderr };
    };
    const libraries = join(folder, "node_modules/@eightfold/toolkit/prebuilds/linux-x64");
    const flags = /^flags\s*:.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))[0];
    const sets = flags.includes("avx512vl") ? ["avx512", "avx2"] : ["avx2"];
    for (const set of ["avx512", "avx2"]) {
      if (sets.includes(set)) {
        const { stdout, stderr } = compute();
        assert.equal(stderr, "");
        assert.match(stdout, new RegExp(`^native on cpu by kernels in C, 2 threads, prebuilt ${set}, node .* 16\\n$`));
      }
      for (const file of readdirSync(libraries)) if (file.endsWith(`.${set}.node`)) rmSync(join(libraries, file));
    }
    const { stdout, stderr } = compute(); // nothing is left but what is plain JavaScript
    assert.match(stdout, /^reference on cpu by TypeScript, .* 16\n$/);
    assert.match(
      stderr,
      /^eightfold goes on without the engine onnxruntime: .*\(hint: npm install .*\neightfold takes the reference, .*\n$/,
    );
    assert.ok(!existsSync(home));
  },
);

step("what is missing says how to install it, and those words do", () => {
  writeFileSync(
    join(fitting, "missing.mjs"),
    `import { openEngine } from "@eightfold/toolkit/engine";
    import { figureToPng, makeFigure } from "@eightfold/toolkit/report";
    const said = (error) => error.message;
    console.log(JSON.stringify([await openEngine({ engine: "onnxruntime" }).then(() => "opens", said), await figureToPng(makeFigure([], {}, "none")).then(() => "drawn", said)]));`,
  );
  const said = JSON.parse(run(fitting, "node", "missing.mjs"));
  for (const sentence of said) {
    const [, words] = /hint: npm (install [^,)]+)/.exec(sentence) ?? [];
    assert.ok(words, sentence);
    run(fitting, "npm", ...words.split(" "));
  }
  assert.deepEqual(JSON.parse(run(fitting, "node", "missing.mjs")), ["opens", "drawn"]);
  installed("and what an engine and pictures asked for", fitting);
  cases.push(["an engine opens and a figure is drawn, after what their errors say to install", OWN_NODE, "npm"]);
});

step("tsc --strict that checks libraries, tsx, esbuild and vite read the toolkit", () => {
  run(
    fitting,
    "npm",
    "install",
    "--save-dev",
    "typescript@5.9.3",
    "tsx@4.23.15",
    "esbuild@0.28.2",
    "vite@7",
    "@types/node@20",
  );
  const uses = DOORS.map((door, index) => `import * as door${index} from "@eightfold/toolkit${door}";\n`);
  writeFileSync(
    join(fitting, "doors.ts"),
    `${uses.join("")}console.log([${DOORS.map((_, index) => `door${index}`)}].length);\n`,
  );
  for (const [module, resolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2023",
      "--module",
      module,
      "--moduleResolution",
      resolution,
    ];
    run(fitting, "npx", "--no", "--", "tsc", ...options, "fit.ts", "doors.ts");
    cases.push([`tsc 5.9 --strict, no skipLibCheck, ${resolution}: all ${DOORS.length} doors`, OWN_NODE, "npm"]);
  }
  assert.equal(run(fitting, "npx", "--no", "--", "tsx", "fit.ts"), "0.50\n");
  run(fitting, "npx", "--no", "--", "esbuild", "fit.ts", "--bundle", "--format=esm", "--outfile=bundled.mjs");
  assert.equal(run(fitting, "node", "bundled.mjs"), "0.50\n");
  run(fitting, "npx", "--no", "--", "vite", "build", "--ssr", "fit.ts", "--outDir", "vite");
  assert.equal(run(fitting, "node", "vite/fit.js"), "0.50\n");
  cases.push(["a fit by tsx, esbuild and vite", OWN_NODE, "npm"]);
});

const NOTEBOOK = join(root, "tests/notebooks/results.ipynb");

/** Commands of the kernel and of rerun, as a runner of commands finds them. */
function commandsWork(folder, ...runner) {
  const [program, ...words] = runner;
  const kernels = join(folder, "env", "share", "jupyter", "kernels");
  assert.match(run(folder, program, ...words, "tsc", "--version"), /^Version 5\.9\.3$/m);
  run(
    folder,
    program,
    ...words,
    "eightfold-kernel",
    "install",
    "--prefix",
    "env",
    "--display-name",
    "Ours",
    "--env",
    "A=1",
  );
  const spec = JSON.parse(readFileSync(join(kernels, "eightfold", "kernel.json"), "utf8"));
  assert.deepEqual([spec.display_name, spec.env], ["Ours", { A: "1" }]);
  assert.match(spec.argv.join(" "), /eightfold-kernel\.mjs start \{connection_file\}$/);
  assert.match(run(folder, program, ...words, "eightfold-kernel", "doctor", "--prefix", "env"), /computes 1 \+ 1/);
  const extension = join(folder, "env", "share", "jupyter", "labextensions", "@eightfold", "figures");
  const { load } = JSON.parse(readFileSync(join(extension, "package.json"), "utf8")).jupyterlab._build;
  assert.ok([load, "static/plotly.js"].every((file) => existsSync(join(extension, file))));
  run(folder, program, ...words, "eightfold-kernel", "new", "begun");
  assert.ok([".gitignore", "notebooks/fit.ipynb"].every((file) => existsSync(join(folder, "begun", file))));
  const { dependencies } = JSON.parse(readFileSync(join(folder, "begun", "package.json"), "utf8"));
  assert.equal(
    dependencies["@eightfold/toolkit"],
    JSON.parse(readFileSync(join(root, "src/toolkit/package.json"), "utf8")).version,
  );
  cpSync(NOTEBOOK, join(folder, "results.ipynb"));
  run(folder, program, ...words, "eightfold", "results.ipynb");
  run(folder, program, ...words, "eightfold-kernel", "remove", "--prefix", "env");
  assert.deepEqual(readdirSync(kernels), []);
  assert.ok(!existsSync(extension));
}

/** What a control gives has its type, and in a script a function with controls runs once. */
const WIDGETS = `import { interact, IntSlider } from "@eightfold/kernel/widgets";
const twice: number | undefined = interact(({ x }) => 2 * x, { x: new IntSlider({ value: 5, max: 10 }) }).result;
// @ts-expect-error there is no such control
export const other = () => interact(({ x }) => x, { y: twice ?? 1 });
`;

step("kernel and rerun by npm, in a project with a tsc of its own", () => {
  const folder = project("npm");
  run(folder, "npm", "install", "--save-dev", "typescript@5.9.3");
  run(folder, "npm", "install", tarballs.kernel, tarballs.rerun);
  installed("npm install @eightfold/kernel @eightfold/rerun, beside typescript: node_modules", folder);
  commandsWork(folder, "npx", "--no", "--");
  cases.push(["install, doctor, new, remove; a notebook by eightfold; the project's own tsc", OWN_NODE, "npm"]);
  writeFileSync(join(folder, "widgets.ts"), WIDGETS);
  const strict = ["--strict", "--target", "es2023", "--module", "nodenext", "--moduleResolution", "nodenext"];
  run(folder, "npx", "--no", "--", "tsc", ...strict, "widgets.ts");
  assert.equal(run(folder, "node", "widgets.js"), "10\nx: 5 (0 to 10)\n");
  const command = join(folder, "node_modules/@eightfold/rerun/eightfold.mjs");
  for (const version of OTHER_NODES) {
    run(folder, "npx", "-y", "-p", `node@${version}`, "node", command, "results.ipynb", "--out", `out-${version}`);
  }
  cases.push(["a notebook by eightfold, its kernel under the same Node", OTHER_NODES.join(", "), "npm"]);
});

step("all three by pnpm", () => {
  const dependencies = Object.fromEntries(PACKAGES.map((name) => [`@eightfold/${name}`, `file:${tarballs[name]}`]));
  const overrides = { "@eightfold/kernel": dependencies["@eightfold/kernel"] };
  const folder = project("pnpm", { dependencies, devDependencies: { typescript: "5.9.3" }, pnpm: { overrides } });
  const pnpm = ["npx", "-y", "pnpm@10.34.9"];
  run(folder, ...pnpm, "install");
  commandsWork(folder, ...pnpm, "exec");
  cases.push(["install, doctor, new, remove; a notebook by eightfold; the project's own tsc", OWN_NODE, "pnpm"]);
  writeFileSync(join(folder, "fit.mjs"), FIT);
  assert.equal(run(folder, "node", "fit.mjs"), "0.50\n");
  const packed = join(scratch, "by-pnpm");
  mkdirSync(packed);
  run(join(root, "src", "toolkit"), ...pnpm, "pack", "--pack-destination", packed);
  const [tarball] = readdirSync(packed);
  const manifest = JSON.parse(run(packed, "tar", "xOzf", tarball, "package/package.json"));
  assert.equal(manifest.exports["./scaling"].default, "./lib/scaling/index.js");
  cases.push(["a fit; the package packed", OWN_NODE, "pnpm"]);
  assert.equal(execFileSync("git", ["status", "--porcelain", "src"], { cwd: root, encoding: "utf8" }), before);
});

step("publint and attw", () => {
  const folder = project("linters");
  run(folder, "npm", "install", "--ignore-scripts", "publint@0.3.25", "@arethetypeswrong/cli");
  for (const name of PACKAGES) {
    assert.match(run(folder, "npx", "--no", "--", "publint", tarballs[name], "--strict"), /All good/);
    run(folder, "npx", "--no", "--", "attw", tarballs[name], "--profile", "esm-only");
  }
});

process.stdout.write(`\n${lines([["case", "Node", "installed by"], ...cases])}\n${lines(sizes)}`);
