/** @file The debugger as the kernel's thread has it: loaded by the first request, so that it costs nothing before. */
import type { createDebugger, Debugger } from "../debug/index.ts";

/** @param parts what a debugger is made with */
export function createDebugging(...parts: Parameters<typeof createDebugger>): Debugger {
  let loading: Promise<Debugger> | undefined;
  let loaded: Debugger | undefined;
  return {
    async request(content) {
      loading ??= import("../debug/index.ts").then((room) => {
        loaded = room.createDebugger(...parts);
        return loaded;
      });
      return (await loading).request(content);
    },
    cellEnded: () => loaded?.cellEnded(),
    stopping: () => loaded?.stopping(),
    terminated: () => loaded?.terminated(),
    stopped: () => loaded?.stopped(),
    end: () => loaded?.end(),
  };
}
