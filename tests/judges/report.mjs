/** @file report.html in Chromium, as its readers have it: light, dark, printed, by keyboard and to a screen reader. node report.mjs PLAYWRIGHT_CORE AXE_CORE CHROMIUM REPORT SCREENSHOT_FOLDER. */
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [playwright, axe, executablePath, report, screenshots] = process.argv.slice(2);
const { chromium } = createRequire(import.meta.url)(resolve(playwright));
const axeSource = readFileSync(join(resolve(axe), "axe.min.js"), "utf8");
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
const LONGEST = 3_000_000;

let failed = 0;
function claim(text, holds, detail = "") {
  process.stdout.write(`${holds ? "holds" : "FAILS"}: ${text}${detail === "" ? "" : ` (${detail})`}\n`);
  if (!holds) failed++;
}

async function open(browser, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1500 }, colorScheme, bypassCSP: false });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000); // a busy machine draws forty figures
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("request", (request) => !/^(file|data|blob):/.test(request.url()) && complaints.push(request.url()));
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.waitForFunction(
    () => document.querySelectorAll(".plot").length === document.querySelectorAll(".js-plotly-plot").length,
  );
  await page.waitForTimeout(500);
  return { page, complaints };
}

/** axe's rules run in a world of their own, which the page's policy does not bind. */
async function violations(page) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId: contextId } = await session.send("Page.createIsolatedWorld", {
    frameId: frameTree.frame.id,
  });
  await session.send("Runtime.evaluate", { expression: axeSource, contextId });
  const expression =
    "axe.run(document, { iframes: false }).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.length, nodes[0].html.slice(0, 160), nodes[0].failureSummary])))";
  const { result } = await session.send("Runtime.evaluate", { expression, contextId, awaitPromise: true });
  return JSON.parse(result.value);
}

const browser = await chromium.launch({ executablePath, args: FLAGS });
try {
  mkdirSync(screenshots, { recursive: true });
  for (const scheme of ["light", "dark"]) {
    const { page, complaints } = await open(browser, scheme);
    await page.screenshot({ path: join(screenshots, `report-${scheme}.png`) });
    await page.screenshot({ path: join(screenshots, `report-${scheme}-whole.png`), fullPage: true });
    claim(`${scheme}: it loads nothing and no script fails`, complaints.length === 0, complaints.join("; "));
    const found = await violations(page);
    claim(`${scheme}: axe finds no violation`, found.length === 0, JSON.stringify(found));
    const tables = await page.$$eval("main h2", (headings) => headings.map((heading) => heading.textContent));
    claim(`${scheme}: the claims come first`, tables[0] === "Claims", tables.join(", "));
    const lost = await page.$$eval(
      'a[href^="#"]',
      (links) => links.filter((link) => !document.getElementById(link.hash.slice(1))).length,
    );
    claim(`${scheme}: every link within the page leads somewhere`, lost === 0, `${lost} lost`);
    const rows = await page.$$eval(
      "table.claims tbody tr",
      (all) => all.filter((row) => !row.querySelector('a[href^="#cell-"]')).length,
    );
    claim(`${scheme}: every claim and figure links to its cell`, rows === 0);
    if (scheme === "dark") continue;
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("href") ?? "");
    await page.keyboard.press("Enter");
    claim(
      "by keyboard: the second Tab reaches the first claim's cell, and Enter goes there",
      focused.startsWith("#cell-") && new URL(page.url()).hash === focused,
      focused,
    );
    await page.setViewportSize({ width: 390, height: 844 });
    await page.waitForTimeout(1000); // the figures follow
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    claim("on a phone: the page itself does not scroll sideways", wide <= 0, `${wide} pixels`);
    await page.screenshot({ path: join(screenshots, "report-phone.png") });
    await page.emulateMedia({ media: "print" });
    await page.pdf({ path: join(screenshots, "report.pdf"), format: "A4" });
    await page.setViewportSize({ width: 800, height: 1130 });
    await page.screenshot({ path: join(screenshots, "report-print.png"), fullPage: true });
  }
  const bytes = statSync(report).size;
  claim(`it has fewer than ${LONGEST} bytes`, bytes < LONGEST, `${bytes}`);
} finally {
  await browser.close();
}
process.exitCode = failed === 0 ? 0 : 1;
