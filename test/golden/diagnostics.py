"""Writes diagnostics.json: effective sample sizes and rank-normalised split R-hat by arviz 0.22, and quantiles of the normal law by scipy.

The chains are autoregressive, written with few digits so that the file stays short and some draws tie.
"""

import json
from pathlib import Path

import arviz as az
import numpy as np
from arviz.stats.diagnostics import _rhat, _split_chains, _z_scale
from scipy.stats import norm

random = np.random.default_rng(11)


def autoregressive(chains, draws, rho, shift=0.0, scale=1.0):
    z = random.standard_normal((chains, draws))
    x = np.empty_like(z)
    x[:, 0] = z[:, 0]
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * z[:, t]
    offsets = shift * np.arange(chains)[:, None]
    scales = scale ** np.arange(chains)[:, None]
    return np.round(scales * x + offsets, 3)


def r_hat(chains):
    """arviz asks for two chains; its own parts do for one, whose halves are compared."""
    if len(chains) > 1:
        return float(az.rhat(chains, method="rank"))
    halves = _split_chains(chains)
    return float(max(_rhat(_z_scale(draws)) for draws in (halves, abs(halves - np.median(halves)))))


def case(name, chains):
    ess = {kind: float(az.ess(chains, method=kind)) for kind in ("bulk", "tail", "mean")}
    return {"name": name, "chains": chains.tolist(), "ess": ess, "rHat": r_hat(chains)}


cases = [
    case("slow", autoregressive(4, 200, 0.9)),
    case("independent, odd length", autoregressive(3, 101, 0.0)),
    case("antithetic", autoregressive(4, 150, -0.6)),
    case("one chain", autoregressive(1, 250, 0.7)),
    case("places that differ", autoregressive(4, 100, 0.5, shift=0.7)),
    case("spreads that differ", autoregressive(4, 100, 0.3, scale=1.6)),
    case("heavy tails", np.round(random.standard_cauchy((4, 120)), 3)),
    case("many ties", np.floor(autoregressive(4, 80, 0.6) * 2)),
    case("short", autoregressive(2, 9, 0.5)),
]
shares = [1e-300, 1e-20, 1e-9, 1e-3, 0.07, 0.0751, 0.3, 0.5, 0.6, 0.925, 0.9999, 1 - 1e-12]
golden = {"cases": cases, "normal": [[p, float(norm.ppf(p))] for p in shares]}
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, allow_nan=False) + "\n")
