/** @file From values to what a frontend shows. */
export { type Bundle, inspectText, mimeBundle } from "./mime-bundle.ts";
