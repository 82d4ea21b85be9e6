/** @file JupyterLab 4 in Chromium, as a person uses it: node jupyterlab.mjs PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER. */
import { editNewCell, PATIENCE_MS, seen, useLab } from "./lab.mjs";

const ANSWER = 42;

const CELLS = [
  `import { fitScalingLaws } from "@eightfold/toolkit/scaling";\nimport { plotScalingLaws, table } from "@eightfold/toolkit/report";\nconst answer: number = ${ANSWER};`,
  'const laws = fitScalingLaws([0.5, 0.41, 0.36, 0.32].map((error, k) => ({ curve: "ours", size: 1000 * 4 ** k, error, items: 2000 })), { by: "curve", x: "size", y: "error", items: "items", seed: 7 });\ndisplay(table(laws, ["method", "exponent"]));\nplotScalingLaws(laws, { title: "Four points and their law", xTitle: "examples", yTitle: "error" })',
  "answer + 1",
];

/** A person who sees nothing presses the key again: the page waits for an answer a second at most, and the first takes longer on a busy machine. */
async function pressUntil(page, key, shows) {
  for (const until = performance.now() + PATIENCE_MS; performance.now() < until; ) {
    await page.keyboard.press(key);
    const found = await page.waitForFunction(shows, undefined, { timeout: 5000 }).catch(() => undefined);
    if (found !== undefined) return;
  }
  throw new Error(`${key} shows nothing`);
}

/** Each step a person takes; its claim is what must be seen after it. */
const steps = {
  async "Run All Cells runs them in order, and a table and a figure are seen"(page) {
    await page.click("text=Run >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Run All Cells')");
    await seen(page, String(ANSWER + 1));
    await page.waitForSelector(".jp-OutputArea-output .svg-container", { timeout: PATIENCE_MS });
    const table = page.locator(".jp-OutputArea-output table, .jp-OutputArea-output pre").first();
    await table.waitFor({ timeout: PATIENCE_MS });
    const height = await page
      .locator(".jp-OutputArea-output .svg-container")
      .first()
      .evaluate((drawn) => drawn.offsetHeight);
    if (height < 100) throw new Error(`the figure is ${height} pixels high`);
  },
  async "Tab completes a variable of an earlier cell"(page) {
    await editNewCell(page, "answ");
    await pressUntil(
      page,
      "Tab",
      () =>
        document.querySelector(".jp-Completer:not(.lm-mod-hidden)") !== null ||
        [...document.querySelectorAll(".jp-Cell.jp-mod-active .cm-line")].some((line) => line.textContent === "answer"),
    );
    const completer = page.locator(".jp-Completer:not(.lm-mod-hidden)");
    if ((await completer.count()) > 0) await page.keyboard.press("Enter");
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-Cell.jp-mod-active .cm-line")].some((line) => line.textContent === "answer"),
      undefined,
      { timeout: PATIENCE_MS },
    );
  },
  async "Shift-Tab shows the type of what the cursor stands on"(page) {
    await pressUntil(page, "Shift+Tab", () => document.querySelector(".jp-Tooltip")?.textContent.includes("number"));
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
      { timeout: PATIENCE_MS },
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
      { timeout: PATIENCE_MS },
    );
    await editNewCell(page, "answer + 2");
    await page.keyboard.press("Shift+Enter");
    await seen(page, String(ANSWER + 2));
  },
  async "a prompt is answered in the page"(page) {
    await editNewCell(page, '"hello " + prompt("Who?")');
    await page.keyboard.press("Shift+Enter");
    await page.locator(".jp-Stdin-input").waitFor({ timeout: PATIENCE_MS });
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

process.exitCode = await useLab(process.argv.slice(2), CELLS, steps);
