/** @file The errors of a device apart from the processor: gone, too small, or at odds with a kernel. */

/** The device is gone, and all arrays on it: a driver that was reset, a card that was taken out, a computer that slept. */
export class DeviceLost extends Error {
  override readonly name = "DeviceLost";
  /** Path of the checkpoint from which a run that this ended goes on; undefined where there is none. */
  readonly checkpoint: string | undefined;

  /** By the driver. */
  readonly said: string;

  constructor(said: string, checkpoint?: string) {
    const next =
      checkpoint === undefined
        ? "open an engine anew; what was on the device must be made again"
        : `open an engine anew and train again: the run goes on from ${checkpoint}`;
    super(`the GPU was lost: ${said} (hint: ${next})`);
    this.said = said;
    this.checkpoint = checkpoint;
  }
}

/** What is asked for does not fit the device's memory. */
export class DeviceMemory extends Error {
  override readonly name = "DeviceMemory";
  /** Bytes that are wanted, and that there are; undefined where the driver does not say. */
  readonly needed: number | undefined;
  readonly allowed: number | undefined;

  constructor(message: string, { needed, allowed }: { readonly needed?: number; readonly allowed?: number } = {}) {
    super(message);
    this.needed = needed;
    this.allowed = allowed;
  }
}

/** The driver refuses a kernel, or a call of the engine: a defect of one of the two. */
export class DeviceRefusal extends Error {
  override readonly name = "DeviceRefusal";
}

/** @example megabytes(2.5e6) // => "2.5 MB" */
export function megabytes(bytes: number): string {
  return `${Number((bytes / 1e6).toPrecision(3)).toLocaleString("en")} MB`;
}
