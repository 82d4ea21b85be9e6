"""An independent forward pass of the SmolLM2 in a GGUF file: the `gguf` package reads and widens it, numpy does the maths.

    python tests/judges/gguf_logits.py MODEL.gguf OUT.json IDS...      (gguf 0.19, numpy 2)

Writes the logits of every position as JSON.
"""
import json
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize

reader = GGUFReader(sys.argv[1])
ids = [int(word) for word in sys.argv[3:]]


def setting(name):
    return reader.fields[f"llama.{name}"].contents()


weights = {tensor.name: dequantize(tensor.data, tensor.tensor_type).astype(np.float64) for tensor in reader.tensors}
heads, groups = setting("attention.head_count"), setting("attention.head_count_kv")
size = setting("embedding_length") // heads
angles = np.arange(len(ids))[:, None] * setting("rope.freq_base") ** (-np.arange(0, size, 2) / size)
cosines, sines = np.cos(angles), np.sin(angles)


def norm(x, gain):
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-5) * gain


def turned(x):
    """llama.cpp's own order: the two numbers of a pair stand side by side, so nothing is un-permuted here."""
    even, odd = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2], out[..., 1::2] = even * cosines - odd * sines, odd * cosines + even * sines
    return out


def split(x, count):
    return x.reshape(len(ids), count, size).swapaxes(0, 1)


x = weights["token_embd.weight"][ids]
unseen = np.triu(np.full((len(ids), len(ids)), -np.inf), 1)
for block in range(setting("block_count")):
    own = lambda name: weights[f"blk.{block}.{name}.weight"]
    y = norm(x, own("attn_norm"))
    queries = turned(split(y @ own("attn_q").T, heads))
    keys = np.repeat(turned(split(y @ own("attn_k").T, groups)), heads // groups, 0)
    values = np.repeat(split(y @ own("attn_v").T, groups), heads // groups, 0)
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(size) + unseen
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (scores / scores.sum(-1, keepdims=True)) @ values
    x = x + mixed.swapaxes(0, 1).reshape(len(ids), -1) @ own("attn_output").T
    y = norm(x, own("ffn_norm"))
    gate = y @ own("ffn_gate").T
    x = x + (gate / (1 + np.exp(-gate)) * (y @ own("ffn_up").T)) @ own("ffn_down").T
logits = norm(x, weights["output_norm.weight"]) @ weights["token_embd.weight"].T
json.dump([[float(f"{value:.6g}") for value in row] for row in logits], open(sys.argv[2], "w"))
