/** @file The types of what a cell finds: its globals, and imports that need not be installed beside the notebook. */
/// <reference path="./dist/main-thread/globals.d.ts" />

declare module "tslab" {
  export * from "@eightfold/kernel/tslab";
}

declare module "@eightfold/kernel/widgets" {
  export * from "#widgets";
}

/** `any`, as TypeScript's own library of the web has it: undici's `unknown` can be used for nothing. */
interface Response {
  // biome-ignore lint/suspicious/noExplicitAny: that is what it is
  json(): Promise<any>;
}
interface Request {
  // biome-ignore lint/suspicious/noExplicitAny: that is what it is
  json(): Promise<any>;
}
