/** @file Engines run graphs: the reference in plain TypeScript, and those with a device.
 *
 * A new engine is an `Engine` (engine.ts) in a folder of its own and a name in choose.ts; docs/engine.md says what each does and why.
 * Tests: tests/toolkit/engine; same-as-reference.ts runs every op on an engine and on the reference.
 */
export { describeEngine, type EngineName, type OpenEngineOptions, openEngine } from "./choose.ts";
export { type CallOptions, type Compiled, compile } from "./compile.ts";
export { DeviceLost, DeviceMemory, DeviceRefusal } from "./device-errors.ts";
export {
  type AtOnce,
  type DeviceArray,
  type Engine,
  type EngineDescription,
  isDeviceArray,
  type Program,
  type RunOptions,
} from "./engine.ts";
export { EngineMissing } from "./engine-missing.ts";
export { type NativeOptions, nativeEngine } from "./native/native.ts";
export { lowerGraph } from "./onnxruntime/lower-graph.ts";
export { type OnnxruntimeOptions, onnxruntimeEngine } from "./onnxruntime/onnxruntime.ts";
export type { OnnxProvider } from "./onnxruntime/provider.ts";
export { referenceEngine } from "./reference.ts";
export { type TensorFlowLibrary, tfjsEngine } from "./tfjs/tfjs-engine.ts";
export { type WebgpuEngine, type WebgpuOptions, webgpuEngine } from "./webgpu/webgpu.ts";
