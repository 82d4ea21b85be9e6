"""Training seeds that each ran at several sizes, and what statsmodels' MixedLM (REML) makes of them: writes seeds.json, which seeds.R then reads and fills; needs numpy and statsmodels."""

import json
from pathlib import Path

import numpy as np
import statsmodels
import statsmodels.formula.api as smf
from pandas import DataFrame

random = np.random.default_rng(20261)
SEEDS = ["s1", "s2", "s3", "s4", "s5"]
SIZES = 250.0 * 4.0 ** np.arange(6)


def table(law, seed_deviation, deviation, missing):
    """Every seed at every size but some, its effect added to all of its rows."""
    effects = random.normal(0, seed_deviation, len(SEEDS))
    rows = [{"seed": s, "dataSize": x, "y": float(law(x) + effects[k] + random.normal(0, deviation))} for k, s in enumerate(SEEDS) for x in SIZES]
    return [row for place, row in enumerate(rows) if place not in missing]


line = table(lambda x: 2.4 - 0.13 * np.log(x), 0.05, 0.03, {2, 9, 10, 29})
power = table(lambda x: 2.4 * x**-0.35 + 0.5, 0.02, 0.01, set())
alike = table(lambda x: 2.4 - 0.13 * np.log(x), 0.0, 0.03, set())
for seed in SEEDS:  # the same mean of noise for all: seeds that differ by less than chance makes them
    own = [row for row in alike if row["seed"] == seed]
    shift = np.mean([row["y"] + 0.13 * np.log(row["dataSize"]) for row in own]) - 2.4
    for row in own:
        row["y"] -= float(shift)


def mixed(rows):
    found = smf.mixedlm("y ~ np.log(dataSize)", DataFrame(rows), groups=[row["seed"] for row in rows]).fit(reml=True, method="lbfgs")
    return {
        "parameters": found.fe_params.tolist(),
        "standardErrors": found.bse_fe.tolist(),
        "noiseVariance": found.scale,
        "seedVariance": float(found.cov_re.iloc[0, 0]),
        "effects": {seed: float(effect.iloc[0]) for seed, effect in found.random_effects.items()},
    }


answer = {
    "versions": {"statsmodels": statsmodels.__version__, "numpy": np.__version__},
    "line": {"rows": line, "statsmodels": mixed(line)},
    "alike": {"rows": alike},
    "power": {"rows": power},
}
Path(__file__).with_name("seeds.json").write_text(json.dumps(answer) + "\n")
