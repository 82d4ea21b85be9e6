/** @file The scripts of the main thread that people wrote: cells, local files and packages, each under the path that frontends know. */
import { basename } from "node:path";
import type { EncodedSourceMap } from "@jridgewell/trace-mapping";
import { cellPath } from "./cell-files.ts";
import { ANSWERS, ask, type Inspector } from "./inspector.ts";
import { createPositions, type Positions } from "./positions.ts";

export interface Script {
  readonly id: string;
  /** Made of a hash for a cell. */
  readonly path: string;
  /** As people call it: `In[3]`, or the file's. */
  readonly name: string;
  readonly isCell: boolean;
  /** Of a package. */
  readonly isInstalled: boolean;
  /** Text of a cell, as its author wrote it. */
  readonly code: string | undefined;
  positions(): Promise<Positions>;
  /** What V8 runs. */
  generated(): Promise<string>;
}

export interface Scripts {
  /** One that somebody wrote; undefined for Node's own, the kernel's, and what has no name. */
  get(id: string): Promise<Script | undefined>;
  /** Those of a path: a cell that ran twice is two. */
  at(path: string): Promise<readonly Script[]>;
  all(): Promise<readonly Script[]>;
}

/** What V8 says of a script when it has read it. */
interface Parsed {
  readonly scriptId: string;
  readonly url: string;
}

/** What the main thread says of one: `Origin` of `cell/frames.ts`. */
interface Origin {
  readonly file: string;
  readonly code?: string;
}

/** Listens from now on; V8 tells of those that are there already when the debugger is enabled. */
export function createScripts(inspector: Inspector): Scripts {
  const unknown = new Map<string, string>(); // address by id
  const known = new Map<string, Script>();
  let describing: Promise<void> = Promise.resolve();
  inspector.on("Debugger.scriptParsed", ({ scriptId, url }: Parsed) => {
    if (url !== "" && !url.startsWith("node:")) unknown.set(scriptId, url);
  });

  /** All at once: a session has some hundred. */
  function describe(): Promise<void> {
    describing = describing.then(async () => {
      if (unknown.size === 0) return;
      const asked = [...unknown];
      const addresses = JSON.stringify(asked.map(([, address]) => address));
      const origins = await ask<(Origin | null)[]>(inspector, `${ANSWERS}.origins(${addresses})`);
      for (const [at, [id, address]] of asked.entries()) {
        unknown.delete(id);
        const origin = origins[at];
        if (origin) known.set(id, createScript(inspector, id, address, origin));
      }
    });
    return describing;
  }

  return {
    async get(id) {
      if (unknown.has(id)) await describe();
      return known.get(id);
    },
    async at(path) {
      await describe();
      return [...known.values()].filter((script) => script.path === path);
    },
    async all() {
      await describe();
      return [...known.values()];
    },
  };
}

function createScript(inspector: Inspector, id: string, address: string, { file, code }: Origin): Script {
  let positions: Promise<Positions> | undefined;
  let text: Promise<string> | undefined;
  const script: Script = {
    id,
    path: code === undefined ? file : cellPath(code),
    name: code === undefined ? basename(file) : file,
    isCell: code !== undefined,
    isInstalled: /[\\/]node_modules[\\/]/.test(file),
    code,
    positions() {
      positions ??= Promise.all([
        script.generated(),
        ask<EncodedSourceMap[]>(inspector, `${ANSWERS}.maps(${JSON.stringify(address)})`),
      ]).then(([generated, maps]) => createPositions(generated, maps));
      return positions;
    },
    generated() {
      text ??= inspector
        .post<{ readonly scriptSource: string }>("Debugger.getScriptSource", { scriptId: id })
        .then(({ scriptSource }) => scriptSource);
      return text;
    },
  };
  return script;
}
