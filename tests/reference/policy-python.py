"""Writes policy-python.json: what Python's safetensors library sees in policy.safetensors, a checkpoint of the toolkit.

    python3 -m venv venv && venv/bin/pip install numpy safetensors==0.8.0
    venv/bin/python tests/reference/policy-python.py
    npx biome format --write tests/reference/policy-python.json

policy.safetensors was written by writeCheckpoint; a test holds today's writer to the same bytes.
"""

import json
from pathlib import Path

from safetensors import safe_open

here = Path(__file__).parent
with safe_open(here / "policy.safetensors", framework="numpy") as file:
    tensors = {name: file.get_tensor(name) for name in file.keys()}
    seen = dict(
        metadata=file.metadata(),
        tensors={name: dict(shape=list(x.shape), numbers=x.flatten().tolist()) for name, x in tensors.items()},
    )
(here / "policy-python.json").write_text(json.dumps(seen, indent=2) + "\n")
