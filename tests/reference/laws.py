"""Data drawn from each law, and the optimum that scipy finds for them: writes laws.json; needs numpy and scipy (here scipy 1.17)."""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import f, linregress

random = np.random.default_rng(20260)


def logistic(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def broken(p, log_size, breaks):
    bends = sum(p[3 + 3 * k] * p[5 + 3 * k] * np.logaddexp(0, (log_size - p[4 + 3 * k]) / p[5 + 3 * k]) for k in range(breaks))
    return p[2] + np.exp(p[0] - p[1] * log_size - bends)


def data_constrained(p, x):
    """N beyond the optimum of the unique data counts less, and so do repeated tokens (Muennighoff et al. 2023, eq. 5 and 6)."""
    log_a, log_b, log_e, alpha, beta, repeats, excess = p
    n, d, u = x.T
    log_g = (np.log(alpha) + log_a - np.log(beta) - log_b) / (alpha + beta)
    enough = np.minimum(n, np.exp(log_g + beta / alpha * (np.log(u) + log_g)))
    n_worth = enough * (1 + np.exp(excess) * -np.expm1(-(n / enough - 1) / np.exp(excess)))
    d_worth = u * (1 + np.exp(repeats) * -np.expm1(-(d / u - 1) / np.exp(repeats)))
    return np.exp(log_a - alpha * np.log(n_worth)) + np.exp(log_b - beta * np.log(d_worth)) + np.exp(log_e)


# name: (columns, law of parameters and columns, truth, inputs, standard deviation of the noise, parameters by logarithm)
compute = np.exp(np.linspace(np.log(50), np.log(2e5), 16))
loss = np.linspace(0.6, 2.4, 20)
samples = 2.0 ** np.arange(0, 14)
ratio_grid = np.array([[c, m] for c in 10.0 ** np.arange(17, 22) for m in (5, 20, 80, 320)])
shares = random.dirichlet([1, 1, 1], 30)[:, :2]
constrained = np.array([[n, u * e, u] for u in (1e8, 1e9, 1e10) for n in u * np.array([0.01, 0.05, 0.3, 2]) for e in (1, 4, 16, 60)])
sizes = 10.0 ** np.linspace(1, 9, 49)
LAWS = {
    "sigmoid of compute": (["compute"], lambda p, x: p[0] + (p[1] - p[0]) * logistic(p[2] * (np.log(x[:, 0]) - np.log(p[3]))), [0.2, 0.61, 0.9, 3000.0], compute[:, None], 0.004),
    "from chance to ceiling": (["loss"], lambda p, x: p[0] + (p[1] - p[0]) * logistic(p[2] * (p[3] - x[:, 0])), [0.25, 0.88, 4.5, 1.4], loss[:, None], 0.006),
    "coverage": (["samples"], lambda p, x: np.exp(-p[0] * x[:, 0] ** -p[1]), [1.9, 0.34], samples[:, None], 0.004),
    "over-training": (["compute", "tokensPerParameter"], lambda p, x: p[0] + (p[1] * x[:, 1] ** p[3] + p[2] * x[:, 1] ** -p[3]) * x[:, 0] ** -p[3], [1.8, 60.0, 480.0, 0.13], ratio_grid, 0.004),
    "data mixing": (["web", "code"], lambda p, x: p[0] + p[1] * np.exp(p[2] * x[:, 0] + p[3] * x[:, 1]), [1.7, 1.1, -2.2, 0.7], shares, 0.004),
    "data-constrained": (["modelSize", "dataSize", "uniqueDataSize"], data_constrained, [6.0, 7.0, 0.6, 0.35, 0.36, 2.5, 1.5], constrained, 0.002),
    "broken power, 2 breaks": (["dataSize"], lambda p, x: broken(p, np.log(x[:, 0]), 2), [0.3, 0.1, 0.05, 0.3, np.log(2e3), 0.4, -0.25, np.log(3e6), 0.5], sizes[:, None], 0.0008),
}

answer = {}
for name, (columns, law, truth, inputs, deviation) in LAWS.items():
    truth = np.array(truth)
    outcomes = law(truth, inputs) + random.normal(0, deviation, len(inputs))
    best = None
    for attempt in range(30):
        start = truth * (1 + (0 if attempt == 0 else 0.2) * random.uniform(-1, 1, len(truth)))
        with np.errstate(all="ignore"):
            try:
                found = least_squares(lambda p: law(p, inputs) - outcomes, start, method="trf", x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000)
            except ValueError:
                continue
        if best is None or found.cost < best.cost:
            best = found
    freedom = len(outcomes) - len(truth)
    covariance = np.linalg.inv(best.jac.T @ best.jac) * 2 * best.cost / freedom
    answer[name] = {
        "rows": [dict(zip(columns, row), y=y) for row, y in zip(inputs.tolist(), outcomes.tolist())],
        "parameters": best.x.tolist(),
        "standardErrors": np.sqrt(np.diag(covariance)).tolist(),
        "squares": 2 * best.cost,
        "correlation": (covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))).tolist(),
        "r2": 1 - 2 * best.cost / ((outcomes - outcomes.mean()) ** 2).sum(),
        "reducedChiSquared": 2 * best.cost / freedom / deviation**2,
        "deviation": deviation,
    }
