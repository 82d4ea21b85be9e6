/** @file The import rules, the edges and the house rules, each a function from sources to the places that break it. */
import type { Linked, Source } from "./source.ts";

export interface Violation {
  file: string;
  line: number;
  rule: string;
}

export type Rule = (sources: readonly Source[]) => Violation[];

const STAGES_BEFORE_ROLLOUT = ["core", "tensor", "engine", "model", "tasks"];

/** Toolkit folder to the folders it may import besides itself. */
const TOOLKIT_STAGES: Record<string, readonly string[]> = {
  "index.ts": ["report", "scaling"],
  core: [],
  tensor: ["core"],
  engine: ["core", "tensor"],
  model: ["core", "tensor", "engine"],
  tasks: ["core"],
  report: ["core", "scaling", "theory"], // draws fits, and graphs of steps
  rollout: STAGES_BEFORE_ROLLOUT,
  train: [...STAGES_BEFORE_ROLLOUT, "rollout"],
  evaluate: [...STAGES_BEFORE_ROLLOUT, "rollout"],
  scaling: ["core"],
  theory: ["core"],
  experiment: [...STAGES_BEFORE_ROLLOUT, "rollout", "train", "evaluate", "scaling", "theory", "report"],
};

/**
 * Kernel room, a folder or a file beside the folders, to what it may import besides itself: rooms, or single files of one.
 * The rooms of the two threads stand on these rooms and on the files that both threads know, never on each other.
 */
const KERNEL_ROOMS: Record<string, readonly string[]> = {
  wire: [],
  channels: ["wire"],
  cell: [],
  display: [],
  assist: [],
  debug: ["wire", "cell/recent.ts", "cell/authors-text.ts", "cell/plain-errors.ts"],
  "thread-messages.ts": ["wire", "cell", "assist/live-values.ts"],
  "kernel-thread": ["wire", "channels", "assist", "debug", "cell/recent.ts", "thread-messages.ts", "jupyter-paths.ts"],
  "main-thread": ["wire", "cell", "display", "assist/live-values.ts", "thread-messages.ts"],
  widgets: ["wire", "display", "main-thread/widget-host.ts"], // its types alone: cells import this room
  "start.ts": ["kernel-thread/kernel-thread.ts", "main-thread/main-thread.ts", "thread-messages.ts", "version.ts"],
  install: ["wire", "channels", "assist", "start.ts", "jupyter-paths.ts", "version.ts"],
  "index.ts": ["install"],
  "cell-globals.d.ts": ["main-thread/globals.ts", "main-thread/tslab.ts"],
  "jupyter-paths.ts": [],
  "version.ts": [],
};

/** Room of scaling to the rooms before it: formulas, minima, fits, and what is asked of fits. */
const SCALING_ROOMS: Record<string, readonly string[]> = {
  laws: [],
  solvers: ["laws"],
  fit: ["laws", "solvers"],
  doubt: ["laws", "solvers", "fit"],
  multiplier: ["laws", "solvers", "fit"],
  "index.ts": ["laws", "solvers", "fit", "doubt", "multiplier"],
};

/** What every engine is made with: arrays, programs, checks of what they are handed. */
const ENGINE_SHARED = [
  ...["device-errors.ts", "engine.ts", "engine-missing.ts", "id-bounds.ts", "moved-parts.ts", "result-arrays.ts"],
  ...["run-checks.ts", "uniforms.ts"],
];

/** Engine room to the rooms that it stands on: a plan knows none of those who run it, and no engine another. */
const ENGINE_ROOMS: Record<string, readonly string[]> = {
  plan: [],
  native: ["plan", ...ENGINE_SHARED],
  onnxruntime: ENGINE_SHARED,
  tfjs: ENGINE_SHARED,
  webgpu: ["plan", ...ENGINE_SHARED],
  ...Object.fromEntries(ENGINE_SHARED.map((file) => [file, ENGINE_SHARED])),
  "reference.ts": ENGINE_SHARED,
  "compile.ts": ENGINE_SHARED,
  "choose.ts": ["native", "onnxruntime", "tfjs", "webgpu", "reference.ts", ...ENGINE_SHARED],
  "index.ts": ["native", "onnxruntime", "tfjs", "webgpu", "reference.ts", "compile.ts", "choose.ts", ...ENGINE_SHARED],
};

