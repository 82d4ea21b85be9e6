/** @file The kernel as widgets see it: the one that runs this process, or in a script nobody, where their values stay as they are. */
import type { WidgetHost } from "../main-thread/widget-host.ts";

const kernels: WidgetHost | undefined = Reflect.get(globalThis, Symbol.for("eightfold.widgets"));

/** The kernel's, or one without a frontend. */
export const host: WidgetHost = kernels ?? withoutKernel();

function withoutKernel(): WidgetHost {
  let made = 0;
  const silent = { send() {}, onMessage() {}, onClose() {}, close() {} };
  return {
    comms: {
      open: (target, _data, { id = "" } = {}) => ({ id, target, ...silent }),
      register() {},
      unregister() {},
    },
    newId: () => `widget-${++made}`,
    cell: () => "",
    async callUnder(_cell, listener) {
      await listener();
    },
    capture(_take, ended, task) {
      const result = task();
      ended();
      return result;
    },
    showError: (thrown) => console.error(thrown),
  };
}
