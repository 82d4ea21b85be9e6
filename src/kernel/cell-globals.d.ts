/** @file The types of what a cell finds: its globals, and `import "tslab"` where no package of that name need be installed. */
/// <reference path="./dist/main-thread/globals.d.ts" />

declare module "tslab" {
  export * from "@eightfold/kernel/tslab";
}