# The best ratio of tokens to parameters of the over-training fit, (b / a)^(1 / (2 exponent)), and its error by the delta method.
_, a, b, exponent = (over := answer["over-training"])["parameters"]
ratio = (b / a) ** (1 / (2 * exponent))
gradient = ratio * np.array([0, -1 / (2 * exponent * a), 1 / (2 * exponent * b), -np.log(b / a) / (2 * exponent**2)])
errors = np.array(over["standardErrors"])
over["ratio"] = {"value": ratio, "standardError": float(np.sqrt(gradient @ (np.array(over["correlation"]) * np.outer(errors, errors)) @ gradient))}

# isoFLOP profiles of a Chinchilla surface, by numpy's polyfit, and scipy's line through the logarithms of their optima.
rows = []
optima = []
for compute in 10.0 ** np.arange(18, 22):
    model_size = np.sqrt(compute / 6 / 20) * 2.0 ** np.linspace(-1.5, 1.5, 7)
    losses = 1.69 + 406.4 * model_size**-0.34 + 410.7 * (compute / 6 / model_size) ** -0.28 + random.normal(0, 0.001, 7)
    rows += [{"compute": compute, "modelSize": n, "loss": y} for n, y in zip(model_size.tolist(), losses.tolist())]
    square, line, _ = np.polyfit(np.log(model_size), losses, 2)
    optima.append([float(compute), float(np.exp(-line / (2 * square)))])
slope = linregress(np.log([c for c, _ in optima]), np.log([n for _, n in optima]))
answer["isoFLOP"] = {"rows": rows, "optima": optima, "exponent": slope.slope, "standardError": slope.stderr}
# Three curves that share an exponent, each with an amplitude of its own: scipy's joint optimum, and the F test of sharing.
data_sizes = 100.0 * 2.0 ** np.arange(7)
group = np.repeat([0, 1, 2], 7)
x = np.tile(data_sizes, 3)
y = np.array([3.0, 4.0, 2.5])[group] * x ** -np.array([0.3, 0.3, 0.33])[group] + random.normal(0, 0.004, 21)


def joint(exponents):
    """Of amplitudes p[:3] and the exponents that these places of p hold."""
    return lambda p: p[group] * x ** -p[np.array(exponents)[group]] - y


together = least_squares(joint([3, 3, 3]), [3, 3, 3, 0.3], x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15)
apart = least_squares(joint([3, 4, 5]), [3, 3, 3, 0.3, 0.3, 0.3], x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15)
statistic = (together.cost - apart.cost) / 2 / (apart.cost / 15)
errors = np.sqrt(np.diag(np.linalg.inv(together.jac.T @ together.jac)) * 2 * together.cost / 17)
answer["groups"] = {
    "rows": [{"curve": "abc"[g], "tokens": a, "loss": b} for g, a, b in zip(group.tolist(), x.tolist(), y.tolist())],
    "parameters": together.x.tolist(),
    "standardErrors": errors.tolist(),
    "statistic": statistic,
    "pValue": float(f.sf(statistic, 2, 15)),
}
# A Farseer surface, of the published parameters, with noise of its own.
def farseer(p, x):
    """L = e^(a3 N^gamma + b3) + e^(a2 N^beta + b2) D^(-e^(a1 N^alpha + b1)) (Li et al. 2025, eq. 3)."""
    a1, alpha, b1, a2, beta, b2, a3, gamma, b3 = p
    n, d = x.T
    return np.exp(a3 * n**gamma + b3) + np.exp(a2 * n**beta + b2) * d ** -np.exp(a1 * n**alpha + b1)


truth = np.array([-1.665630816, 0.0459, 3.1333472, 230.734371, -0.1729, -1.544209554, -0.062465473, 0.13, 0.128488068])
grid = np.array([[n, d] for n in 1e8 * 2.0 ** np.linspace(0, 6, 13) for d in 1e9 * 2.0 ** np.arange(10)])
outcomes = farseer(truth, grid) + np.random.default_rng(25).normal(0, 2e-4, len(grid))
step = 1e-30  # derivatives by a complex step: differences are too coarse for parameters this correlated


def slopes(p):
    return np.array([farseer(p + 1j * step * np.eye(9)[k], grid.astype(complex)).imag / step for k in range(9)]).T


best = least_squares(lambda p: farseer(p, grid) - outcomes, truth, slopes, x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=20000)
answer["Farseer"] = {
    "rows": [{"modelSize": n, "dataSize": d, "y": y} for (n, d), y in zip(grid.tolist(), outcomes.tolist())],
    "parameters": best.x.tolist(),
    "squares": 2 * best.cost,
}
Path(__file__).with_name("laws.json").write_text(json.dumps(answer) + "\n")
