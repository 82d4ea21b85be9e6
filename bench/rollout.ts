/** @file Our sampling beside a PyTorch loop with a key-value cache: one architecture, batch and thread count, in one run. */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { createStream } from "@eightfold/toolkit/core";
import { onnxruntimeEngine } from "@eightfold/toolkit/engine";
import { initialiseParameters, transformerConfig } from "@eightfold/toolkit/model";
import { requestsFor, sample, type TransformerPolicy } from "@eightfold/toolkit/rollout";
import { type AskedChild, startAskedChild } from "./asked-child.ts";
import { type Benchmark, findPython, interleave, median, type Row } from "./harness.ts";

const ROUNDS = 3;
const BATCH = 256;
const PROMPT = 32;
const COMPLETION = 32;
const S = { layers: 4, channels: 128, heads: 4, vocabularySize: 64, contextLength: 64 };
const CONFIG = transformerConfig({ ...S, positions: "learned", normalisation: "layerNorm", biases: true });

/** S, as the peer calls it. */
const SIZES = {
  layers: S.layers,
  width: S.channels,
  heads: S.heads,
  vocabulary: S.vocabularySize,
  context: S.contextLength,
};

/** All prompts different, and the way rollouts are drawn in the study: several samples a prompt. */
const WORKLOADS = [
  { name: "256 prompts, 1 sample each", samples: 1 },
  { name: "32 prompts, 8 samples each", samples: 8 },
] as const;

export const benchmark: Benchmark = {
  name: "rollout",
  summary: `sampling at S (4 layers, 128 channels, 4 heads): ${BATCH} sequences, prompt ${PROMPT}, completion ${COMPLETION}`,
  run,
};

interface Figures {
  tokensPerSecond: number;
  peakMb: number;
}

async function run(): Promise<{ rows: Row[] }> {
  const python = findPython("torch", "numpy");
  const peer: Peer | undefined = python.ok
    ? startAskedChild(python.python, [join(import.meta.dirname, "peers", "rollout_pytorch.py")])
    : undefined;
  const name = python.ok
    ? "PyTorch, eager, preallocated cache, scaled_dot_product_attention"
    : `PyTorch ${python.reason}`;
  const rows: Row[] = [];
  try {
    for (const threads of new Set([1, availableParallelism()])) {
      const policy = await policyAtS(threads);
      for (const workload of WORKLOADS) {
        const began = performance.now();
        await measureOurs(policy, workload.samples);
        const first = (performance.now() - began) / 1000;
        if (peer !== undefined) await measurePeer(peer, threads, workload.samples); // both are warm in the first round
        const ours = (): Promise<Figures> => measureOurs(policy, workload.samples);
        const figures =
          peer === undefined
            ? await interleave(ROUNDS, { ours })
            : await interleave(ROUNDS, { ours, peer: () => measurePeer(peer, threads, workload.samples) });
        const title = `${workload.name}, ${threads} thread${threads === 1 ? "" : "s"}`;
        rows.push(...rowsOf(title, first, figures, name));
      }
    }
  } finally {
    peer?.stop();
  }
  return { rows };
}

function rowsOf(
  title: string,
  first: number,
  { ours, peer }: { ours: Figures[]; peer?: Figures[] },
  name: string,
): Row[] {
  const middle = (figures: Figures[] | undefined, key: keyof Figures): number | null =>
    figures === undefined ? null : median(figures.map((figure) => figure[key]));
  const speed = middle(ours, "tokensPerSecond") as number;
  const common = { peer: name };
  return [
    {
      ...common,
      name: title,
      unit: "tokens/s",
      better: "higher",
      ours: speed,
      peerValue: middle(peer, "tokensPerSecond"),
      barKind: "ratio",
      bar: 3,
    },
    {
      ...common,
      name: `${title}, memory`,
      unit: "MB",
      better: "lower",
      ours: middle(ours, "peakMb") as number,
      peerValue: middle(peer, "peakMb"),
      barKind: "ratio",
      bar: 1.5,
    },
    {
      ...common,
      name: `${title}, creating its graphs`,
      unit: "s",
      better: "lower",
      ours: Math.max(0, first - (BATCH * COMPLETION) / speed),
      peerValue: null,
      barKind: "absolute",
      bar: Number((0.4 * GRAPHS).toFixed(1)),
    },
  ];
}

const GRAPHS = 2; // prefill, decode over 32 places

async function policyAtS(threads: number): Promise<TransformerPolicy> {
  const parameters = initialiseParameters(CONFIG, createStream(1));
  return { engine: await onnxruntimeEngine({ threads }), config: CONFIG, parameters };
}

async function measureOurs(policy: TransformerPolicy, samples: number): Promise<Figures> {
  const draws = createStream(2);
  const prompts = Array.from({ length: BATCH / samples }, () =>
    Array.from({ length: PROMPT }, () => draws.integer(S.vocabularySize)),
  );
  const requests = requestsFor(prompts, samples, createStream(3));
  const began = performance.now();
  await sample(policy, requests, { maxTokens: COMPLETION, batchSize: BATCH });
  const seconds = (performance.now() - began) / 1000;
  return { tokensPerSecond: (BATCH * COMPLETION) / seconds, peakMb: process.resourceUsage().maxRSS / 1024 };
}

type Peer = AskedChild<
  typeof SIZES & Record<"batch" | "prompt" | "completion" | "samples" | "threads", number>,
  PeerFigures
>;

interface PeerFigures {
  seconds: number;
  peakMb: number;
}

async function measurePeer(peer: Peer, threads: number, samples: number): Promise<Figures> {
  const request = { ...SIZES, batch: BATCH, prompt: PROMPT, completion: COMPLETION, samples, threads };
  const { seconds, peakMb } = await peer.ask(request);
  return { tokensPerSecond: (BATCH * COMPLETION) / seconds, peakMb };
}
