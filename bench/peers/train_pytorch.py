"""One GPT training step by PyTorch, eager, with its fused attention, fused cross-entropy and fused AdamW: reads one JSON
request a line, answers each with the seconds that the updates took and those until the first was done, or with the peak memory of the process."""

import json
import resource
import sys
import time

START = time.perf_counter()

import torch  # noqa: E402: the time that it takes to load is part of that until the first update
from torch import nn  # noqa: E402
from torch.nn import functional  # noqa: E402

LOADED_IN = time.perf_counter() - START


class Block(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(channels)
        self.queries_keys_values = nn.Linear(channels, 3 * channels)
        self.attention_output = nn.Linear(channels, channels)
        self.feed_forward_norm = nn.LayerNorm(channels)
        self.up = nn.Linear(channels, 4 * channels)
        self.down = nn.Linear(4 * channels, channels)

    def forward(self, x):
        batch, time_, channels = x.shape
        flat = self.queries_keys_values(self.attention_norm(x))
        q, k, v = flat.view(batch, time_, 3, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attention_output(mixed.transpose(1, 2).reshape(batch, time_, channels))
        return x + self.down(functional.gelu(self.up(self.feed_forward_norm(x))))


class Transformer(nn.Module):
    def __init__(self, vocabulary, context, layers, channels, heads):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, channels)
        self.positions = nn.Parameter(torch.randn(context, channels) * 0.02)
        self.blocks = nn.ModuleList(Block(channels, heads) for _ in range(layers))
        self.final_norm = nn.LayerNorm(channels)
        self.head = nn.Linear(channels, vocabulary, bias=False)

    def forward(self, tokens):
        x = self.embedding(tokens) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.final_norm(x))


def trainer(size, device):
    torch.manual_seed(7)
    vocabulary, batch, context = size["vocabularySize"], size["batch"], size["contextLength"]
    model = Transformer(vocabulary, context, size["layers"], size["channels"], size["heads"]).to(device)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, fused=True)
    tokens = torch.randint(vocabulary, (batch, context), device=device)
    targets = torch.randint(vocabulary, (batch, context), device=device)

    def update():
        optimiser.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(model(tokens).view(-1, vocabulary), targets.view(-1))
        loss.backward()
        optimiser.step()
        return loss.item()

    return update


def main():
    trainers = {}
    for line in sys.stdin:
        request = json.loads(line)
        if request["task"] == "memory":
            print(json.dumps({"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}), flush=True)
            continue
        torch.set_num_threads(request["threads"])
        name = request["size"]["name"]
        if name not in trainers:
            opened = time.perf_counter()
            trainers[name] = trainer(request["size"], request["device"])
            trainers[name]()  # the first update allocates
            first = {
                "firstIn": LOADED_IN + time.perf_counter() - opened,
                "firstInCpu": time.process_time(),
            }
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(request["updates"]):
            trainers[name]()
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, **first}), flush=True)


main()
