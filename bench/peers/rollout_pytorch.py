"""Peer of bench/rollout.ts: PyTorch sampling with a preallocated KV cache, in the manner of gpt-fast's eager loop.

Reads a JSON request a line ({"layers", "width", "heads", "vocabulary", "context", "batch", "prompt", "completion",
"samples", "threads", "device"}), answers {"seconds", "peakMb"} for one rollout of the batch: prefill (once for all
samples of a prompt, whose cache is then copied for each), then one token a sequence a step.
"""

import json
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    """A pre-norm block with one matrix product for queries, keys and values."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x, keys, values, start: int):
        batch, time_, width = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(batch, time_, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        end = start + time_
        keys[:, :, start:end] = k
        values[:, :, start:end] = v
        # one query attends to all that the cache holds; a prompt's queries attend causally
        attended = F.scaled_dot_product_attention(q, keys[:, :, :end], values[:, :, :end], is_causal=time_ > 1)
        x = x + self.out(attended.transpose(1, 2).reshape(batch, time_, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    def __init__(self, layers: int, width: int, heads: int, vocabulary: int, context: int):
        super().__init__()
        self.heads, self.head_size, self.context = heads, width // heads, context
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(context, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def cache(self, batch: int):
        shape = (batch, self.heads, self.context, self.head_size)
        device = self.head.weight.device
        return [(torch.zeros(shape, device=device), torch.zeros(shape, device=device)) for _ in self.blocks]

    def forward(self, ids, cache, start: int):
        x = self.tokens(ids) + self.positions.weight[start : start + ids.shape[1]]
        for block, (keys, values) in zip(self.blocks, cache):
            x = block(x, keys, values, start)
        return self.head(self.norm(x[:, -1]))  # the last position's logits are all that sampling needs


@torch.inference_mode()
def rollout(model: Transformer, prompts, samples: int, completion: int):
    """(batch, completion) sampled ids at temperature 1, and their log-probabilities; batch = prompts * samples."""
    start = prompts.shape[1]
    batch = len(prompts) * samples
    cache = model.cache(len(prompts))
    ids = torch.empty((batch, completion), dtype=torch.long, device=prompts.device)
    log_probs = torch.empty((batch, completion), device=prompts.device)
    logits = model(prompts, cache, 0)
    if samples > 1:
        logits = logits.repeat_interleave(samples, 0)
        cache = [tuple(part.repeat_interleave(samples, 0) for part in layer) for layer in cache]
    for at in range(completion):
        log_softmax = F.log_softmax(logits, dim=-1)
        token = torch.multinomial(log_softmax.exp(), 1)
        ids[:, at] = token[:, 0]
        log_probs[:, at] = log_softmax.gather(1, token)[:, 0]
        if at + 1 < completion:
            logits = model(token, cache, start + at)
    return ids.cpu(), log_probs.cpu()  # which waits for a card


def answer(request: dict) -> dict:
    torch.set_num_threads(request["threads"])
    torch.manual_seed(1)
    sizes = {name: request[name] for name in ("layers", "width", "heads", "vocabulary", "context")}
    model = Transformer(**sizes).eval().to(request["device"])
    shape = (request["batch"] // request["samples"], request["prompt"])
    prompts = torch.randint(sizes["vocabulary"], shape, device=request["device"])
    began = time.perf_counter()
    rollout(model, prompts, request["samples"], request["completion"])
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
