"""The numbers of the star graph's study from its records alone, by numpy and scipy.

python3 tests/reference/star.py    (numpy, scipy 1.17.1; prints JSON)
"""

import json
import pathlib

import numpy as np
from scipy import stats

LINES = (pathlib.Path(__file__).parents[2] / "data/results/star.jsonl").read_text().splitlines()
RECORDS = {(r["method"], r["policy"], r["seed"]): r for r in map(json.loads, LINES)}
SEEDS = sorted({seed for _, _, seed in RECORDS})
POLICIES = ["early-stopped", "over-trained"]
METHODS = ["rft", "dpo", "step-dpo-forked", "step-dpo-full", "step-dpo-shuffled", "advantage-filtered"]


def values(method, policy, pick):
    return np.array([pick(RECORDS[method, policy, seed]) for seed in SEEDS])


def student(numbers):
    mean, error = np.mean(numbers), stats.sem(numbers)
    if error == 0:
        return [float(mean)] * 3
    low, high = stats.t.interval(0.95, len(numbers) - 1, mean, error)
    return [float(mean), float(low), float(high)]


if __name__ == "__main__":
    first = lambda r: r["firstNode"]
    print(json.dumps({
        "policies": [len(RECORDS), len(SEEDS)],
        "control": float(values("reversed", "early-stopped", lambda r: r["path"]).min()),
        "right of the walked": {p: student(values("sft", p, lambda r: r["path"] / r["walksAnArm"])) for p in POLICIES},
        "wrong samples a problem": {p: student(values("dpo", p, lambda r: r["sampled"]["wrong"] / r["sampled"]["problems"])) for p in POLICIES},
        "pairs": {p: [int(x) for x in values("step-dpo-forked", p, lambda r: r["pairs"])] for p in POLICIES},
        "first node less SFT's": {f"{m} {p}": student(values(m, p, first) - values("sft", p, first)) for p in POLICIES for m in METHODS},
    }, indent=1))
