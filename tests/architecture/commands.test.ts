/** @file Every command that a document prints is run: here, by another test or judge that holds its words, or it says why not. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");

/** A command is run here and its output matched; or a file runs it, by these words; or it is not run, for a reason. */
type Proof = { readonly prints: RegExp } | { readonly in: string; readonly words: string } | { readonly not: string };

const CI = (words: string): Proof => ({ in: ".ci/run", words });
const PACKED = (words: string): Proof => ({ in: "tests/judges/packed.mjs", words });
const HOURS: Proof = {
  not: "it takes from minutes to an hour of two cores; its results are data/results, with the command in data/README.md",
};
const BENCH: Proof = { not: "figures for people, of a quiet machine" };
const DOWNLOAD: Proof = { not: "another project's package, which installs itself" };
const SLURM: Proof = { not: "it needs a cluster; the tests of Slurm have one that is made for them" };
const STUDY: Proof = {
  not: "it asks about a study that is running; tests/toolkit/experiment runs these words on a small one",
};

const COMMANDS: Readonly<Record<string, Proof>> = {
  "git clone REPOSITORY eightfold && cd eightfold && npm ci": CI("npm ci"),
  "npm ci": CI("npm ci"),
  "npm ci && npm start": CI("npm start"),
  "npm start": CI("npm start"),
  "npm start -- --full": { not: "it trains for minutes; what --full does is tests/rerun/command.test.ts" },
  "npm start -- --seeds 3": { in: "tests/rerun/selection.test.ts", words: '"--seeds"' },
  "npm cit": CI("npm test"),
  "npm test": CI("npm test"),
  "npm test -- scaling": { not: "it is npm test, of which this test is a part" },
  "npm test -- coverage scored-runs shared-shape": { not: "it is npm test, of which this test is a part" },
  "npm run check": CI("npm run check"),
  "npm run docs": CI("npm run docs"),
  "npm run build": CI("npm ci"), // which prepares the package by this script
  "npm run --silent": { not: "the beginning of a command" },
  "npm install": PACKED('"npm", "install"'),
  "npm run prebuilds": { in: ".ci/packing.mjs", words: ".ci/prebuilds.mjs" }, // npm pack
  "npm pack": PACKED('"npm", "pack"'),
  "npm install @eightfold/kernel": PACKED("tarballs.kernel"),
  "npm install @eightfold/rerun": PACKED("tarballs.rerun"),
  "npm install @eightfold/toolkit": PACKED("tarballs.toolkit"),
  "npm uninstall @eightfold/kernel": { not: "npm's own" },
  "npm install @tensorflow/tfjs": DOWNLOAD,
  "npm install @tensorflow/tfjs-node": CI("tfjs_node"),
  "npm install @tensorflow/tfjs-node-gpu": { not: "it needs a GPU" },
  "npm install webgpu": DOWNLOAD,
  "npm install @tensorflow/tfjs-backend-webgpu @tensorflow/tfjs-core": DOWNLOAD,
  "npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12": { not: "it needs a GPU" },
  "pip install plotly": DOWNLOAD,
  "pip install jupyterlab": DOWNLOAD,
  "pip install lmfit": DOWNLOAD,
  "pip install nbval": DOWNLOAD,
  "pip install trl": DOWNLOAD,
  "cd my-analysis && npm install": { in: "tests/judges/begun.mjs", words: "next: cd my-analysis && npm install" },
  "node fit.mjs": PACKED('"node", "fit.mjs"'),
  "eightfold rerun init": { in: "tests/rerun/selection.test.ts", words: '"rerun", "init"' },
  "jupyter labextension disable @jupyterlab/plotly-extension": { not: "JupyterLab's own" },
  "jupyter labextension disable @eightfold/figures": { not: "JupyterLab's own" },
  "npm run bench": { prints: /npm run bench -- / },
  "npm run bench -- contention": BENCH,
  "npm run bench -- fit": CI("for name in fit kernel"),
  "npm run bench -- kernel": CI("for name in fit kernel"),
  "npm run bench -- pipeline": BENCH,
  "npm run bench -- rollout": BENCH,
  "npm run bench -- roofline": BENCH,
  "npm run bench -- slurm": BENCH,
  "npm run bench -- study": BENCH,
  "npm run bench -- train": BENCH,
  "npm run bench -- webgpu": CI("webgpu_counts"),
  "npm run kernel:install": CI("npm run kernel:install"),
  "npm run kernel:install -- --prefix .venv": CI("npm run kernel:install -- --prefix"),
  "npm run kernel:install -- --name eightfold-dev": CI("--name eightfold"),
  "npm run kernel:install -- --remove": CI("--remove"),
  "npm run kernel:list": { in: "tests/kernel/install/kernel-spec.test.ts", words: '"list"' },
  "npm run kernel:doctor": { in: "tests/kernel/install/kernel-spec.test.ts", words: '"doctor"' },
  "npx --no -- eightfold-kernel --help": { prints: /^Usage: eightfold-kernel <command>/ },
  "npx --no -- eightfold-kernel doctor": PACKED('"eightfold-kernel", "doctor"'),
  "npx --no -- eightfold-kernel install": PACKED('"eightfold-kernel",\n    "install"'),
  "npx --no -- eightfold-kernel install --sys-prefix": {
    in: "tests/kernel/install/kernel-spec.test.ts",
    words: '"--sys-prefix"',
  },
  "npx --no -- eightfold-kernel remove --sys-prefix": PACKED('"eightfold-kernel", "remove"'),
  "eightfold-kernel install --env NAME=VALUE": { in: "tests/kernel/install/kernel-spec.test.ts", words: '"--env"' },
  "npx @eightfold/kernel new my-analysis": {
    in: "tests/judges/begun.mjs",
    words: '"npx", "@eightfold/kernel", "new", "my-analysis"',
  },
  "npx -y @eightfold/kernel lab": { in: "tests/judges/begun.mjs", words: '"-y", "@eightfold/kernel", "lab"' },
  "node src/kernel/eightfold-kernel.mjs lab": { in: "tests/kernel/install/lab.test.ts", words: '[cli, "lab"' },
  "node src/kernel/eightfold-kernel.mjs lab notebooks/00-start-here.ipynb": {
    in: "tests/kernel/install/lab.test.ts",
    words: '[cli, "lab"',
  },
  "node src/kernel/eightfold-kernel.mjs new ../my-analysis": {
    in: "tests/kernel/install/new-project.test.ts",
    words: '"src/kernel/eightfold-kernel.mjs"',
  },
  "npx --no -- eightfold ../theirs/n.ipynb --sandbox": {
    in: "tests/rerun/sandbox/sandbox.test.ts",
    words: '"--sandbox"',
  },
  "npx --no -- eightfold theirs.ipynb --sandbox": { in: "tests/rerun/sandbox/sandbox.test.ts", words: '"--sandbox"' },
  'npx --no -- eightfold theirs/*.ipynb --on slurm --sbatch "--partition=main" --sbatch "--time=30"': SLURM,
  "npx --no -- eightfold theirs.ipynb": PACKED('"eightfold", "results.ipynb"'),
  "npx --no -- eightfold path.ipynb": PACKED('"eightfold", "results.ipynb"'),
  "npx --no -- eightfold rerun init mine.ipynb": { in: "tests/rerun/selection.test.ts", words: '"rerun", "init"' },
  "eightfold rerun init path.ipynb": { in: "tests/rerun/selection.test.ts", words: '"rerun", "init"' },
  "eightfold --help": { prints: /^Runs notebooks from a clean state/ },
  "EIGHTFOLD_FUZZ_SECONDS=600 npm test -- fuzz/csv": CI("EIGHTFOLD_FUZZ_SECONDS=15"),
  "EIGHTFOLD_TFJS_NODE=FOLDER npm test -- tfjs-node": CI("EIGHTFOLD_TFJS_NODE="),
  "jupyter lab": { in: "tests/judges/jupyterlab.mjs", words: "lab" },
  "jupyter kernelspec list": { not: "Jupyter's own" },
  "jupyter nbconvert --to notebook --execute notebooks/04-scaling.ipynb --output-dir out": CI(
    "nbconvert --to notebook --execute",
  ),
  "jupyter nbconvert --ExecutePreprocessor.kernel_name=eightfold-dev ...": { not: "an option of nbconvert's" },
  "jupyter nbconvert --to script": {
    not: "nbconvert's own; what its script imports is tests/kernel/display/outside.test.ts",
  },
  "papermill --cwd notebooks notebooks/04-scaling.ipynb out/04-scaling.ipynb": {
    in: "tests/judges/runners.py",
    words: "cwd=",
  },
  "papermill --language .net-csharp -p alpha 3 -p name birds --cwd notebooks in.ipynb out.ipynb": {
    in: "tests/judges/papermill_parameters.py",
    words: ".net-csharp",
  },
  "npx --no -- eightfold NOTEBOOK -p NAME VALUE": { in: "tests/rerun/parameters.test.ts", words: '"-p"' },
  "papermill -k eightfold-dev ...": { not: "an option of papermill's" },
  "node --import tsx tests/reference/coverage-study.ts 400": HOURS,
  "node --import tsx tests/reference/readme-figure.ts": { not: "it writes docs/study.png, from what npm start wrote" },
  "npm run study": { prints: /quick/ },
  "npm run study -- quick": { not: "minutes of two cores" },
  ...Object.fromEntries(
    [
      "full",
      "trained-out",
      "kept-trained-out",
      "cue",
      "rft-samples",
      "small-steps",
      "star",
      "words",
      "words-quick",
    ].map((name) => [`npm run study -- ${name}`, HOURS]),
  ),
  "npm run study -- full --plan-file plan.json": STUDY,
  "npm run study -- trained-out --seeds 90001,90002": {
    in: "tests/toolkit/experiment/study.test.ts",
    words: '"--seeds"',
  },
  "npm run study -- words-pretrained --dry-run": {
    in: "tests/toolkit/experiment/words-pretrained.test.ts",
    words: '"words-pretrained", "--dry-run"',
  },
  "npm run study -- words-pretrained --model DIR|FILE.gguf": {
    not: "it needs a published checkpoint and a GPU; tests/toolkit/experiment/words-pretrained.test.ts does the same with a tiny one",
  },
  "npm run evaluate -- --model DIR --data FILE": {
    not: "it needs a published checkpoint; tests/toolkit/experiment/evaluate-file.test.ts does the same with a tiny one",
  },
  "npm run study -- full --on slurm --dry-run": SLURM,
  "npm run study -- quick --on slurm --partition main --time 30 --dry-run": SLURM,
  "npm run study -- full --on slurm --partition main --account lab --time 2:00:00 --cpus 4 --at-once 50": SLURM,
  ...Object.fromEntries(["cancel", "logs", "status", "watch"].map((name) => [`npm run study -- ${name}`, STUDY])),
};

