/** @file The types of what a cell finds: its globals, and `import "tslab"` where no package of that name need be installed. */
/// <reference path="./dist/main-thread/globals.d.ts" />

declare module "tslab" {
  export * from "@eightfold/kernel/tslab";
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
