"""Writes torusKernels.json: kernel density estimates on T^2 with products of von Mises kernels, by scipy."""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp
from scipy.stats import vonmises

random = np.random.default_rng(11)


def log_kernel(x, y, kappa):
    """log k(x_i, y_j), the sum of scipy's log-densities of the two angles."""
    return vonmises(kappa).logpdf(x[:, None, :] - y[None, :, :]).sum(axis=2)


def log_density(x, points, kappa):
    return logsumexp(log_kernel(x, points, kappa), axis=1) - np.log(len(points))


def left_out(points, kappa):
    logs = log_kernel(points, points, kappa)
    np.fill_diagonal(logs, -np.inf)
    return float(np.log(len(points) - 1) - np.mean(logsumexp(logs, axis=1)))


points = np.concatenate([random.vonmises([-1, -0.8], 30, (25, 2)), random.vonmises([-2, 2.6], 4, (15, 2))])
queries = random.uniform(-np.pi, np.pi, (5, 2))
best = minimize_scalar(lambda s: left_out(points, np.exp(s)), bounds=(0, 6), method="bounded", options={"xatol": 1e-9})
golden = {
    "angles": points.tolist(),
    "queries": queries.tolist(),
    "logDensity": {str(k): log_density(queries, points, k).tolist() for k in (2.0, 100.0)},
    "kappa": float(np.exp(best.x)),
    "crossValidation": float(best.fun),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
