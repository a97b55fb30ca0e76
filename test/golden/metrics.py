"""Writes metrics.json: Legendre rules, von Mises-Fisher normalisers, kernel density estimates and a divergence, by scipy."""

import json
from pathlib import Path

import numpy as np
from scipy.integrate import dblquad
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, roots_legendre
from scipy.stats import vonmises_fisher

random = np.random.default_rng(7)


def axis(m):
    return np.eye(m)[0]


def log_normaliser(n, kappa):
    """log of the integral of exp(kappa (<mu, x> - 1)) over S^n."""
    return float(-vonmises_fisher(axis(n + 1), kappa).logpdf(axis(n + 1)))


def kernel_log_density(x, points, kappa):
    m = points.shape[1]
    return logsumexp(kappa * (x @ points.T - 1), axis=1) - np.log(len(points)) - log_normaliser(m - 1, kappa)


def left_out(points, kappa):
    """Mean negative log-density of each point given the others."""
    logs = kappa * (points @ points.T - 1)
    np.fill_diagonal(logs, -np.inf)
    return float(np.mean(log_normaliser(points.shape[1] - 1, kappa) + np.log(len(points) - 1) - logsumexp(logs, axis=1)))


def kernel_case(n):
    points = np.concatenate([vonmises_fisher(-axis(n + 1), 40).rvs(25, random), vonmises_fisher(axis(n + 1), 3).rvs(15, random)])
    queries = vonmises_fisher(axis(n + 1), 0.5).rvs(5, random)
    best = minimize_scalar(lambda s: left_out(points, np.exp(s)), bounds=(0, 8), method="bounded", options={"xatol": 1e-9})
    return {
        "n": n,
        "points": points.tolist(),
        "queries": queries.tolist(),
        "logDensity": {str(k): kernel_log_density(queries, points, k).tolist() for k in (2.0, 300.0)},
        "kappa": float(np.exp(best.x)),
        "crossValidation": float(best.fun),
    }


def divergence():
    """KL between a mixture of two von Mises-Fisher laws on S^2 and exp(-Q), Q = -<a, x> - 2 x_1 x_2, in spherical coordinates."""
    parts = [(0.7, vonmises_fisher([0, 0.6, 0.8], 12)), (0.3, vonmises_fisher([-1, 0, 0], 4))]
    log_p = lambda x: logsumexp([np.log(w) + law.logpdf(x) for w, law in parts])
    q = lambda x: -(0.5 * x[0] + x[1] - 0.3 * x[2]) - 2 * x[0] * x[1]
    point = lambda t, f: np.array([np.sin(t) * np.cos(f), np.sin(t) * np.sin(f), np.cos(t)])
    over = lambda g: dblquad(lambda t, f: g(point(t, f)) * np.sin(t), 0, 2 * np.pi, 0, np.pi, epsabs=1e-9)[0]
    log_z = np.log(over(lambda x: np.exp(-q(x))))
    mean = over(lambda x: np.exp(log_p(x)) * (log_p(x) + q(x)))
    return {"logPartition": float(log_z), "value": float(mean + log_z)}


golden = {
    "legendre": {str(n): [v.tolist() for v in roots_legendre(n)] for n in (1, 2, 5, 40)},
    "normalisers": [[n, k, log_normaliser(n, k)] for n in (1, 2, 3, 9) for k in (0.1, 1, 10, 300, 20000)],
    "kernels": [kernel_case(n) for n in (1, 2, 3)],
    "divergence": divergence(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