const SPAN = /`((?:EIGHTFOLD_\w+=\S+ npm|npm|npx|node|eightfold|eightfold-kernel|jupyter|papermill|pip) [^`\n]*)`/g;

/** The commands of a document: lines of its sh blocks without their comments, and spans that begin with a program. */
function commandsOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"));
  const lines = blocks.map((line) => line.replace(/\s+#.*$/, "").trim()).filter((line) => line !== "");
  const prose = text.replace(/```[\s\S]*?```/g, "");
  return [...lines, ...[...prose.matchAll(SPAN)].map(([, command = ""]) => command)];
}

function documents(): string[] {
  const inFolder = (folder: string) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`);
  const rooms = ["kernel", "toolkit", "rerun"].flatMap((name) => {
    const folders = readdirSync(join(root, "src", name), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    return [`src/${name}`, ...folders.map((entry) => `src/${name}/${entry.name}`)];
  });
  const readmes = rooms.map((room) => `${room}/README.md`).filter((path) => existsSync(join(root, path)));
  return [
    "README.md",
    "CONTRIBUTING.md",
    "environment.md",
    "kernel-config/README.md",
    ...inFolder("docs"),
    ...inFolder("docs/tutorials"),
    ...readmes,
  ];
}

test("every command that a document prints is known, and none is known that no document prints", () => {
  const printed = [...new Set(documents().flatMap(commandsOf))];
  assert.deepEqual(
    printed.filter((command) => !(command in COMMANDS)),
    [],
  );
  assert.deepEqual(
    Object.keys(COMMANDS).filter((command) => !printed.includes(command)),
    [],
  );
});

test("what another test or judge runs stands there", () => {
  const missing = Object.entries(COMMANDS).flatMap(([command, proof]) => {
    if (!("in" in proof)) return [];
    return readFileSync(join(root, proof.in), "utf8").includes(proof.words) ? [] : [`${command}: ${proof.in}`];
  });
  assert.deepEqual(missing, []);
});

const scripts: Record<string, string> = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).scripts;

/** What npm and npx would start: a script without the build that `npm test` has done, a command of node_modules. */
function startedBy(command: string): string {
  const script = /^npm run (\S+)$/.exec(command)?.[1];
  if (script !== undefined) return String(scripts[script]).replace("npm run --silent build && ", "");
  return command.replace(/^(?:npx --no -- )?/, "node_modules/.bin/");
}

for (const [command, proof] of Object.entries(COMMANDS)) {
  if (!("prints" in proof)) continue;
  test(`${command} does what the documents say`, () => {
    const { stdout, stderr } = spawnSync("sh", ["-c", startedBy(command)], { cwd: root, encoding: "utf8" });
    assert.match(`${stdout}${stderr}`, new RegExp(proof.prints.source, "m"));
  });
}
