"""The conceptual model's learning curves, solved again in another way: losses written out problem by problem, gradients by
central differences, gradient flow by scipy's DOP853. Prints the numbers that data/claims.json quotes.

    python tests/reference/theory.py      (numpy 2, scipy 1.17)
"""
import numpy as np
from scipy.integrate import solve_ivp

CHOICES, ZIPF_FACTS = 4, 6
SHARES = (1 / np.arange(1, ZIPF_FACTS + 1)) / (1 / np.arange(1, ZIPF_FACTS + 1)).sum()


def flow(loss, start, times):
    """dw/dt = -dL/dw from start; the weights at the times."""

    def slope(_, w):
        step = 1e-5 * np.eye(len(w))
        return [-(loss(w + e) - loss(w - e)) / 2e-5 for e in step]

    run = solve_ivp(slope, (0, times[-1]), start, "DOP853", t_eval=times, rtol=1e-8, atol=1e-9)
    return run.y.T


def log_softmax(logits):
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def softplus(x):
    return np.logaddexp(0, x)


# --- cue: two critical steps a problem, weights fact 0.0, 0.1, 1.0, ..., cue
PATTERNS = [(a, b) for a in (0, 1) for b in (0, 1)]  # 1: the cue points at choice 1, else at the right choice 0


def cue_steps(w, fact, pattern):
    logits = np.zeros((2, CHOICES))
    logits[:, 0] = w[2 * fact : 2 * fact + 2]
    for place, wrong in enumerate(pattern):
        logits[place, wrong] += w[-1]
    return log_softmax(logits)


def cue_problems(rate):
    for fact in range(ZIPF_FACTS):
        for pattern in PATTERNS:
            yield fact, pattern, SHARES[fact] * np.prod([1 - rate if wrong else rate for wrong in pattern])


def cue_world(rate, at=30.0):
    """SFT until time `at`, and the losses of each method from there."""
    problems = list(cue_problems(rate))
    test = list(cue_problems(1 / CHOICES))
    size = 2 * ZIPF_FACTS + 1

    def error(w):
        return 1 - sum(share * np.exp(cue_steps(w, f, p)[:, 0].sum()) for f, p, share in test)

    def sft(w):
        return -sum(share * cue_steps(w, f, p)[:, 0].sum() for f, p, share in problems)

    grid = 2 ** (np.arange(41) / 4)
    alone = [error(w) for w in flow(sft, np.zeros(size), grid)]
    start = flow(sft, np.zeros(size), [at])[0]
    ref = {(f, p): cue_steps(start, f, p) for f, p, _ in problems}

    def rft(w):
        return -sum(s * np.exp(ref[f, p][:, 0].sum()) * cue_steps(w, f, p)[:, 0].sum() for f, p, s in problems)

    def kl(w):
        total = 0
        for f, p, share in problems:
            own, ratio = np.exp(cue_steps(w, f, p)), cue_steps(w, f, p) - ref[f, p]
            total += share * ((own[0] * ratio[0]).sum() + own[0, 0] * (own[1] * ratio[1]).sum())
        return total

    def dpo(w, forked, beta=1.0):
        total = 0
        for f, p, share in problems:
            ratio = beta * (cue_steps(w, f, p) - ref[f, p])
            chance = np.exp(ref[f, p])
            right = ratio[0, 0] + ratio[1, 0]
            value = chance[0, 0] * chance[1, 0]
            for c in range(1, CHOICES):
                first, second = chance[0, c], chance[0, 0] * chance[1, c]
                if forked:
                    total += share * (first * softplus(ratio[0, c] - right) + second * softplus(ratio[1, c] - ratio[1, 0]))
                else:
                    total += share * value * first * softplus(ratio[0, c] - right)
                    total += share * value * second * softplus(ratio[0, 0] + ratio[1, c] - right)
        return total

    return error, grid, alone, start, rft, dpo, kl


def multiplier(grid, alone, error, at=30.0):
    last = max(i for i, e in enumerate(alone) if e > error)  # the curve stays below from here on
    part = np.log(alone[last] / error) / np.log(alone[last] / alone[last + 1])
    return grid[last] * (grid[last + 1] / grid[last]) ** part / at


def at_distance(rate, budget):
    """Each method at its least error within a distance from SFT, on a fine grid of times."""
    error, grid, alone, start, rft, dpo, kl = cue_world(rate)
    times = 2 ** np.arange(0, 12, 1 / 64)
    losses = {"RFT": rft} | {
        f"{'forked' if forked else 'full'}, beta {beta:g}": lambda w, forked=forked, beta=beta: dpo(w, forked, beta)
        for forked in (False, True) for beta in (0.1, 1.0)
    }
    for name, loss in losses.items():
        path = [start, *flow(loss, start, times)]
        best = min(error(w) for w in path if kl(w) <= budget)
        print(f"cue {rate}, KL at most {budget}, {name}: error {best:.5f}, multiplier {multiplier(grid, alone, best):.3f}")


