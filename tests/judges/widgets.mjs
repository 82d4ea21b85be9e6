/** @file Widgets in JupyterLab 4 in Chromium, as a person uses them: node widgets.mjs PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER. */
import { PATIENCE_MS, seen, useLab } from "./lab.mjs";

const CELLS = [
  `import { anyWidget, Button, HBox, IntSlider, interact, Label } from "@eightfold/kernel/widgets";
import { plotLines } from "@eightfold/toolkit/report";
const slider = new IntSlider({ max: 10, description: "tries" });
slider`,
  `interact(({ k, law }) => {
  console.log(law + " of " + k.toFixed());
  return k ** (law === "square" ? 2 : 3);
}, { k: slider, law: ["square", "cube"] });`,
  `const button = new Button({ description: "Say it" });
let clicks = 0;
button.onClick(() => console.log("clicked", ++clicks));
button`,
  `const counter = String.raw\`export default { render({ model, el }) {
  const button = document.createElement("button");
  button.className = "counter";
  const show = () => { button.textContent = "count is " + model.get("count"); };
  button.onclick = () => { model.set("count", model.get("count") + 1); model.save_changes(); };
  model.on("change:count", show);
  show();
  el.append(button);
} }\`;
const count = anyWidget({ esm: counter, state: { count: 0 } });
const said = new Label({ value: "nothing yet" });
count.observe("count", ({ new: value }) => { said.value = "the kernel has " + value.toFixed(); });
new HBox({ children: [count, said] })`,
  `interact(({ slope }) => plotLines([{ name: "a line", x: [0, 1], y: [0, slope] }], { title: "A line", xTitle: "x", yTitle: "y" }), { slope: [1, 5] });`,
  `import * as all from "@eightfold/kernel/widgets";
const numbers = [all.IntSlider, all.FloatSlider, all.IntText, all.FloatText, all.FloatLogSlider].map((Kind) => new Kind({ description: Kind.name }));
const options = ["one", "two"];
const choices = [all.Dropdown, all.Select, all.RadioButtons, all.ToggleButtons, all.SelectionSlider].map((Kind) => new Kind({ options, description: Kind.name }));
const others = [new all.Checkbox({ description: "Checkbox" }), new all.ToggleButton({ description: "ToggleButton" }), new all.Text({ value: "Text" }),
  new all.Textarea({ value: "Textarea" }), new all.Label({ value: "Label" }), new all.HTML({ value: "<b>HTML</b>" }),
  new all.IntProgress({ value: 30, barStyle: "success" }), new all.FloatProgress({ value: 60, style: { barColor: "teal" } }),
  new all.Button({ description: "Button", icon: "check", buttonStyle: "primary", layout: { width: "50%" } })];
new all.HBox({ children: [numbers, choices, others].map((children) => new all.VBox({ children })) })`,
  `slider.observe("value", () => { throw new RangeError("on purpose"); });`,
];

/** Each step a person takes; its claim is what must be seen after it. */
const steps = {
  async "widgets are shown where cells have them, a function's output below its controls"(page) {
    await page.click("text=Run >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Run All Cells')");
    await page.locator(".widget-slider").first().waitFor({ timeout: PATIENCE_MS });
    await seen(page, "square of 0");
    await page.locator(".widget-output .js-plotly-plot").first().waitFor({ timeout: PATIENCE_MS });
  },
  async "a slider that is moved runs the function again, in the place of what it has shown"(page) {
    const handle = page.locator(".widget-slider .noUi-handle").first();
    await handle.focus();
    for (let press = 0; press < 3; press++) await page.keyboard.press("ArrowRight");
    await seen(page, "square of 3");
    await seen(page, "9");
    if (await page.locator("pre:text-is('square of 0')").count()) throw new Error("what it has shown is still there");
  },
  async "another view of the same slider has moved with it"(page) {
    const readouts = page.locator(".widget-slider .widget-readout");
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".widget-slider .widget-readout")]
          .slice(0, 2)
          .every(({ textContent }) => textContent === "3"),
      undefined,
      { timeout: PATIENCE_MS },
    );
    if ((await readouts.count()) < 3) throw new Error("a slider is missing");
  },
  async "an option that is chosen runs the function again"(page) {
    await page.locator(".widget-dropdown select").first().selectOption("cube");
    await seen(page, "cube of 3");
    await seen(page, "27");
  },
  async "a button's listener prints under its cell"(page) {
    await page.locator("button.widget-button:has-text('Say it')").click();
    await seen(page, "clicked 1");
    await page.locator("button.widget-button:has-text('Say it')").click();
    await seen(page, "clicked 1\nclicked 2");
  },
  async "a page of one's own counts, and the kernel hears of it"(page) {
    await page.locator("button.counter").click();
    await page.locator("button.counter:text-is('count is 1')").click();
    await page.locator("button.counter:text-is('count is 2')").waitFor({ timeout: PATIENCE_MS });
    await page.locator(".widget-label:has-text('the kernel has 2')").waitFor({ timeout: PATIENCE_MS });
  },
  async "an error of a listener is shown under the cell that observes"(page) {
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-OutputArea-output")].some(({ textContent }) =>
          textContent.includes("on purpose"),
        ),
      undefined,
      { timeout: PATIENCE_MS },
    );
  },
  async "the types of what controls give are known, also where nothing is installed beside the notebook"(page) {
    if (await page.locator("text=type error").count()) throw new Error("a cell has a type error");
  },
  async "each kind of widget is drawn"(page) {
    const last = page.locator(".widget-hbox", { has: page.locator(".widget-vbox") }).last();
    await last.scrollIntoViewIfNeeded({ timeout: PATIENCE_MS });
    const drawn = await last.locator(".widget-vbox > *").count();
    if (drawn !== 19) throw new Error(`${drawn} of 19 widgets are drawn`);
  },
  async "a page that is loaded again shows the widgets as they are in the kernel, and they work"(page) {
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+s");
    await page.waitForTimeout(2000);
    await page.reload();
    await page
      .locator(".widget-slider .noUi-handle")
      .first()
      .waitFor({ timeout: 3 * PATIENCE_MS });
    await page.locator(".widget-slider .widget-readout:text-is('3')").first().waitFor({ timeout: PATIENCE_MS });
    await page.locator(".widget-slider .noUi-handle").first().focus();
    await page.keyboard.press("ArrowRight");
    await seen(page, "cube of 4");
    await page.locator("button.counter:text-is('count is 2')").waitFor({ timeout: PATIENCE_MS });
  },
};

process.exitCode = await useLab(process.argv.slice(2), CELLS, steps);