const REPORT_ROOMS: Record<string, readonly string[]> = {
  figures: ["fits.ts"],
  tables: ["fits.ts"],
  runs: ["figures/measured-figure.ts", "tables/table.ts"],
  "fits.ts": [],
  "index.ts": ["figures", "tables", "runs", "fits.ts"],
};

const TOOLKIT_FILE_EDGES = [
  "src/toolkit/core/replace-file.ts",
  "src/toolkit/core/text-file.ts",
  ...["build.ts", "cache.ts", "prebuilt.ts"].map((file) => `src/toolkit/engine/native/${file}`),
  "src/toolkit/model/checkpoint.ts",
  "src/toolkit/model/pretrained/gguf-file.ts",
  "src/toolkit/model/pretrained/safetensors-file.ts",
  "src/toolkit/experiment/",
];

const LONGEST_FILE = 300;

/** Each toolkit folder imports only the stages that stand before it. */
export const toolkitStages: Rule = (sources) => roomsImport("src/toolkit/", TOOLKIT_STAGES, sources);

/** Each kernel room imports what the table says: neither thread the other's folder. */
export const kernelRooms: Rule = (sources) => roomsImport("src/kernel/", KERNEL_ROOMS, sources);

/** Inside scaling, laws know no solver, solvers no fit, and a fit nothing of what is asked of it. */
export const scalingRooms: Rule = (sources) => roomsImport("src/toolkit/scaling/", SCALING_ROOMS, sources);

/** A plan of the engines knows none of its back ends, and no engine another. */
export const engineRooms: Rule = (sources) => roomsImport("src/toolkit/engine/", ENGINE_ROOMS, sources);

/** Figures and tables share what stands beside them, and know nothing of each other. */
export const reportRooms: Rule = (sources) => roomsImport("src/toolkit/report/", REPORT_ROOMS, sources);

/** A folder of experiment/ is a study, but for methods/ and slurm/; its own files, the command and the door know it, and nobody else. */
export const studiesApart: Rule = (sources) =>
  sources.filter(inPackage("toolkit")).flatMap((source) =>
    source.imports
      .map((named) => ({ ...named, study: studyOf(named.target ?? "") }))
      .filter(({ study }) => study !== undefined && study !== studyOf(source.path) && !STUDY_JOINERS.has(source.path))
      .map(({ specifier, line }) =>
        at(source, line, `a study is imported by ${list([...STUDY_JOINERS])} only, not ${specifier}`),
      ),
  );

const STUDY_JOINERS = new Set(["src/toolkit/experiment/cli.ts", "src/toolkit/experiment/index.ts"]);

function studyOf(path: string): string | undefined {
  const folder = /^src\/toolkit\/experiment\/([^/]+)\//.exec(path)?.[1];
  return folder === "methods" || folder === "slurm" ? undefined : folder;
}

function roomsImport(base: string, table: Record<string, readonly string[]>, sources: readonly Source[]): Violation[] {
  return sources
    .filter(({ path }) => path.startsWith(base))
    .flatMap((source) => {
      const room = source.path.slice(base.length).split("/")[0] as string;
      const shown = room.endsWith(".ts") ? room : `${room}/`;
      const allowed = table[room];
      if (allowed === undefined) return [at(source, 1, `${shown} is none of ${list(Object.keys(table))}`)];
      return source.imports
        .filter(({ target }) => target?.startsWith(base))
        .filter(({ target }) => ![room, ...allowed].some((place) => `${target}/`.startsWith(`${base}${place}/`)))
        .map(({ specifier, line }) => at(source, line, `${shown} may import ${list(allowed)}, not ${specifier}`));
    });
}

/** toolkit and kernel know nothing of the other packages; rerun knows the kernel's doors; nobody reaches inside another. */
export const packages: Rule = (sources) =>
  sources
    .filter(({ path }) => path.startsWith("src/"))
    .flatMap((source) => {
      const own = packageOf(source.path);
      const known = own === "rerun" ? ["kernel"] : [];
      return source.imports.flatMap(({ specifier, line, target }) => {
        const named = /^@eightfold\/([^/]+)/.exec(specifier)?.[1];
        if (named !== undefined && named !== own && !known.includes(named)) {
          return [at(source, line, `${own} may import ${list(known)}, not ${specifier}`)];
        }
        if (named !== undefined && target === null) {
          return [at(source, line, `${specifier} is no door of its package.json`)];
        }
        if (specifier.startsWith(".") && packageOf(target ?? "") !== own) {
          return [at(source, line, `another package is imported by its door, not by the path ${specifier}`)];
        }
        return [];
      });
    });

