/** @file The documents say what is so: dependencies, answered messages, paths and commands are those of the tree. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { parseSource, readDoors } from "./source.ts";

const root = join(import.meta.dirname, "..", "..");
const ROOMS = ["src/kernel/kernel-thread", "src/kernel/main-thread", "src/kernel/install"];
const READMES = [...ROOMS, "src/kernel", "src/toolkit", "src/rerun", "src/toolkit/experiment"].map(
  (folder) => `${folder}/README.md`,
);
const TOP = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "environment.md"];
const DOCUMENTS = [
  ...TOP,
  "kernel-config/README.md",
  ...list("docs"),
  ...list("docs/tutorials"),
  ...list("docs/site"),
  "data/README.md",
  ...READMES,
];

function list(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `${folder}/${name}`);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

interface Manifest {
  bin?: Record<string, string>;
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

function manifests(): Manifest[] {
  const workspaces = readdirSync(join(root, "src")).map((name) => `src/${name}/package.json`);
  return ["package.json", ...workspaces].map((path) => JSON.parse(read(path)) as Manifest);
}

/** The code spans in the first column of a document's tables. */
function firstColumn(markdown: string): string[] {
  const cells = [...markdown.matchAll(/^\| ([^|]*`[^|]*)\|/gm)].map(([, cell = ""]) => cell);
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name));
}

test("every dependency has its line in docs/dependencies.md, and no line is stale", () => {
  const asked = manifests().flatMap((manifest) =>
    Object.keys({
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    }),
  );
  const python = read("tests/judges/requirements.txt").matchAll(/^([\w-]+)==/gm);
  const needed = [...asked.filter((name) => !name.startsWith("@eightfold/")), ...[...python].map(([, name]) => name)];
  assert.deepEqual(new Set(firstColumn(read("docs/dependencies.md"))), new Set(needed));
});

test("docs/protocol.md calls answered what the kernel has a handler for, and nothing else", () => {
  const answered = (channel: string): Set<string> => {
    const section = read("docs/protocol.md")
      .split(/^## /m)
      .find((text) => text.startsWith(`Requests on ${channel}`));
    const rows = (section ?? "").split("\n").filter((line) => /\| answered \|/.test(line));
    return new Set(firstColumn(rows.join("\n")));
  };
  const handlers = handlersOf("src/kernel/kernel-thread/kernel.ts");
  assert.deepEqual(handlers.shell, answered("shell"));
  assert.deepEqual(handlers.control, answered("control"));
});

/** The keys of the tables `shell` and `control`. */
function handlersOf(path: string): Record<string, Set<string>> {
  const tables: Record<string, Set<string>> = {};
  parseSource(path, read(path), readDoors(root)).visit({
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== "Identifier" || init?.type !== "ObjectExpression") return;
      const keys = init.properties.flatMap((property) =>
        property.type === "Property" && property.key.type === "Identifier" ? [property.key.name] : [],
      );
      tables[id.name] = new Set(keys);
    },
  });
  return tables;
}

test("a command that npm links as it installs is there before anything is built", () => {
  const missing = readdirSync(join(root, "src")).flatMap((name) => {
    const { bin = {} } = JSON.parse(read(`src/${name}/package.json`)) as Manifest;
    const built = (path: string) => path.includes("dist/") || !existsSync(join(root, "src", name, path));
    return Object.entries(bin).flatMap(([command, path]) => (built(path) ? [`${command}: ${path}`] : []));
  });
  assert.deepEqual(missing, []);
});

test("npm runs no install script that downloads, whether it knows allowScripts or goes by the lock file", () => {
  const { packages } = JSON.parse(read("package-lock.json"));
  const withScript = Object.keys(packages).filter((path) => packages[path].hasInstallScript && path !== "");
  // of the two only zeromq's is needed; neither fetches anything. onnxruntime-node's would fetch a CUDA provider
  assert.deepEqual(withScript, ["node_modules/esbuild", "node_modules/zeromq"]);
  const { allowScripts } = JSON.parse(read("package.json"));
  assert.equal(allowScripts["onnxruntime-node"], false);
});

test("every link, every path and every npm script that a document names exists", () => {
  const scripts = new Set(Object.keys(manifests()[0]?.scripts ?? {}));
  const missing = DOCUMENTS.flatMap((document) => {
    const text = read(document);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link = ""]) =>
      join(dirname(document), link),
    );
    const paths = [...text.matchAll(/`((?:src|tests|bench|data|docs|notebooks|kernel-config|\.ci)\/[\w./-]*)`/g)];
    const built = (path: string): boolean => path.includes("/dist/") || path.endsWith("/dist");
    const files = [...links, ...paths.map(([, path = ""]) => path)].filter((path) => !built(path));
    const commands = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script = ""]) => script);
    return [
      ...files.filter((path) => !existsSync(join(root, path))),
      ...commands.filter((script) => !scripts.has(script)).map((script) => `npm run ${script}`),
    ].map((what) => `${document}: ${what}`);
  });
  assert.deepEqual(missing, []);
});

/** What GitHub and the site call a heading. */
function placeOf(heading: string): string {
  const text = heading.replace(/[`*]|\]\([^)]*\)|\[/g, "").trim();
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

test("every link to a heading finds it", () => {
  const missing = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].flatMap(([, file = "", place = ""]) => {
      const target = file === "" ? document : join(dirname(document), file);
      const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => placeOf(heading));
      return headings.includes(place) ? [] : [`${document}: ${file}#${place}`];
    }),
  );
  assert.deepEqual(missing, []);
});

test("a room's README names every file of its room, and no other file that is not there", () => {
  const tests = readdirSync(join(root, "tests"), { recursive: true, encoding: "utf8" });
  const known = new Set(tests.map((name) => basename(name)));
  const wrong = ROOMS.flatMap((room) => {
    const here = readdirSync(join(root, room)).filter((name) => name.endsWith(".ts"));
    const named = [...read(`${room}/README.md`).matchAll(/`([\w./-]+\.ts)`/g)].map(([, name = ""]) => name);
    const beside = (name: string) => [room, dirname(room)].some((folder) => existsSync(join(root, folder, name)));
    return [
      ...here.filter((name) => !named.includes(name)).map((name) => `${room}: ${name} is not named`),
      ...named.filter((name) => !beside(name) && !known.has(name)).map((name) => `${room}: there is no ${name}`),
    ];
  });
  assert.deepEqual(wrong, []);
});

test("docs/variables.md names every variable that the code reads, and no other", () => {
  const code = ["src", "bench", "tests"].flatMap((folder) => {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
    return files
      .map((file) => `${folder}/${file}`)
      .filter((file) => /\.(?:ts|mjs|py|sh)$/.test(file) && !/\/(?:dist|lib|node_modules)\//.test(file));
  });
  const namesIn = (text: string) => text.match(/\bEIGHTFOLD_[A-Z]+(?:_[A-Z]+)*\b/g) ?? [];
  assert.deepEqual(
    [...new Set(namesIn(read("docs/variables.md")))].sort(),
    [...new Set(code.flatMap((file) => namesIn(read(file))))].sort(),
  );
});
