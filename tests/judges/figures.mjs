/** @file Figures in JupyterLab 4 in Chromium: node figures.mjs PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER [plotly].
 *
 * With `plotly` as a last word, Plotly's own extension is there too, and draws them.
 */
import assert from "node:assert/strict";
import { editNewCell, PATIENCE_MS, useLab } from "./lab.mjs";

const isPlotlys = process.argv[6] === "plotly";

const CELLS = [
  `import { makeFigure, plotLines } from "@eightfold/toolkit/report";
const sizes = [1000, 4000, 16000, 64000];
const shown = (title: string) => plotLines([{ name: "ours", x: sizes, y: [0.5, 0.41, 0.36, 0.32] }], { title, xTitle: "examples", yTitle: "error" });
const first = display(shown("A title that is as long as the finding that it states, which is what titles are for"));`,
  `display(makeFigure([{ x: [1, 2], y: [3, 4], type: "bar" }], { width: 2000, height: 300 }, "wider than any column"));`,
  `display.raw("application/vnd.plotly.v1+json", { data: [{ x: [1, 2], y: [2, 1] }], layout: { title: { text: "No size is said" } } });`,
  `display.raw("application/vnd.plotly.v1+json", { data: [{ z: [[1, 2], [3, 4]], type: "heatmap" }], layout: {} });`,
];

/** Waits until each figure that is drawn, or its picture, lies within its column and is not squeezed. */
async function allFit(page, figures) {
  await page.waitForFunction(
    (count) => {
      const drawn = [...document.querySelectorAll(".eightfold-column")].flatMap((column) => {
        const seen = [...column.querySelectorAll(".svg-container, img")].find(({ offsetWidth }) => offsetWidth > 0);
        return seen === undefined ? [] : [{ column, seen: seen.getBoundingClientRect() }];
      });
      const fits = ({ column, seen }) => {
        const { right, bottom } = column.getBoundingClientRect();
        const isInside =
          seen.right <= right + 1 && seen.bottom <= bottom + 1 && column.scrollWidth <= column.clientWidth;
        return isInside && seen.width > 150 && seen.height > 30;
      };
      return drawn.length === count && drawn.every(fits);
    },
    figures,
    { timeout: PATIENCE_MS },
  );
}

/** What can be drawn: Plotly's basic bundle, which is ours, has no heat maps. */
const FIGURES = isPlotlys ? 4 : 3;

const figure = (page, number = 0) => page.locator(".eightfold-column").nth(number);
const strangers = [];

/** Each step a person takes; its claim is what must be seen after it. */
const steps = {
  async "figures are drawn by Plotly, and nothing is asked of another host"(page) {
    await page.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => {
      strangers.push(route.request().url());
      return route.abort();
    });
    await page.click("text=Run >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Run All Cells')");
    if (isPlotlys) {
      await figure(page, 1).locator("img.plot-img[src]").waitFor({ timeout: PATIENCE_MS });
      await figure(page, 2).locator(".svg-container").waitFor({ timeout: PATIENCE_MS });
    } else
      await page.waitForFunction(() => document.querySelectorAll(".js-plotly-plot").length === 3, undefined, {
        timeout: PATIENCE_MS,
      });
    assert.deepEqual(strangers, []);
  },
  async "each fits its column"(page) {
    await allFit(page, FIGURES);
  },
  async "the values of a point are shown where the pointer is"(page) {
    await figure(page).scrollIntoViewIfNeeded();
    await figure(page).hover();
    await figure(page).locator(".js-plotly-plot, .svg-container").first().waitFor({ timeout: PATIENCE_MS });
    const { x, y } = await figure(page)
      .locator(".scatterlayer path.js-line")
      .first()
      .evaluate((line) => {
        const [, second] = line.getAttribute("d").slice(1).split("L");
        const [left, top] = second.split(",").map(Number);
        return DOMPoint.fromPoint({ x: left, y: top }).matrixTransform(line.getScreenCTM()).toJSON();
      });
    await page.mouse.move(x + 2, y + 2, { steps: 5 });
    await figure(page).locator(".hoverlayer .hovertext").first().waitFor({ timeout: PATIENCE_MS });
    assert.ok(await figure(page).locator(".modebar-btn").count());
  },
  async "in a narrow window they fit, and are still interactive"(page) {
    await page.setViewportSize({ width: 620, height: 1500 });
    await allFit(page, FIGURES);
    const { height } = await figure(page, 2).locator(".svg-container").boundingBox();
    assert.ok(height > 300, `a figure that says no size is ${height} pixels high`);
  },
};

/** Ours alone: Plotly's extension draws what it has drawn, whatever is told to it later. */
const ourSteps = {
  async "a kind that is not drawn says so"(page) {
    await page.setViewportSize({ width: 1200, height: 1500 });
    await page.locator("pre", { hasText: "a trace of kind heatmap" }).waitFor({ timeout: PATIENCE_MS });
  },
  async "an update of the display is drawn in its place"(page) {
    await editNewCell(page, 'first.update(shown("Another title"));');
    await page.keyboard.press("Shift+Enter");
    await figure(page).locator(".gtitle", { hasText: "Another title" }).waitFor({ timeout: PATIENCE_MS });
    assert.equal(await page.locator(".js-plotly-plot").count(), FIGURES);
  },
  async "a notebook that is opened again has its figures, or their pictures where Plotly cannot be loaded"(page) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+s");
    await page.waitForSelector(".jp-DirListing-item:has-text('person.ipynb'), .jp-Notebook", { timeout: PATIENCE_MS });
    await page.waitForTimeout(2000);
    await page.reload();
    await page.waitForFunction((count) => document.querySelectorAll(".js-plotly-plot").length === count, FIGURES, {
      timeout: PATIENCE_MS,
    });
    await page.route(/plotly\.js$/, (route) => route.abort());
    await page.reload();
    await page.locator("pre", { hasText: "plotly.js could not be loaded" }).first().waitFor({ timeout: PATIENCE_MS });
    await figure(page).locator("img[alt]").waitFor({ timeout: PATIENCE_MS });
    await allFit(page, 2); // the figures that came with a picture
  },
};

process.exitCode = await useLab(process.argv.slice(2, 6), CELLS, isPlotlys ? steps : { ...steps, ...ourSteps });
