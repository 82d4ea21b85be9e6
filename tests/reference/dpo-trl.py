"""Writes dpo-trl.json: TRL's DPO loss on given log-probabilities, by TRL's own method.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 && venv/bin/pip download --no-deps trl==0.9.6
    unzip trl-0.9.6-py3-none-any.whl 'trl/trainer/dpo_trainer.py'
    venv/bin/python tests/reference/dpo-trl.py trl/trainer/dpo_trainer.py
    npx biome format --write tests/reference/dpo-trl.json

0.9.6 is among the last in which the loss is a method of its own; the method is taken out of the file and run, so that
none of TRL's dependencies is needed.
"""

import ast
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Tuple

import torch
import torch.nn.functional as F

source = Path(sys.argv[1]).read_text()
trainer = next(node for node in ast.parse(source).body if getattr(node, "name", "") == "DPOTrainer")
method = next(node for node in trainer.body if getattr(node, "name", "") == "dpo_loss")
kinds = SimpleNamespace(**{name: SimpleNamespace(value=name) for name in ("ALPHA_DIVERGENCE", "JS_DIVERGENCE")})
scope = {"torch": torch, "F": F, "Tuple": Tuple, "FDivergenceType": kinds}
exec(compile(ast.Module([method], []), sys.argv[1], "exec"), scope)

torch.manual_seed(11)
cases = []
for beta, smoothing in [(0.1, 0.0), (0.5, 0.0), (0.1, 0.2), (2.0, 0.45)]:
    chosen, rejected, reference_chosen, reference_rejected = -10 * torch.rand(4, 6, dtype=torch.float64)
    trainer = SimpleNamespace(
        accelerator=SimpleNamespace(device="cpu"), reference_free=False, f_divergence_type="REVERSE_KL",
        f_divergence_params=None, loss_type="sigmoid", beta=beta, label_smoothing=smoothing,
    )
    losses, chosen_rewards, rejected_rewards = scope["dpo_loss"](
        trainer, chosen, rejected, reference_chosen, reference_rejected
    )
    cases.append(
        dict(
            beta=beta, labelSmoothing=smoothing, chosen=chosen.tolist(), rejected=rejected.tolist(),
            referenceChosen=reference_chosen.tolist(), referenceRejected=reference_rejected.tolist(),
            losses=losses.tolist(), margins=(chosen_rewards - rejected_rewards).tolist(),
        )
    )
Path(__file__).with_suffix(".json").write_text(json.dumps(dict(trl="0.9.6", cases=cases), indent=1) + "\n")