/** zeromq is known to the kernel's channels alone. */
export const zeromqInChannels: Rule = (sources) =>
  sources
    .filter(({ path }) => !path.startsWith("tests/") && !path.startsWith("src/kernel/channels/"))
    .flatMap((source) =>
      source.imports
        .filter(({ specifier }) => specifier === "zeromq" || specifier.startsWith("zeromq/"))
        .map(({ line }) => at(source, line, "zeromq is imported in src/kernel/channels only")),
    );

/** The toolkit reads files at its named edges only. */
export const filesAtTheEdges: Rule = (sources) =>
  sources
    .filter(inPackage("toolkit"))
    .filter(({ path }) => !TOOLKIT_FILE_EDGES.some((edge) => path.startsWith(edge)))
    .flatMap((source) =>
      source.imports
        .filter(({ specifier }) => /^(node:)?fs(\/promises)?$/.test(specifier))
        .map(({ line, specifier }) => at(source, line, `${specifier} is imported in ${list(TOOLKIT_FILE_EDGES)} only`)),
    );

const CLOCKS_AND_DICE = ["Math.random", "Date.now", "performance.now", "crypto.randomUUID", "crypto.getRandomValues"];

/** Randomness and time enter the toolkit in core/ only: elsewhere they come in as an argument. */
export const chanceAndTimeInCore: Rule = (sources) =>
  sources
    .filter(inPackage("toolkit"))
    .filter(({ path }) => !path.startsWith("src/toolkit/core/"))
    .flatMap((source) => {
      const found: Violation[] = [];
      const add = (offset: number, name: string): void => {
        found.push(at(source, source.lineOf(offset), `${name} is called in toolkit core/ only`));
      };
      source.visit({
        MemberExpression: ({ object, property, start }) => {
          if (object.type !== "Identifier") return;
          const member =
            property.type === "Identifier" ? property.name : property.type === "Literal" ? property.value : "";
          const name = `${object.name}.${member}`;
          if (CLOCKS_AND_DICE.includes(name)) add(start, name);
        },
        NewExpression: ({ callee, arguments: given, start }) => {
          if (callee.type === "Identifier" && callee.name === "Date" && given.length === 0) add(start, "new Date()");
        },
      });
      return found;
    });

/** No file imports itself, by whatever way round. */
export const noCycles = (sources: readonly Linked[]): Violation[] => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const finished = new Set<string>();
  const found: Violation[] = [];
  const walk = (source: Linked, trail: readonly string[]): void => {
    for (const { target, line } of source.imports) {
      const next = byPath.get(target ?? "");
      if (next === undefined || finished.has(next.path)) continue;
      const seenAt = trail.indexOf(next.path);
      if (seenAt >= 0) found.push(at(source, line, `cycle: ${[...trail.slice(seenAt), next.path].join(" -> ")}`));
      else walk(next, [...trail, next.path]);
    }
    finished.add(source.path);
  };
  for (const source of sources) if (!finished.has(source.path)) walk(source, [source.path]);
  return found;
};

/** The first line says what the file is. A command may carry its shebang before it. */
export const firstLineSaysWhat: Rule = (sources) =>
  sources
    .filter(({ path, text }) => {
      const body = path.endsWith("/cli.ts") ? text.replace(/^#!.*\n/, "") : text;
      return !/^\/\*\* @file \S+ \S/.test(body);
    })
    .map((source) => at(source, 1, "the first line is /** @file and one sentence"));

/** Past 300 lines there are usually two concepts. */
export const noLongFile: Rule = (sources) =>
  sources
    .map((source) => ({ source, lines: source.text.trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ source, lines }) => at(source, LONGEST_FILE + 1, `${lines} lines, at most ${LONGEST_FILE}`));

/** Work left undone is told in an issue, not in a comment. */
export const nothingLeftToDo: Rule = (sources) =>
  sources.flatMap((source) =>
    source.comments
      .filter(({ value }) => /\b(TODO|FIXME)\b/.test(value))
      .map(({ start }) => at(source, source.lineOf(start), "no comment leaves work to do")),
  );

function at(source: Linked, line: number, rule: string): Violation {
  return { file: source.path, line, rule };
}

function inPackage(name: string): (source: Source) => boolean {
  return ({ path }) => path.startsWith(`src/${name}/`);
}

function packageOf(path: string): string {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? "";
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "nothing" : names.join(", ");
}
