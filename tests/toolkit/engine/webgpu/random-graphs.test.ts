/** @file Graphs of many ops on the webgpu engine, apart from its other tests: a driver in software compiles hundreds of kernels for them. */
import { testRandomGraphs } from "../random-graphs.ts";
import { openWebgpu, testWebgpu, webgpuIsMissing } from "../webgpu-engine.ts";

const GRAPHS = 20;

const missing = await webgpuIsMissing();
if (missing === undefined) testRandomGraphs("webgpu", openWebgpu, GRAPHS);
else testWebgpu("webgpu: graphs of many ops, drawn at random", missing, async () => {});
