"""Writes transformer-torch.safetensors: two tiny transformers in PyTorch, with all that tests compare.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy safetensors
    venv/bin/python tests/reference/transformer-torch.py

Everything is float64. Written with PyTorch's own layer_norm, rms_norm, scaled_dot_product_attention, cross_entropy,
clip_grad_norm_ and AdamW, so that nothing of the toolkit is repeated here but the names of the parameters.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_default_dtype(torch.float64)
torch.manual_seed(7)

VARIANTS = {
    "gpt": dict(
        vocabularySize=7, contextLength=6, layers=2, channels=8, heads=2, keyValueHeads=2, hidden=12,
        positions="learned", normalisation="layerNorm", activation="gelu", biases=True, tiedHead=True,
        epsilon=1e-5, rotaryBase=10000.0,
    ),
    "llama": dict(
        vocabularySize=7, contextLength=6, layers=2, channels=8, heads=4, keyValueHeads=2, hidden=6,
        positions="rotary", normalisation="rmsNorm", activation="swiglu", biases=False, tiedHead=False,
        epsilon=1e-5, rotaryBase=100.0,
    ),
}
UPDATES = 10
TRAINING = dict(learningRate=0.01, beta1=0.9, beta2=0.95, epsilon=1e-8, weightDecay=0.1, clipNorm=0.5)


def init_parameters(c):
    C, V, D = c["channels"], c["vocabularySize"], c["channels"] // c["heads"]
    p = {"embedding": torch.randn(V, C)}
    if c["positions"] == "learned":
        p["positions"] = torch.randn(c["contextLength"], C)

    def norm(name):
        p[name + ".gain"] = 1 + 0.2 * torch.randn(C)
        if c["normalisation"] == "layerNorm":
            p[name + ".bias"] = 0.2 * torch.randn(C)

    def linear(name, rows, columns):
        p[name + ".weight"] = torch.randn(rows, columns) / math.sqrt(rows)
        if c["biases"]:
            p[name + ".bias"] = 0.2 * torch.randn(columns)

    wide = c["hidden"] * (2 if c["activation"] == "swiglu" else 1)
    for layer in range(c["layers"]):
        b = f"blocks.{layer}."
        norm(b + "attentionNorm")
        linear(b + "queriesKeysValues", C, (c["heads"] + 2 * c["keyValueHeads"]) * D)
        linear(b + "attentionOutput", C, C)
        norm(b + "feedForwardNorm")
        linear(b + "up", C, wide)
        linear(b + "down", c["hidden"], C)
    norm("finalNorm")
    if not c["tiedHead"]:
        p["head"] = torch.randn(C, V) / math.sqrt(C)
    # what float32 holds exactly, so that every engine starts from the same numbers
    return {name: x.float().double().requires_grad_() for name, x in p.items()}


def forward(p, c, tokens):
    B, T = tokens.shape
    C, H, KV = c["channels"], c["heads"], c["keyValueHeads"]
    D = C // H

    def norm(x, name):
        if c["normalisation"] == "layerNorm":
            return F.layer_norm(x, (C,), p[name + ".gain"], p[name + ".bias"], c["epsilon"])
        return F.rms_norm(x, (C,), p[name + ".gain"], c["epsilon"])

    def linear(x, name):
        return F.linear(x, p[name + ".weight"].T, p.get(name + ".bias"))

    def rotate(x):  # (B, heads, T, D): channels i and i + D/2 are one complex number
        z = torch.complex(x[..., : D // 2], x[..., D // 2 :])
        angles = torch.arange(T)[:, None] * c["rotaryBase"] ** (-torch.arange(D // 2) / (D // 2))
        z = z * torch.polar(torch.ones_like(angles), angles)
        return torch.cat([z.real, z.imag], -1)

    x = F.embedding(tokens, p["embedding"])
    if c["positions"] == "learned":
        x = x + p["positions"][:T]
    for layer in range(c["layers"]):
        b = f"blocks.{layer}."
        q, k, v = linear(norm(x, b + "attentionNorm"), b + "queriesKeysValues").split([H * D, KV * D, KV * D], -1)
        q, k, v = (part.view(B, T, -1, D).transpose(1, 2) for part in (q, k, v))
        if c["positions"] == "rotary":
            q, k = rotate(q), rotate(k)
        y = F.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=KV != H)
        x = x + linear(y.transpose(1, 2).reshape(B, T, C), b + "attentionOutput")
        h = linear(norm(x, b + "feedForwardNorm"), b + "up")
        if c["activation"] == "gelu":
            h = F.gelu(h)
        else:
            gate, passed = h.chunk(2, -1)
            h = F.silu(gate) * passed
        x = x + linear(h, b + "down")
    x = norm(x, "finalNorm")
    return x @ (p["embedding"].T if c["tiedHead"] else p["head"])


def loss_of(p, c, tokens, targets, weights):
    losses = F.cross_entropy(forward(p, c, tokens).flatten(0, 1), targets.flatten(), reduction="none")
    return (losses * weights.flatten()).sum() / weights.sum()


out = {}
for variant, c in VARIANTS.items():
    p = init_parameters(c)
    text = torch.randint(0, c["vocabularySize"], (UPDATES, 3, c["contextLength"] + 1))
    tokens, targets = text[..., :-1], text[..., 1:]
    weights = (torch.arange(c["contextLength"]) >= torch.tensor([[0], [1], [3]])).double().expand(UPDATES, -1, -1)

    def put(name, x):
        out[f"{variant}.{name}"] = x.detach().clone().contiguous()

    put("tokens", tokens.int())
    put("targets", targets.int())
    put("weights", weights.float())
    for name, x in p.items():
        put("parameters." + name, x.float())
    put("logits", forward(p, c, tokens[0]))
    optimiser = torch.optim.AdamW(
        [
            {"params": [x for x in p.values() if x.dim() >= 2], "weight_decay": TRAINING["weightDecay"]},
            {"params": [x for x in p.values() if x.dim() < 2], "weight_decay": 0.0},
        ],
        lr=TRAINING["learningRate"],
        betas=(TRAINING["beta1"], TRAINING["beta2"]),
        eps=TRAINING["epsilon"],
    )
    losses, norms = [], []
    for update in range(UPDATES):
        optimiser.zero_grad()
        loss = loss_of(p, c, tokens[update], targets[update], weights[update])
        loss.backward()
        if update == 0:
            for name, x in p.items():
                put("gradients." + name, x.grad)
        norms.append(torch.nn.utils.clip_grad_norm_(list(p.values()), TRAINING["clipNorm"]))
        optimiser.step()
        losses.append(loss)
    put("losses", torch.stack(losses))
    put("norms", torch.stack(norms))
    for name, x in p.items():
        put("trained." + name, x)

metadata = {"torch": torch.__version__, "variants": json.dumps(VARIANTS), "training": json.dumps(TRAINING)}
save_file(out, Path(__file__).with_suffix(".safetensors"), metadata=metadata)
