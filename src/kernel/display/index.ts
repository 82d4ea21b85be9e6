/** @file From values to what a frontend shows.
 *
 * Runs on the main thread, and imports nothing of the kernel. A kind of value that is shown in a way of its own is added here;
 * when and under which cell it is shown is `main-thread/display-function.ts`. Tests: tests/kernel/display, and display.test.ts
 * in tests/kernel/main-thread.
 */
export { type Display, type DisplayHandle, type Formats, formats } from "./formats.ts";
export { type Extent, FULL, inspectText, requireSize, USUAL } from "./inspect-text.ts";
export { type Bundle, DISPLAY, mimeBundle, mimePart } from "./mime-bundle.ts";
export { progressOn } from "./progress.ts";
