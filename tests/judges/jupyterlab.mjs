/** @file JupyterLab 4 in Chromium, as a person uses it: node jupyterlab.mjs PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [playwright, executablePath, kernel, screenshots] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(resolve(playwright));
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
const PATIENCE_MS = 20_000;
/** A server on a busy machine takes its time to start. */
const START_MS = 90_000;

const ANSWER = 42;

const CELLS = [
  `import { fitScalingLaws } from "@eightfold/toolkit/scaling";\nimport { plotScalingLaws, table } from "@eightfold/toolkit/report";\nconst answer: number = ${ANSWER};`,
  'const laws = fitScalingLaws([0.5, 0.41, 0.36, 0.32].map((error, k) => ({ curve: "ours", size: 1000 * 4 ** k, error, items: 2000 })), { by: "curve", x: "size", y: "error", items: "items", seed: 7 });\ndisplay(table(laws, ["method", "exponent"]));\nplotScalingLaws(laws, { title: "Four points and their law", xTitle: "examples", yTitle: "error" })',
  "answer + 1",
];

/** Each step a person takes; its claim is what must be seen after it. */
const steps = {
  async "Run All Cells runs them in order, and a table and a figure are seen"(page) {
    await page.click("text=Run >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Run All Cells')");
    await seen(page, String(ANSWER + 1));
    await page.waitForSelector(".jp-OutputArea-output img", { timeout: PATIENCE_MS });
    const table = page.locator(".jp-OutputArea-output table, .jp-OutputArea-output pre").first();
    await table.waitFor({ timeout: PATIENCE_MS });
    const height = await page
      .locator(".jp-OutputArea-output img")
      .first()
      .evaluate((image) => image.naturalHeight);
    if (height < 100) throw new Error(`the figure is ${height} pixels high`);
  },
  async "Tab completes a variable of an earlier cell"(page) {
    await editNewCell(page, "answ");
    await page.keyboard.press("Tab");
    await page.waitForFunction(
      () =>
        document.querySelector(".jp-Completer:not(.lm-mod-hidden)") !== null ||
        [...document.querySelectorAll(".jp-Cell.jp-mod-active .cm-line")].some((line) => line.textContent === "answer"),
      undefined,
      { timeout: 10_000 },
    );
    const completer = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    if ((await completer.count()) > 0) await page.keyboard.press("Enter");
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-Cell.jp-mod-active .cm-line")].some((line) => line.textContent === "answer"),
      undefined,
      { timeout: 10_000 },
    );
  },
  async "Shift-Tab shows the type of what the cursor stands on"(page) {
    await page.keyboard.press("Shift+Tab");
    await page.waitForFunction(() => document.querySelector(".jp-Tooltip")?.textContent.includes("number"), undefined, {
      timeout: 10_000,
    });
  },
  async "the stop button ends a loop, and the variables are kept"(page) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await editNewCell(page, 'console.log("spins");\nwhile (true) {}');
    await page.keyboard.press("Shift+Enter");
    await page.waitForFunction(
      () =>
        document.body.textContent.includes("spins\n") ||
        [...document.querySelectorAll(".jp-OutputArea-output pre")].some((pre) => pre.textContent.trim() === "spins"),
      undefined,
      { timeout: 20_000 },
    );
    await page.click(
      'jp-button[data-command="notebook:interrupt-kernel"], [data-command="notebook:interrupt-kernel"], button[title*="Interrupt"]',
    );
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-OutputArea-output pre")].some((pre) =>
          pre.textContent.includes("Interrupted"),
        ),
      undefined,
      { timeout: 10_000 },
    );
    await editNewCell(page, "answer + 2");
    await page.keyboard.press("Shift+Enter");
    await seen(page, String(ANSWER + 2));
  },
  async "a prompt is answered in the page"(page) {
    await editNewCell(page, '"hello " + prompt("Who?")');
    await page.keyboard.press("Shift+Enter");
    await page.locator(".jp-Stdin-input").waitFor({ timeout: 10_000 });
    await page.locator(".jp-Stdin-input").fill("Ada");
    await page.locator(".jp-Stdin-input").press("Enter");
    await seen(page, "'hello Ada'");
  },
  async "a restarted kernel has forgotten the variables and runs again"(page) {
    await page.click("text=Kernel >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Restart Kernel…')");
    await page.click(".jp-Dialog button:has-text('Restart')");
    await page.waitForTimeout(1500);
    await editNewCell(page, "typeof answer + ' and ' + (40 + 4)");
    await page.keyboard.press("Shift+Enter");
    await seen(page, "'undefined and 44'");
  },
};

process.exitCode = await main();

async function main() {
  mkdirSync(screenshots, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "eightfold-lab-"));
  writeFileSync(join(folder, "person.ipynb"), notebook());
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

function notebook() {
  const cells = CELLS.map((source, index) => ({
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
async function editNewCell(page, text) {
  await page.keyboard.press("Escape");
  await page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").last().click();
  await page.keyboard.press("b");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText(text);
}

async function seen(page, text) {
  await page.waitForFunction(
    (wanted) =>
      [...document.querySelectorAll(".jp-OutputArea-output pre")].some((pre) => pre.textContent.trim() === wanted),
    text,
    { timeout: 15_000 },
  );
}
