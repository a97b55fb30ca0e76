"""Writes frechetDistance.json: Fréchet distances of sets of features, by scipy.linalg.sqrtm of the product of their covariances.

The features are written with few digits so that the file stays short.
"""

import json
from pathlib import Path

import numpy as np
from scipy.linalg import sqrtm

random = np.random.default_rng(13)


def features(n, k, shift=0.0):
    """Correlated, of different scales, and skewed as those of a network."""
    mixing = random.standard_normal((k, k)) * np.geomspace(0.1, 2, k)[:, None]
    return np.round(np.maximum(random.standard_normal((n, k)) @ mixing, -0.3) + shift, 3)


def distance(a, b):
    first, second = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (a, b))
    root = sqrtm(first @ second)
    # A product of positive definite matrices has positive eigenvalues, and so a real root.
    assert np.abs(np.imag(root)).max() < 1e-9
    return float(np.sum((a.mean(0) - b.mean(0)) ** 2) + np.trace(first) + np.trace(second) - 2 * np.trace(np.real(root)))


def case(name, a, b):
    return {"name": name, "a": a.tolist(), "b": b.tolist(), "distance": distance(a, b)}


golden = [
    case("one feature", features(9, 1), features(9, 1, 0.5)),
    case("three features", features(20, 3), features(20, 3)),
    case("five features, sets of different sizes far from the origin", features(30, 5, 50), features(17, 5, 51)),
    case("twelve features", features(40, 12), features(40, 12, 0.2)),
]
Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")