def cue_study(rate, samples, at=30.0):
    error, grid, alone, start, rft, dpo, _ = cue_world(rate, at)
    ends = {"SFT": start}
    for name, loss in {"RFT": rft, "DPO": lambda w: dpo(w, False), "per-step DPO": lambda w: dpo(w, True)}.items():
        ends[name] = flow(loss, start, [at * samples])[0]
    for name, w in ends.items():
        times = multiplier(grid, alone, error(w), at)
        print(f"cue {rate}, {samples} samples, {name}: error {error(w):.6f}, cue {w[-1]:.6f}, multiplier {times:.5f}")


# --- shortcut: weights fact 0, ..., fact 5, shortcut
def shortcut(samples, luck=0.3, distinct=True, time=30.0):
    def steps(w, fact):
        return log_softmax(np.array([w[fact], w[-1], 0, 0]))

    def sft(w):
        return -sum(SHARES[f] * steps(w, f)[0] for f in range(ZIPF_FACTS))

    start = flow(sft, np.zeros(ZIPF_FACTS + 1), [time])[0]

    def kept(chance):
        return 1 - (1 - chance) ** samples if distinct else samples * chance

    def rft(w):
        total = sft(w)
        for f in range(ZIPF_FACTS):
            sound, short = np.exp(steps(start, f))[:2]
            total -= SHARES[f] * (kept(sound) * steps(w, f)[0] + kept(short * luck) * steps(w, f)[1])
        return total

    w = flow(rft, np.zeros(ZIPF_FACTS + 1), [time])[0]
    return 1 - sum(SHARES[f] * (np.exp(steps(w, f)) @ [1, luck, 0, 0]) for f in range(ZIPF_FACTS))


# --- routes: short (1/2), long (sqrt 1/2 twice); weights: short, long, and right, wrong of the three forks
def routes(time=1000.0, beta=0.5):
    half = np.sqrt(0.5)
    base = np.log(np.array([[0.5, 0.5], [0.5, 0.5], [half, 1 - half], [half, 1 - half]]))
    right = [[(0, 0), (1, 0)], [(0, 1), (2, 0), (3, 0)]]
    wrong = [[(0, 0), (1, 1)], [(0, 1), (2, 1)], [(0, 1), (2, 0), (3, 1)]]
    chance = lambda text: np.exp(sum(base[place] for place in text))

    def loss(w):
        ratio = log_softmax(base + w.reshape(4, 2)) - base
        of = lambda text: sum(ratio[place] for place in text)
        return sum(chance(y) * chance(n) * softplus(beta * (of(n) - of(y))) for y in right for n in wrong)

    w = flow(loss, np.zeros(8), [time])[0]
    return np.exp(log_softmax(base + w.reshape(4, 2)))[0, 0]


# --- signs: one sample an update; pass@16 over two kinds of unseen problems
def signs(positive, negative, rate=0.5, time=20, runs=20_000, k=16):
    rng = np.random.default_rng(7)
    w = np.zeros((runs, 5))
    for _ in range(int(time / rate)):
        p = np.exp(log_softmax(w))
        drawn = (p.cumsum(1) > rng.random((runs, 1))).argmax(1)
        push = np.where(drawn < 2, positive, -negative)[:, None] * (np.eye(5)[drawn] - p)
        w += rate * push
    p = np.exp(log_softmax(w))
    passed = ((1 - (1 - p[:, 0]) ** k) + (1 - (1 - p[:, 1]) ** k)) / 2
    return passed.mean(), passed.std() / np.sqrt(runs)


if __name__ == "__main__":
    tilt = np.array([0.4, 0.3, 0.2, 0.1]) * np.exp(np.array([-0.5, 0.1, 0.4, 0]) / 0.5)
    print("golden optimum", (tilt / tilt.sum()).tolist())
    print("RFT error at 1, 4, 1024 distinct samples", [round(shortcut(n), 6) for n in (1, 4, 1024)])
    print("RFT error at 1024 samples, duplicates kept", round(shortcut(1024, distinct=False), 6))
    print("chance of the short route", round(routes(), 6))
    print("pass@16, positive", signs(1, 0), "negative", signs(0, 1))
    cue_study(0.9, 8)
    cue_study(0.25, 8)
    cue_study(0.9, 32)
    at_distance(0.9, 0.1)
