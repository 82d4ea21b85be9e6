/** @file How to start this kernel, where Jupyter finds it, and where it finds others. */
export { findKernelSpec, installedKernels, type KernelSpec } from "./install/find-kernel-spec.ts";
export { kernelCommand } from "./install/kernel-spec.ts";
