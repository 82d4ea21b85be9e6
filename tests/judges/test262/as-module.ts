/** @file A test as a module of plain Node, in a realm of its own: what the cell is compared with. */
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { installHost } from "./host.ts";
import type { SuiteTest } from "./suite.ts";

/** Runs a test to its end, or lets the parser see its text when that must be refused. */
export async function runAsModule({ file, harness, isRefused, isAsync }: SuiteTest): Promise<void> {
  const context = vm.createContext({});
  const evaluate = (script: string): unknown => vm.runInContext(script, context);
  const { done } = installHost(evaluate("globalThis") as object, evaluate);
  evaluate(`"use strict";\n${harness}`);
  const modules = new Map<string, vm.Module>();
  const load = (path: string): vm.Module => {
    const module = modules.get(path) ?? compile(path, context, load);
    modules.set(path, module);
    return module;
  };
  const module = load(file);
  if (isRefused) return;
  await start(module, load);
  if (isAsync) await done;
}

type Load = (path: string) => vm.Module;

function compile(path: string, context: vm.Context, load: Load): vm.Module {
  const text = readFileSync(path, "utf8");
  const options = { context, identifier: path };
  if (path.endsWith(".json")) {
    const setDefault = function (this: vm.SyntheticModule): void {
      this.setExport("default", JSON.parse(text));
    };
    return new vm.SyntheticModule(["default"], setDefault, options);
  }
  return new vm.SourceTextModule(text, {
    ...options,
    initializeImportMeta(meta) {
      meta.url = pathToFileURL(path).href;
    },
    async importModuleDynamically(specifier) {
      const imported = load(resolve(dirname(path), specifier));
      await start(imported, load);
      return imported;
    },
  });
}

async function start(module: vm.Module, load: Load): Promise<void> {
  if (module.status === "unlinked") {
    await module.link((specifier, from) => load(resolve(dirname(from.identifier), specifier)));
  }
  await module.evaluate();
}
