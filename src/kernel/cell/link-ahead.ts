/** @file Links packages on this thread, where a thread of hooks would be asked twice for each module: that takes twice the time. */
import nodeModule from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type CompileModule = (this: nodeModule, source: string, filename: string, format: "module") => void;

const { _compile: compileModule } = nodeModule.prototype as unknown as { _compile: CompileModule };

/** Node 20.19 and 22.12 can `require` ES modules. */
const requiresModules = (process.features as { require_module?: boolean }).require_module === true;

let importers = 0;

/**
 * Loads ES modules and all that they import; nothing of them is evaluated. What cannot be linked so is left to the import that
 * follows, which says why: also what needs hooks, which this does not ask.
 *
 * An ES module that is required is linked at once, and refused before it is evaluated when it awaits: so does the importer here.
 *
 * @param files absolute paths
 * @source https://nodejs.org/docs/latest-v20.x/api/modules.html#loading-ecmascript-modules-using-require
 */
export function linkAhead(files: readonly string[]): void {
  if (!requiresModules) return;
  for (const file of files) {
    const importer = join(import.meta.dirname, `importer-${++importers}.mjs`); // Node has no second one of a name
    const source = `import ${JSON.stringify(pathToFileURL(file).href)}; await 0;`;
    try {
      compileModule.call(new nodeModule(importer), source, importer, "module");
    } catch {
      // always: refused, or not linked
    }
  }
}
