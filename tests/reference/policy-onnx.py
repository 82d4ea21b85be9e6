"""Writes policy-onnx.json: the logits that Python's onnxruntime gives for exported policies, with a cache and without.

    python3 -m venv venv && venv/bin/pip install numpy onnxruntime==1.32.0
    node --import tsx tests/toolkit/model/exported-policies.ts FOLDER
    venv/bin/python tests/reference/policy-onnx.py FOLDER
    npx biome format --write tests/reference/policy-onnx.json
"""

import json
import sys
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession

TOKENS = np.array([[3, 1, 4, 1, 5], [2, 6, 5, 3, 5]], dtype=np.int32)

seen = {}
for variant in ("gpt", "llama"):
    folder = Path(sys.argv[1])
    whole = InferenceSession(folder / f"{variant}.onnx").run(["logits"], {"tokens": TOKENS})[0]
    session = InferenceSession(folder / f"{variant}-cached.onnx")
    memory = {x.name: np.zeros(x.shape, np.float32) for x in session.get_inputs() if x.name.startswith("memory.")}
    names = [x.name for x in session.get_outputs()]
    steps = []
    for position in range(TOKENS.shape[1]):
        feeds = {"tokens": TOKENS[:, [position]], "positions": np.full((2, 1), position, np.int32), **memory}
        out = dict(zip(names, session.run(None, feeds)))
        memory = {name: out[name.replace("memory.", "next.")] for name in memory}
        steps.append(out["logits"])
    cached = np.stack(steps, 1)
    seen[variant] = dict(whole=whole.flatten().tolist(), cached=cached.flatten().tolist())
Path(__file__).with_suffix(".json").write_text(json.dumps(seen, indent=2) + "\n")
