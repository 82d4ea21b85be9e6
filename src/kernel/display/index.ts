/** @file From values to what a frontend shows. */
export { type Bundle, DISPLAY, inspectText, mimeBundle } from "./mime-bundle.ts";
