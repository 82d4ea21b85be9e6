/** @file Says whether this installation can serve Jupyter, and what to do about each thing that is wrong. */
import { execFileSync, spawn } from "node:child_process";
import { accessSync, constants, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { dataFolders, userDataFolder } from "../jupyter-paths.ts";
import { version } from "../version.ts";
import type { Message } from "../wire/index.ts";
import { FIGURES_EXTENSION, listFiguresExtensions } from "./figures-extension.ts";
import { kernelCommand, listKernelSpecs } from "./kernel-spec.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean;
  readonly what: string;
  /** What to do; there where something is wrong. */
  readonly advice?: string;
}

const OLDEST_NODE = [20, 19] as const;

/** A kernel that has not answered by then will not. */
const ROUND_TRIP_MS = 20_000;

/**
 * Looks at everything a kernel needs, in the order in which it needs it.
 *
 * @param prefix looked at as well, as with install
 */
export async function* examine(prefix: string | undefined): AsyncGenerator<Finding> {
  yield nodeVersion(process.versions.node);
  yield await socketsBind();
  yield await typeService();
  yield userFolder();
  yield* kernelSpecs(prefix);
  yield* figuresExtensions(prefix);
  yield await roundTrip();
}

function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return found(ok, `Node ${version}`, `install Node ${OLDEST_NODE.join(".")} or later, then install the kernel again`);
}

async function socketsBind(): Promise<Finding> {
  try {
    const { bindServer, createConnection } = await import("../channels/index.ts"); // here, so that its failure is a finding
    const server = await bindServer(await createConnection(), () => undefined);
    await server.close();
    return found(true, "zeromq loads and binds on the loopback interface", "");
  } catch (error) {
    const advice =
      "run npm install again on this machine; on a platform without a prebuilt zeromq it needs a C++ compiler";
    return found(false, `zeromq: ${reason(error)}`, advice);
  }
}

/** Cells run without it; completion and type errors need it. */
async function typeService(): Promise<Finding> {
  try {
    const { languageServerFile } = await import("../assist/index.ts");
    const version = execFileSync(languageServerFile(), ["--version"], { encoding: "utf8", timeout: 10_000 }).trim();
    return found(true, `TypeScript service, ${version}`, "");
  } catch (error) {
    return found(false, `TypeScript service: ${reason(error)}`, "run npm install again, with optional dependencies");
  }
}

/** Of the folder, or of the nearest one above it that exists: that is where it would be made. */
function userFolder(): Finding {
  const folder = userDataFolder();
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  const advice =
    "make it writable, or set JUPYTER_DATA_DIR to a folder that is; with --prefix it is not needed to install";
  try {
    accessSync(existing, constants.W_OK);
    return found(true, `Jupyter's data folder ${folder}`, "");
  } catch {
    return found(false, `Jupyter's data folder ${folder} cannot be written`, advice);
  }
}

function* kernelSpecs(prefix: string | undefined): Generator<Finding> {
  const specs = listKernelSpecs(prefix);
  if (specs.length === 0) {
    const advice =
      "run npx --no -- eightfold-kernel install, with --prefix DIR for a Python environment; give doctor the same --prefix";
    yield found(false, `no kernel spec of ours in ${dataFolders(prefix).join(", ")}`, advice);
  }
  for (const { name, folder, argv } of specs) {
    const missing = argv.filter((word) => isAbsolute(word) && !existsSync(word));
    const what =
      missing.length === 0 ? `kernel spec ${name} in ${folder}` : `kernel spec ${name} names ${missing.join(", ")}`;
    yield found(
      missing.length === 0,
      what,
      `it is gone: run npx --no -- eightfold-kernel install again, with the same --name and --prefix`,
    );
  }
}

/** A kernel runs without it; an old one beside a new kernel is wrong. */
function* figuresExtensions(prefix: string | undefined): Generator<Finding> {
  const extensions = listFiguresExtensions(prefix);
  if (extensions.length === 0)
    yield found(true, `JupyterLab shows figures as pictures: ${FIGURES_EXTENSION} is not installed`, "");
  for (const { folder, version: installed, isWhole } of extensions) {
    const fault = isWhole ? (installed === version ? "" : `is of version ${installed}`) : "misses files";
    const advice = "run npx --no -- eightfold-kernel install again, with the same --prefix";
    yield found(fault === "", `${FIGURES_EXTENSION} in ${folder} ${fault}`.trim(), advice);
  }
}

/** Starts a kernel as Jupyter does and runs a cell. */
async function roundTrip(): Promise<Finding> {
  const folder = mkdtempSync(join(tmpdir(), "eightfold-doctor-"));
  let log = "";
  try {
    const { connectClient, createConnection } = await import("../channels/index.ts");
    const connection = await createConnection();
    const file = join(folder, "connection.json");
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const [program = process.execPath, ...words] = kernelCommand(file).argv;
    const env = { ...process.env, EIGHTFOLD_HISTORY: "off" };
    const child = spawn(program, words, { stdio: ["ignore", "ignore", "pipe"], env });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const client = connectClient(connection);
    try {
      const started = performance.now();
      const user_expressions = { sum: "1 + 1" }; // in the reply: nothing depends on when IOPub is subscribed
      const replied = new Promise<Message>((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`the kernel ended with code ${code}`)));
        setTimeout(() => reject(new Error(`no answer in ${ROUND_TRIP_MS / 1000} s`)), ROUND_TRIP_MS).unref();
        client.onMessage((_channel, message) => message.header.msg_type === "execute_reply" && resolve(message));
      });
      await client.send("shell", "execute_request", { code: "", silent: true, user_expressions });
      const text = JSON.stringify((await replied).content.user_expressions);
      if (!text.includes('"text/plain":"2"')) throw new Error(`1 + 1 gave ${text}`);
      return found(true, `a kernel starts and computes 1 + 1, in ${Math.round(performance.now() - started)} ms`, "");
    } finally {
      client.close();
      child.removeAllListeners("exit");
      child.kill("SIGKILL");
    }
  } catch (error) {
    const advice = `the kernel's own words: ${log.trim() || "none"}`;
    return found(false, `a kernel does not start: ${reason(error)}`, advice);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function found(ok: boolean, what: string, advice: string): Finding {
  return ok ? { ok, what } : { ok, what, advice };
}

function reason(error: unknown): string {
  return String((error as Error).message).split("\n")[0] ?? "";
}
