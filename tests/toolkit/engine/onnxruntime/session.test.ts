/** @file A provider on a GPU is never allowed to leave work to the processor: each session of it is asked for so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type * as Ort from "onnxruntime-node";
import type { OnnxProvider } from "../../../../src/toolkit/engine/index.ts";
import { SessionCache } from "../../../../src/toolkit/engine/onnxruntime/session.ts";

type Options = Ort.InferenceSession.SessionOptions;

/** onnxruntime, as far as a session is created, and what it is asked for. */
function listening(create: (options: Options) => object): { ort: typeof Ort; asked: Options[] } {
  const asked: Options[] = [];
  const InferenceSession = {
    create: async (_model: Uint8Array, options: Options) => {
      asked.push(options);
      return create(options);
    },
  };
  return { ort: { InferenceSession } as unknown as typeof Ort, asked };
}

const settings = (provider: OnnxProvider) => ({ provider, threads: 1, profile: undefined });

for (const provider of ["cuda", "webgpu", "coreml", "dml"] as const) {
  test(`${provider} is the only provider of its sessions, and what it has no kernel for an error that says what else to take`, async () => {
    const { ort, asked } = listening(() => {
      throw new Error("nodes are assigned to the default CPU EP\nand more");
    });
    await assert.rejects(new SessionCache(ort, settings(provider)).take(Uint8Array.of(1)), {
      name: "EngineMissing",
      message: `onnxruntime's ${provider} does not run all of this graph, and none of it runs elsewhere in silence: nodes are assigned to the default CPU EP (hint: EIGHTFOLD_ENGINE=webgpu, or onnxruntime for the processor)`,
    });
    const [{ executionProviders, extra }] = asked as [Options & { extra: { session: unknown } }];
    assert.deepEqual(executionProviders, [provider]);
    assert.deepEqual(extra.session, { disable_cpu_ep_fallback: "1" });
  });
}

test("the processor's provider has nothing to leave to another", async () => {
  const { ort, asked } = listening(() => ({}));
  await new SessionCache(ort, settings("cpu")).take(Uint8Array.of(1));
  const [{ executionProviders, extra }] = asked as [Options & { extra: object }];
  assert.deepEqual(executionProviders, ["cpu"]);
  assert.ok(!("session" in extra));
});
