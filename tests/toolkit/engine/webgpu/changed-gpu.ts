/** @file A GPU that says other things of itself than it is, or whose device is at hand for a test to break. */
import type { Gpu, GpuAdapter, GpuDevice } from "../../../../src/toolkit/engine/webgpu/gpu.ts";

interface Changes {
  readonly limits?: Readonly<Record<string, number>>;
  readonly info?: Partial<GpuAdapter["info"]>;
  /** Is handed the device when it is opened. */
  readonly opened?: (device: GpuDevice) => void;
}

export function changedGpu(gpu: Gpu, { limits = {}, info = {}, opened = () => {} }: Changes): Gpu {
  return {
    requestAdapter: async (about) => {
      const adapter = (await gpu.requestAdapter(about)) as GpuAdapter;
      const { vendor, architecture, device: card, description } = adapter.info;
      const own: Record<string, number> = {};
      for (const name in adapter.limits) own[name] = adapter.limits[name] as number;
      return {
        info: { vendor, architecture, device: card, description, ...info },
        limits: { ...own, ...limits },
        requestDevice: async (wanted) => {
          const device = await adapter.requestDevice(wanted);
          opened(device);
          return device;
        },
      };
    },
  };
}
