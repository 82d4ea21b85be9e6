/** @file Makes a package ready for `npm pack`, and the checkout as it was again: what `prepack` and `postpack` of each package run.
 *
 * In a checkout the toolkit's doors are its TypeScript files, so that an edit is seen with no build between. A package has
 * JavaScript and declarations in lib/ in their place, and its doors lead there: npm knows no `publishConfig.exports`, and a condition
 * of our own in `exports` would have to be asked for by every program that reads the checkout. Beside them stand the native engine's
 * libraries in prebuilds/.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = process.cwd();
const manifest = join(folder, "package.json");
/** The checkout's own manifest, while the package's stands in its place. */
const kept = join(folder, "package.json.checkout");
const isToolkit = existsSync(join(folder, "scaling"));

function prepare() {
  clean(); // of a run that was cut short
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  if (existsSync(join(folder, "eightfold-kernel.mjs"))) cpSync(join(root, "kernel-config"), join(folder, "kernel-config"), { recursive: true });
  if (isToolkit) buildToolkit();
  else typescript("-b", folder);
  renameSync(manifest, kept);
  writeFileSync(manifest, `${JSON.stringify(published(), null, 2)}\n`);
}

/** What the checkout needs is left out; whose it is and where it lies is said once, in the repository's package.json. */
function published() {
  const { scripts: _, devDependencies: __, exports, ...rest } = JSON.parse(readFileSync(kept, "utf8"));
  const { author, homepage, bugs, repository } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const place = repository && { homepage, bugs, repository: { ...repository, directory: relative(root, folder) } };
  const doors = Object.entries(exports).map(([door, path]) => [door, doorOf(path)]);
  return { ...rest, author, ...place, exports: Object.fromEntries(doors) };
}

function buildToolkit() {
  const plain = ["composite", "incremental", "emitDeclarationOnly", "sourceMap"].flatMap((name) => [`--${name}`, "false"]);
  typescript("-p", folder, ...plain, "--tsBuildInfoFile", "null", "--declaration", "--outDir", join(folder, "lib"));
  nameModules(join(folder, "lib"));
  cpSync(join(folder, "engine/native/c"), join(folder, "lib/engine/native/c"), { recursive: true });
  execFileSync(process.execPath, ["--import", "tsx", ".ci/prebuilds.mjs"], { cwd: root, stdio: ["ignore", 2, 2] });
  mkdirSync(join(root, "out/prebuilds"), { recursive: true }); // where no compiler is, nothing was made
  cpSync(join(root, "out/prebuilds"), join(folder, "prebuilds"), { recursive: true });
}

/** TypeScript writes the new endings of what is imported, but not of what is named by URL for another process. */
function nameModules(lib) {
  for (const name of readdirSync(lib, { recursive: true })) {
    const path = join(lib, name);
    if (!name.endsWith(".js")) continue;
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/new URL\("(\.[^"]*)\.ts", import\.meta\.url\)/g, 'new URL("$1.js", import.meta.url)'));
  }
}

/** "./scaling/index.ts" to its declarations and its JavaScript. */
function doorOf(path) {
  if (typeof path !== "string" || !path.endsWith(".ts")) return path;
  const built = path.replace(/^\.\/(.*)\.ts$/, "./lib/$1");
  return { types: `${built}.d.ts`, default: `${built}.js` };
}

function clean() {
  if (existsSync(kept)) renameSync(kept, manifest);
  for (const name of ["LICENSE", "kernel-config", "lib", "prebuilds"]) rmSync(join(folder, name), { recursive: true, force: true });
}

function typescript(...words) {
  const compiler = join(root, "node_modules", "@typescript", "native", "bin", "tsc");
  execFileSync(process.execPath, [compiler, ...words], { cwd: root, stdio: ["ignore", 2, 2] });
}

if (process.argv[2] === "prepare") prepare();
else clean();
