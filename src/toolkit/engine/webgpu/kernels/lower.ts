/** @file The kernels of an instruction. */
import type { Instruction } from "../../plan/instruction.ts";
import { attendKernel } from "./attention.ts";
import type { Kernel, Place } from "./kernel.ts";
import { movementKernel } from "./movement.ts";
import { passKernels } from "./pass.ts";
import { productKernel } from "./product.ts";
import { argMaxKernel, byIdKernel, cumulateKernel } from "./rows.ts";

/**
 * @param slabOf the slab in which a place lies: kernels bind each once
 * @param failure see byIdKernel
 * @returns the kernels in their order, and how many elements of scratch memory they need
 */
export function lower(
  { work }: Instruction,
  slabOf: (place: Place) => number,
  failure: { readonly instruction: number } | undefined,
): { readonly kernels: readonly Kernel[]; readonly scratch: number } {
  const alone = (kernel: Kernel) => ({ kernels: [kernel], scratch: 0 });
  switch (work.opcode) {
    case "PASS":
      return passKernels(work, slabOf);
    case "PRODUCT":
      return alone(productKernel(work, slabOf));
    case "COPY":
    case "FILL":
      return alone(movementKernel(work, slabOf));
    case "CUMULATE":
      return alone(cumulateKernel(work, slabOf));
    case "ARGMAX":
      return alone(argMaxKernel(work, slabOf));
    case "ATTEND":
      return alone(attendKernel(work, slabOf));
    default:
      return alone(byIdKernel(work, slabOf, failure));
  }
}
