/** @file How to start this kernel and where Jupyter finds it. */
export { kernelCommand } from "./kernel-spec.ts";
