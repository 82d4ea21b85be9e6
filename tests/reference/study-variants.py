"""The numbers of the study's variants (more kept samples, a cue, a teacher in small steps) from their records alone, by numpy and scipy.

python3 tests/reference/study-variants.py    (numpy, scipy 1.17.1; prints JSON)
"""

import json
import pathlib

import numpy as np

from study import student

FOLDER = pathlib.Path(__file__).parents[2] / "data/results"
NAMES = {"full": "study", "kept": "study-rft-samples", "cue": "study-cue", "small": "study-small-steps"}
RECORDS = {name: [json.loads(line) for line in (FOLDER / f"{file}.jsonl").read_text().splitlines()] for name, file in NAMES.items()}


def values(study, method, size, pick, kept=None):
    found = {r["seed"]: pick(r) for r in RECORDS[study] if (r["method"], r["size"]) == (method, size) and kept in (None, r.get("kept"))}
    return np.array([found[seed] for seed in sorted(found)])


def error(record):
    return record["testError"]


def less(study, one, other, size, pick=error):
    return student(values(study, one, size, pick) - values(study, other, size, pick))


def exponents(study):
    return np.log2(values(study, "sft", 250, error) / values(study, "sft", 4000, error)) / 4


QUANTITIES = {
    "error": error, "in distribution": lambda r: r["inDistribution"]["testError"], "cue following": lambda r: r["cueFollowing"],
    "last less first": lambda r: r["checks"][-1][1] - r["checks"][0][1],
    "spurious advantage": lambda r: r["credit"]["spurious"]["mean"], "useful advantage": lambda r: r["credit"]["useful"]["mean"],
    "spurious share": lambda r: r["credit"]["spurious"]["steps"] / (r["credit"]["spurious"]["steps"] + r["credit"]["useful"]["steps"]),
}
METHODS = ["rft", "rft-process", "dpo", "dpo-farthest", "step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"]
if __name__ == "__main__":
    turn = lambda m, a, b, name: student(values("kept", m, 2000, lambda r: r[name], b) - values("kept", m, 2000, lambda r: r[name], a))
    print(json.dumps({
        "turns": {f"{m} {a} to {b} {name}": turn(m, a, b, name) for m in ["rft", "rft-process"] for a, b in [(1, 4), (4, 16), (16, 64)]
                  for name in ["testError", "spuriousSteps", "wrongSteps"]},
        "bend": student(np.polyfit(np.arange(5), [values("kept", "rft", 2000, error, kept) for kept in [1, 2, 4, 8, 16]], 2)[0]),
        "exponents": [student(exponents("cue")), student(exponents("full")), student(exponents("cue") - exponents("full"))],
        "cue": {name: {m: student(values("cue", m, 2000, pick)) for m in ["sft", *METHODS]} for name, pick in QUANTITIES.items()},
        "cue less sft": {name: {m: less("cue", m, "sft", 2000, pick) for m in METHODS} for name, pick in QUANTITIES.items()},
        "credit": less("cue", "step-dpo-forked", "step-dpo-shuffled", 2000), "steps": less("cue", "step-dpo-forked", "dpo", 2000),
        "small": {f"{m} {s}": student(values("small", m, s, error)) for m in ["sft", "rft", "dpo", "step-dpo-forked"] for s in [250, 1000]},
        "small less sft": {f"{m} {s}": less("small", m, "sft", s) for m in ["rft", "dpo", "step-dpo-forked"] for s in [250, 1000]},
    }, indent=1))
