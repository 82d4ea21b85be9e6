"""The study's numbers from its records alone, by numpy and scipy: the expected values of its claims in data/claims.json.

python3 tests/reference/study.py    (numpy, scipy 1.17.1; prints JSON)
"""

import json
import pathlib

import numpy as np
from scipy import optimize, stats

FILE = pathlib.Path(__file__).parents[2] / "data/results/study.jsonl"
RECORDS = [json.loads(line) for line in FILE.read_text().splitlines()]
SEEDS = sorted({record["seed"] for record in RECORDS})
SIZES = sorted({record["size"] for record in RECORDS})


def values(method, size, name="testError"):
    found = {r["seed"]: r[name] for r in RECORDS if r["method"] == method and r["size"] == size}
    return np.array([found[seed] for seed in SEEDS])


def student(numbers):
    low, high = stats.t.interval(0.95, len(numbers) - 1, np.mean(numbers), stats.sem(numbers))
    return [float(np.mean(numbers)), float(low), float(high)]


def sampled(method, size):
    """The share of samples at temperature 1 that are wrong."""
    return 1 - values(method, size, "passAt1")


def multiplier(method, size, errors=values):
    """Log-log interpolation of each seed's SFT errors, which may also rise: the first size that is as good."""
    curves = np.array([errors("sft", each) for each in SIZES])  # (sizes, seeds)
    logs, beyond = [], 0
    for column, error in zip(curves.T, errors(method, size)):
        reached = np.nonzero(column <= error)[0]
        if len(reached) == 0 or reached[0] == 0:
            beyond += 1
            logs.append(np.log(SIZES[-1 if len(reached) == 0 else 0] / size))
            continue
        k = reached[0]
        part = np.log(column[k - 1] / error) / np.log(column[k - 1] / column[k])
        logs.append(np.log(SIZES[k - 1] / size) + part * np.log(SIZES[k] / SIZES[k - 1]))
    return {"beyond": beyond, "value": np.exp(student(logs)).tolist()}


def straight_in_error(method, size):
    """The same reading, the size's logarithm straight in the error; the last size where no size is as good."""
    logs = []
    for column, error in zip(np.array([values("sft", each) for each in SIZES]).T, values(method, size)):
        reached = np.nonzero(column <= error)[0]
        if len(reached) == 0:
            logs.append(np.log(SIZES[-1] / size))
            continue
        k = reached[0]
        part = (column[k - 1] - error) / (column[k - 1] - column[k])
        logs.append(np.log(SIZES[k - 1] / size) + part * np.log(SIZES[k] / SIZES[k - 1]))
    return np.exp(student(logs)).tolist()


def fitted_exponents():
    """Binomial maximum likelihood of error = a D^-b, a seed at a time."""
    found = []
    for column in np.array([values("sft", each) for each in SIZES]).T:
        def loss(at):
            mean = np.clip(np.exp(at[0] - at[1] * np.log(np.array(SIZES) / 1000)), 1e-12, 1 - 1e-12)
            return -np.sum(column * np.log(mean) + (1 - column) * np.log1p(-mean))
        found.append(optimize.minimize(loss, [np.log(0.5), 0.5], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-14}).x[1])
    return found


def change(method, size, name="testError", before="sft"):
    return student(values(method, size, name) - values(before, size, name))


def exponent(start, end):
    return student(np.log(values("sft", start) / values("sft", end)) / np.log(end / start))


METHODS = ["rft", "rft-process", "advantage-filtered", "dpo", "dpo-farthest", "step-dpo-forked", "step-dpo-full", "step-dpo-shuffled"]
PAIRS = [("step-dpo-forked", "step-dpo-shuffled"), ("step-dpo-forked", "dpo"), ("step-dpo-forked", "step-dpo-full"),
         ("dpo", "rft"), ("dpo-farthest", "dpo"), ("rft-process", "rft"), ("advantage-filtered", "rft")]
if __name__ == "__main__":
    print(json.dumps({
        "errors": {f"{m} {s}": student(values(m, s)) for m in ["sft", *METHODS] for s in (SIZES if m == "sft" else [1000, 2000, 4000])},
        "fitted exponents": student(fitted_exponents()),
        "exponents": {f"{a} to {b}": exponent(a, b) for a, b in [(250, 4000), (4000, 16000), *zip(SIZES, SIZES[1:])]},
        "multipliers": {f"{m} {s}": multiplier(m, s) for m in METHODS for s in [1000, 2000, 4000]},
        "multipliers of samples": {f"{m} {s}": multiplier(m, s, sampled) for m in METHODS for s in [1000, 2000, 4000]},
        "straight in the error": {f"{m} {s}": straight_in_error(m, s) for m in METHODS for s in [1000, 2000, 4000]},
        "differences": {f"{a} less {b} {s}": change(a, s, before=b) for a, b in PAIRS for s in [1000, 2000, 4000]},
        "changes": {f"{name} {m} {s}": change(m, s, name) for m in METHODS for s in [1000, 2000, 4000]
                    for name in ["skippingSteps", "wrongSteps", "uselessSteps", "spuriousSteps", "passAt1", "passAt5"]},
        "means": {f"{name} {m} {s}": student(values(m, s, name)) for m in ["sft", "step-dpo-forked"] for s in [1000, 2000, 4000]
                  for name in ["skippingSteps", "wrongSteps", "spuriousSteps", "passAt1", "passAt5"]},
    }, indent=1))
