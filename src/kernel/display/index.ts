/** @file From values to what a frontend shows. */
export { inspectText } from "./inspect-text.ts";
export { type Bundle, DISPLAY, mimeBundle, mimePart } from "./mime-bundle.ts";
