/** @file The debugger in JupyterLab 4, as a person uses it: node debugger.mjs PLAYWRIGHT_CORE CHROMIUM KERNEL SCREENSHOT_FOLDER. */
import { editNewCell, PATIENCE_MS, seen, useLab } from "./lab.mjs";

const FILE = "export function area(side: number): number {\n  const square = side ** 2;\n  return square;\n}\n";

const CELLS = [
  `require("node:fs").writeFileSync("area.ts", ${JSON.stringify(FILE)});\n"written"`,
  'import { area } from "./area.ts";\ninterface Room { side: number }\nconst room: Room = { side: 3 };\nconst total = area(room.side) + 1;\ntotal',
];

/** The line of the second cell that calls into the local file. */
const CALL = 4;

/** Each step a person takes; its claim is what must be seen after it. */
const steps = {
  async "the bug button opens the debugger"(page) {
    await page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").first().click();
    await page.keyboard.press("Shift+Enter");
    await seen(page, "'written'");
    await page.locator(".jp-DebuggerBugButton:not([disabled])").click();
    await page.locator(".jp-DebuggerSidebar").waitFor({ timeout: PATIENCE_MS });
  },
  async "a breakpoint in the margin of a cell halts it there, and the pane shows its variables"(page) {
    const cell = page.locator(".jp-Notebook .jp-Cell").nth(1);
    const line = await cell
      .locator(".cm-line")
      .nth(CALL - 1)
      .boundingBox();
    const gutter = await cell.locator(".cm-breakpoint-gutter").first().boundingBox();
    await page.mouse.click(gutter.x + gutter.width / 2, line.y + line.height / 2);
    await page.locator(".jp-DebuggerBreakpoint-line").waitFor({ timeout: PATIENCE_MS });
    await cell.locator(".jp-InputPrompt").click();
    await page.keyboard.press("Shift+Enter");
    await frame(page, `In[2] ${CALL}`);
    await page.locator(".jp-DebuggerEditor-highlight").waitFor({ timeout: PATIENCE_MS });
    await variable(page, "room", "{side: 3}");
  },
  async "a step leads into the local file, whose text and variables are shown"(page) {
    await press(page, "stepIn");
    await frame(page, "area 2");
    await page.locator(".jp-DebuggerEditor-highlight:has-text('side ** 2')").waitFor({ timeout: PATIENCE_MS });
    await variable(page, "side", "3");
    await press(page, "next");
    await frame(page, "area 3");
    await variable(page, "square", "9");
  },
  async "the cell goes on to its end"(page) {
    await press(page, "continue");
    await seen(page, "10");
    await page.click(".lm-TabBar-tabLabel:text-is('person.ipynb')"); // the file has a tab of its own
  },
  async "the stop button ends a paused cell, and the variables are kept"(page) {
    await page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click();
    await page.keyboard.press("Shift+Enter");
    await frame(page, `In[3] ${CALL}`);
    await page.click("text=Kernel >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Interrupt Kernel')");
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll(".jp-OutputArea-output pre")].some(({ textContent }) =>
          textContent.includes("Interrupted"),
        ),
      undefined,
      { timeout: PATIENCE_MS },
    );
    await editNewCell(page, "total + room.side");
    await page.keyboard.press("Shift+Enter");
    await seen(page, "13");
  },
  async "a kernel that is restarted in a pause runs again"(page) {
    await page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".jp-InputPrompt").click();
    await page.keyboard.press("Shift+Enter");
    await frame(page, `In[5] ${CALL}`);
    await page.click("text=Kernel >> nth=0");
    await page.click(".lm-Menu-itemLabel:text-is('Restart Kernel…')");
    await page.click(".jp-Dialog button:has-text('Restart')");
    await page.waitForTimeout(1500);
    await editNewCell(page, "typeof total + ' and ' + (40 + 5)");
    await page.keyboard.press("Shift+Enter");
    await seen(page, "'undefined and 45'");
  },
};

process.exitCode = await useLab(process.argv.slice(2), CELLS, steps);

/** Waits until the innermost frame is this function at this line. */
async function frame(page, expected) {
  await page.waitForFunction(
    (wanted) => {
      const [first] = document.querySelectorAll(".jp-DebuggerCallstackFrame");
      const name = first?.querySelector(".jp-DebuggerCallstackFrame-name")?.textContent;
      const line = first?.querySelector(".jp-DebuggerCallstackFrame-location")?.textContent.match(/\d+$/)?.[0];
      return `${name} ${line}` === wanted;
    },
    expected,
    { timeout: PATIENCE_MS },
  );
}

/** Waits until the pane of variables has this one. */
async function variable(page, name, value) {
  await page.waitForFunction(
    ([wanted, text]) =>
      [...document.querySelectorAll(".jp-DebuggerVariables-body .jp-DebuggerVariables-name")].some(
        (found) => found.textContent === wanted && found.nextElementSibling?.textContent === text,
      ),
    [name, value],
    { timeout: PATIENCE_MS },
  );
}

async function press(page, command) {
  await page.click(`[data-command="debugger:${command}"]`);
}
