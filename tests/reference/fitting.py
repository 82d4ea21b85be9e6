"""Ties between parameters, losses of one's own and the profile of a derived quantity, by scipy: writes fitting.json; needs numpy and scipy."""

import json
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import brentq, least_squares, minimize
from scipy.stats import t

random = np.random.default_rng(20263)
PRECISE = {"x_scale": "jac", "xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}

# Two exponentials, the second of the same height and twice the rate: two parameters are left.
x = np.linspace(0.1, 6, 25)
y = 1.5 * np.exp(-0.4 * x) + 1.5 * np.exp(-0.8 * x) + random.normal(0, 0.01, len(x))
tied = least_squares(lambda p: p[0] * np.exp(-p[1] * x) + p[0] * np.exp(-2 * p[1] * x) - y, [1, 0.3], **PRECISE)
covariance = np.linalg.inv(tied.jac.T @ tied.jac) * 2 * tied.cost / (len(x) - 2)
free = least_squares(lambda p: p[0] * np.exp(-p[1] * x) + p[2] * np.exp(-p[3] * x) - y, [1.4, 0.35, 1.6, 0.9], **PRECISE)

# A power over a floor with two outliers, by Cauchy's loss and by Linex, which punishes a law below the outcome more.
sizes = 100.0 * 2.0 ** np.arange(16)
loss = 3 * sizes**-0.3 + 0.5 + random.normal(0, 0.01, 16)
loss[[3, 11]] += [0.15, -0.12]
SCALE = 0.02


def residuals(p):
    return (loss - p[0] * sizes ** -p[1] - p[2]) / SCALE


cauchy = least_squares(residuals, [3, 0.3, 0.5], loss="cauchy", **PRECISE)


def linex(p):
    r = residuals(p) * SCALE / 0.05
    return float(np.sum(np.exp(r) - r - 1))


lopsided = minimize(linex, [3, 0.3, 0.5], method="Nelder-Mead", options={"xatol": 1e-12, "fatol": 1e-16, "maxiter": 40000, "maxfev": 40000})
lopsided = minimize(linex, lopsided.x, method="Nelder-Mead", options={"xatol": 1e-13, "fatol": 1e-18, "maxiter": 40000, "maxfev": 40000})

# What the law of eight sizes is at the 64-fold of the largest: its profile, the floor being written as the value less the power there.
few = 250.0 * 4.0 ** np.arange(8)
error = 2.4 * few**-0.35 + 0.12 + random.normal(0, 0.004, 8)
far = 64 * few[-1]
best = least_squares(lambda p: p[0] * few ** -p[1] + p[2] - error, [2.4, 0.35, 0.12], **PRECISE)
value = best.x[0] * far ** -best.x[1] + best.x[2]
variance = 2 * best.cost / 5
threshold = t.ppf(0.975, 5) ** 2


def rise(v):
    held = least_squares(lambda p: np.exp(p[0]) * few ** -p[1] + v - np.exp(p[0]) * far ** -p[1] - error, [np.log(best.x[0]), best.x[1]], **PRECISE)
    return 2 * (held.cost - best.cost) / variance - threshold


gradient = np.array([far ** -best.x[1], -best.x[0] * np.log(far) * far ** -best.x[1], 1])
deviation = float(np.sqrt(gradient @ np.linalg.inv(best.jac.T @ best.jac) @ gradient * variance))
ends = [brentq(rise, value - 8 * deviation, value, xtol=1e-13), brentq(rise, value, value + 6 * deviation, xtol=1e-13)]

answer = {
    "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
    "ties": {
        "rows": [{"x": a, "y": b} for a, b in zip(x.tolist(), y.tolist())],
        "parameters": tied.x.tolist(),
        "standardErrors": np.sqrt(np.diag(covariance)).tolist(),
        "squares": 2 * tied.cost,
        "statistic": float((tied.cost - free.cost) / 2 / (free.cost / (len(x) - 4))),
    },
    "losses": {
        "rows": [{"dataSize": a, "error": b} for a, b in zip(sizes.tolist(), loss.tolist())],
        "scale": SCALE,
        "cauchy": {"parameters": cauchy.x.tolist(), "cost": float(cauchy.cost)},
        "linex": {"parameters": lopsided.x.tolist(), "cost": float(lopsided.fun)},
    },
    "derived": {
        "rows": [{"dataSize": a, "error": b} for a, b in zip(few.tolist(), error.tolist())],
        "at": far,
        "value": value,
        "standardError": deviation,
        "profile": ends,
    },
}
Path(__file__).with_name("fitting.json").write_text(json.dumps(answer) + "\n")
