"""The numbers of the study whose policies are trained to their ends, from its records alone, by numpy and scipy.

python3 tests/reference/study-trained-out.py [FILE]    (numpy, scipy 1.17.1; prints JSON)
"""

import json
import pathlib
import sys

import numpy as np
from scipy import stats

from study import student

FILE = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2] / "data/results/study-trained-out.jsonl"
RECORDS = [json.loads(line) for line in FILE.read_text().splitlines()]
SEEDS = sorted({r["seed"] for r in RECORDS})
SIZES = sorted({r["size"] for r in RECORDS if r["method"] == "sft"})
METHODS = list(dict.fromkeys(r["method"] for r in RECORDS if r["method"] not in ("sft", "sft-early")))
COMPARED = sorted({r["size"] for r in RECORDS if r["method"] == METHODS[0]})
NAMED = [("step-dpo-full", "dpo"), ("step-dpo-full", "step-dpo-full-shuffled"), ("step-dpo-forked", "step-dpo-shuffled"),
         ("step-dpo-full-teacher", "step-dpo-full"), ("rft-from-sft", "rft"), ("rft-no-teacher", "sft")]


def of(method, size, pick):
    found = {r["seed"]: pick(r) for r in RECORDS if (r["method"], r["size"]) == (method, size)}
    return np.array([found[seed] for seed in SEEDS])


def sampled(record):
    return max(1 - record["passAt1"], 0.5 / 25_000)


def greedy(record):
    return max(record["testError"], 0.5 / 5000)


def multiplier(method, size, error):
    """The size at which each seed's SFT first has the method's error, straight between sizes in both logarithms; an end where it lies beyond."""
    curves = np.array([of("sft", each, error) for each in SIZES]).T
    logs, beyond = [], 0
    for curve, reached in zip(curves, of(method, size, error)):
        good = np.flatnonzero(curve <= reached)
        if good.size == 0 or good[0] == 0:
            beyond += 1
            logs.append(np.log((SIZES[0] if good.size else SIZES[-1]) / size))
            continue
        a, b = good[0] - 1, good[0]
        share = np.log(curve[a] / reached) / np.log(curve[a] / curve[b])
        logs.append((1 - share) * np.log(SIZES[a] / size) + share * np.log(SIZES[b] / size))
    return {"beyond": beyond, "value": np.exp(student(np.array(logs))).tolist(), "seeds": np.exp(logs).round(3).tolist()}


def contrasts():
    rows = [(one, other, size, of(one, size, lambda r: r["passAt1"]) - of(other, size, lambda r: r["passAt1"])) for one, other in NAMED for size in COMPARED]
    p = np.array([stats.ttest_1samp(difference, 0).pvalue for *_, difference in rows])
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))))
    return {f"{one} less {other} {size}": {"value": student(d), "p": float(at), "holm": float(held)} for (one, other, size, d), at, held in zip(rows, p, adjusted)}


def best(record):
    return max(record["runs"], key=lambda run: run["accuracy"])


if __name__ == "__main__":
    cells = [("sft", size) for size in SIZES] + [(method, size) for size in COMPARED for method in METHODS]
    print(json.dumps({
        "seeds": SEEDS,
        "wrong samples": {f"{m} {s}": np.exp(student(np.log(of(m, s, sampled)))).tolist() for m, s in cells},
        "wrong greedy answers": {f"{m} {s}": np.exp(student(np.log(of(m, s, greedy)))).tolist() for m, s in cells},
        "multipliers": {f"{m} {s}": multiplier(m, s, sampled) for m in METHODS for s in COMPARED},
        "multipliers of greedy answers": {f"{m} {s}": multiplier(m, s, greedy) for m in METHODS for s in COMPARED},
        "contrasts": contrasts(),
        "updates": {f"{m} {s}": float(np.exp(np.mean(np.log(of(m, s, lambda r: best(r)["updates"]))))) for m, s in cells},
        "spurious steps less SFT's": {f"{m} {s}": student(of(m, s, lambda r: r["spuriousSteps"]) - of("sft", s, lambda r: r["spuriousSteps"])) for m in METHODS for s in COMPARED},
    }, indent=1))
