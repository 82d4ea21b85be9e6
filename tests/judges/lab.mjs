/** @file JupyterLab 4 in Chromium, with a notebook that a person uses step by step: what the judges of it share. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
export const PATIENCE_MS = 60_000;
/** A server on a busy machine takes its time to start. */
const START_MS = 90_000;

/**
 * Takes the steps of a person, one after the other, and says of each whether it passed; a screenshot of each is kept.
 *
 * @param words PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER
 * @param cells texts of the notebook's cells
 * @param steps claim -> step, given the page
 * @returns exit code: 0 when all passed
 */
export async function useLab([playwright, executablePath, kernel, screenshots], cells, steps) {
  const { chromium } = createRequire(import.meta.url)(resolve(playwright));
  mkdirSync(screenshots, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "eightfold-lab-"));
  writeFileSync(join(folder, "person.ipynb"), notebook(cells, kernel));
  const { server, address } = await startLab(folder);
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  let failed = 0;
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 1500 } });
    await page.goto(`${address}/lab/tree/person.ipynb?reset`);
    await page.waitForSelector(".jp-Notebook .jp-Cell", { timeout: PATIENCE_MS });
    await page.waitForSelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', { timeout: PATIENCE_MS });
    await page.waitForSelector("text=TypeScript (Eightfold) | Idle", { timeout: PATIENCE_MS });
    await page.waitForTimeout(2000); // the page goes on building itself, and swallows the first keys
    for (const [number, [claim, step]] of Object.entries(steps).entries()) {
      const started = performance.now();
      const error = await step(page).then(
        () => undefined,
        (thrown) => thrown,
      );
      await page.screenshot({ path: join(screenshots, `${number + 1}-${claim.replaceAll(/\W+/g, "-")}.png`) });
      console.log(
        `${error === undefined ? "passed" : "FAILED"} in ${Math.round(performance.now() - started)} ms: ${claim}`,
      );
      if (error !== undefined) {
        failed++;
        console.log(String(error.message).split("\n")[0]);
        await page.keyboard.press("Escape");
      }
    }
  } finally {
    await browser.close();
    server.kill("SIGTERM");
    await new Promise((done) => server.once("exit", done));
    rmSync(folder, { recursive: true, force: true });
  }
  return failed === 0 ? 0 : 1;
}

function notebook(sources, kernel) {
  const cells = sources.map((source, index) => ({
    cell_type: "code",
    execution_count: null,
    id: `cell-${index}`,
    metadata: {},
    outputs: [],
    source,
  }));
  const kernelspec = { display_name: "TypeScript (Eightfold)", language: "typescript", name: kernel };
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}

/** On a free port of the loopback interface, without a token, and with nothing of the user's settings. */
async function startLab(folder) {
  const port = await new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => done(free));
    });
  });
  const words = [
    "lab",
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    `--port=${port}`,
    "--IdentityProvider.token=",
  ];
  const settings = ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"];
  const env = { ...process.env, JUPYTERLAB_SETTINGS_DIR: join(folder, ".settings") };
  const notification = join(folder, ".settings", "@jupyterlab", "apputils-extension");
  mkdirSync(notification, { recursive: true });
  writeFileSync(join(notification, "notification.jupyterlab-settings"), '{ "fetchNews": "false" }'); // its question hides cells
  const server = spawn("jupyter", [...words, ...settings, `--ServerApp.root_dir=${folder}`], { env, stdio: "ignore" });
  const address = `http://127.0.0.1:${port}`;
  const until = performance.now() + START_MS;
  for (;;) {
    const up = await fetch(`${address}/api/status`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return { server, address };
    if (server.exitCode !== null || performance.now() > until) throw new Error("JupyterLab did not start");
    await new Promise((done) => setTimeout(done, 200));
  }
}

/** A new last cell, with this text in it and the cursor behind it. */
export async function editNewCell(page, text) {
  await page.keyboard.press("Escape");
  await page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").last().click();
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText(text);
}

/** Waits until an output is this text. */
export async function seen(page, text) {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll(".jp-OutputArea-output pre")].some((pre) => pre.textContent.trim() === wanted),
    text,
    { timeout: PATIENCE_MS },
  );
}
