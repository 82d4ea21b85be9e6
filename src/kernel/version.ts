/** @file This package's version. */
import { createRequire } from "node:module";

/** As in package.json. */
export const version: string = createRequire(import.meta.url)("@eightfold/kernel/package.json").version;
