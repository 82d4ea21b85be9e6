"""The scaling-law fit by scipy: reads one JSON request a line, answers each with the seconds that it took."""

import json
import sys
import time

import numpy as np
from scipy.optimize import curve_fit


def law(size, amplitude, exponent, floor):
    return amplitude * size**-exponent + floor


def fit(sizes, errors, deviations, start):
    return curve_fit(law, sizes, errors, p0=start, sigma=deviations, absolute_sigma=True, method="lm")


def main():
    for line in sys.stdin:
        request = json.loads(line)
        sizes, errors, deviations = (np.array(request[key]) for key in ("sizes", "errors", "deviations"))
        sizes = sizes / sizes[0]  # amplitude and exponent decorrelated, as a careful user would
        parameters, _ = fit(sizes, errors, deviations, [0.5, 0.5, 0.1])
        curve = law(sizes, *parameters)
        random = np.random.default_rng(7)
        began = time.perf_counter()
        for _ in range(request["repeats"]):
            if request["task"] == "fit":
                fit(sizes, errors, deviations, [0.5, 0.5, 0.1])
                continue
            try:
                fit(sizes, random.normal(curve, deviations), deviations, parameters)
            except RuntimeError:
                pass  # a draw on which scipy gives up has cost its time all the same
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds}), flush=True)


main()
