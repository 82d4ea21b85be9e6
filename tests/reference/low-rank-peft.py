"""Writes low-rank-peft.safetensors: PEFT's LoRA on the tiny GPT-2 of pretrained/, before and after AdamW updates.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 transformers==5.24.0 peft==0.21.2
    venv/bin/python tests/reference/low-rank-peft.py

GPT-2, as its queries, keys and values come from one matrix, as ours. All in float64; B is not zero at the start, since its zeros
would hide a mistake in A's gradient.
"""

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import save_file
from torch.nn.functional import cross_entropy
from transformers import GPT2LMHeadModel

FOLDER = Path(__file__).parent / "pretrained" / "gpt2"
RANK, ALPHA, RATE, DECAY, UPDATES, LENGTH = 2, 3, 1e-2, 0.01, 5, 12
LAYERS = {"attn.c_attn": "queriesKeysValues", "attn.c_proj": "attentionOutput", "mlp.c_fc": "up", "mlp.c_proj": "down"}

torch.manual_seed(3)
model = GPT2LMHeadModel.from_pretrained(FOLDER, dtype=torch.float32).double()
model = get_peft_model(
    model,
    LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=["c_attn", "c_proj", "c_fc"], lora_dropout=0, fan_in_fan_out=True),
).double().eval()


def adapters():
    """In our names and layout: a (in, r), b (r, out)."""
    found = {}
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        block = name.split("transformer.h.")[1].split(".")[0]
        layer = next(ours for theirs, ours in LAYERS.items() if theirs in name)
        which = "a" if "lora_A" in name else "b"
        found[f"blocks.{block}.{layer}.{which}"] = parameter.detach().T.contiguous().clone()
    return found


trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            parameter.normal_(0, 0.05)
texts = [text["ids"][:LENGTH] for text in json.loads((FOLDER / "texts.json").read_text())[:2]]
ids = torch.tensor(texts)
tensors = {f"before.{name}": tensor for name, tensor in adapters().items()}
optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=DECAY)
losses = []
for _ in range(UPDATES):
    loss = cross_entropy(model(ids).logits[:, :-1].flatten(0, 1), ids[:, 1:].flatten())
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    losses.append(loss.item())
tensors |= {f"after.{name}": tensor for name, tensor in adapters().items()}
with torch.no_grad():
    tensors["logits"] = model.merge_and_unload()(ids).logits[:, -1].contiguous()
about = dict(rank=RANK, alpha=ALPHA, learningRate=RATE, weightDecay=DECAY, ids=texts, losses=losses)
save_file(tensors, Path(__file__).with_suffix(".safetensors"), metadata={"about": json.dumps(about)})
