/** @file The execution providers of onnxruntime, apart from its types: who asks for an engine need not have the package. */

/** The execution providers that a graph can be sent to. */
export type OnnxProvider = "cpu" | "cuda" | "webgpu" | "coreml" | "dml";
