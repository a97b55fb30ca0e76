"""Writes manifolds.json: exp, log, distance, transport and inner products by geomstats, in double precision.

    GEOMSTATS_BACKEND=numpy python test/golden/manifolds.py       (needs geomstats, scipy and numpy < 2)

Its metrics have the scales of ours: curvature -1 on hyperbolic spaces, the angle as the distance of rotations, 2 arccos of the overlap on the simplex.
Where geomstats has no closed form of transport its pole ladder is taken, which is exact on symmetric spaces (Pennec 2018). The Stiefel manifold is none: there
the equation W' = -Gamma(V, W) is integrated, with the Christoffel function of Edelman, Arias & Smith (1998), eq. 2.49.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from geomstats.geometry.euclidean import Euclidean
from geomstats.geometry.hyperboloid import Hyperboloid
from geomstats.geometry.hypersphere import Hypersphere
from geomstats.geometry.poincare_ball import PoincareBall
from geomstats.geometry.product_manifold import ProductManifold
from geomstats.geometry.spd_matrices import SPDMatrices
from geomstats.geometry.special_orthogonal import SpecialOrthogonal
from geomstats.geometry.stiefel import Stiefel
from geomstats.information_geometry.categorical import CategoricalDistributions
from scipy.integrate import solve_ivp

random = np.random.default_rng(11)
ROWS = 6


def hyperboloid_points(n):
    space = random.normal(size=(ROWS, n))
    return np.concatenate([np.sqrt(1 + np.sum(space**2, 1, keepdims=True)), space], 1)


def ball_points(n):
    direction = random.normal(size=(ROWS, n))
    return direction / np.linalg.norm(direction, axis=1, keepdims=True) * random.uniform(0, 0.9, size=(ROWS, 1))


def sphere_points(n):
    return Hypersphere(n).random_uniform(ROWS).reshape(ROWS, n + 1)


def simplex_points(n):
    """Away from the boundary, so that the shortest geodesics to try stay inside."""
    weights = random.uniform(0.5, 1.5, size=(ROWS, n + 1))
    return weights / np.sum(weights, 1, keepdims=True)


def frames(n, p):
    """Not too far from each other for logarithms."""
    return np.linalg.qr(np.eye(n, p) + 0.35 * random.normal(size=(ROWS, n, p)))[0] @ np.diag([-1] * p)


def positive(n):
    a = random.normal(size=(ROWS, n, n))
    return a @ np.swapaxes(a, 1, 2) / n + 0.3 * np.eye(n)


np.random.seed(11)
circles = ProductManifold([Hypersphere(1)] * 2, point_ndim=1)
mixed = ProductManifold([Hypersphere(2), Euclidean(2)], point_ndim=1)
flat_and_round = lambda: np.concatenate([sphere_points(2), random.normal(size=(ROWS, 2))], 1)
CASES = {
    "sphere:3": (Hypersphere(3), lambda: sphere_points(3), 1),
    "torus:2": (circles, lambda: np.concatenate([sphere_points(1), sphere_points(1)], 1), 1),
    "product(sphere:2,euclidean:2)": (mixed, flat_and_round, 1),
    "hyperbolic:3": (Hyperboloid(3), lambda: hyperboloid_points(3), 1),
    "poincare:3": (PoincareBall(3), lambda: ball_points(3), 0.2),
    "so3": (SpecialOrthogonal(3), lambda: SpecialOrthogonal(3).random_uniform(ROWS), 0.7),
    "simplex:3": (CategoricalDistributions(3), lambda: simplex_points(3), 0.05),
    "stiefel:5,2": (Stiefel(5, 2), lambda: frames(5, 2), 0.7),
    "stiefel:6,3": (Stiefel(6, 3), lambda: frames(6, 3), 0.5),
    "spd:2": (SPDMatrices(2), lambda: positive(2), 0.5),
    "spd:3": (SPDMatrices(3), lambda: positive(3), 0.5),
}


def logarithm(space, y, x):
    if isinstance(space, Stiefel):
        space.metric.log_solver.tol = 1e-13
    return space.metric.log(y, x)


def stiefel_transport(space, u, x, y):
    n, p = x.shape
    start = logarithm(space, y, x)
    sym = lambda a: (a + a.T) / 2

    def slope(_, state):
        at, v, w = state.reshape(3, n, p)
        across = np.eye(n) - at @ at.T
        gamma = lambda a, b: (a @ b.T + b @ a.T) @ at / 2 + at @ sym(a.T @ across @ b)
        return np.stack([v, -gamma(v, v), -gamma(v, w)]).ravel()

    path = solve_ivp(slope, (0, 1), np.stack([x, start, u]).ravel(), method="DOP853", rtol=1e-12, atol=1e-12)
    end = path.y[:, -1].reshape(3, n, p)
    assert np.abs(end[0] - y).max() < 1e-9
    return end[2]


def transport(space, u, x, y):
    metric = space.metric
    if isinstance(space, Stiefel):
        return np.stack([stiefel_transport(space, *row) for row in zip(u, x, y)])
    if isinstance(space, ProductManifold):
        parts = []
        start = 0
        for factor in space.factors:
            columns = slice(start, start + factor.shape[0])
            parts.append(u[:, columns] if isinstance(factor, Euclidean) else transport(factor, u[:, columns], x[:, columns], y[:, columns]))
            start = columns.stop
        return np.concatenate(parts, 1)
    try:
        return metric.parallel_transport(u, x, end_point=y)
    except NotImplementedError:
        return metric.ladder_parallel_transport(u, x, metric.log(y, x), n_rungs=1, scheme="pole")["transported_tangent_vec"]


def rows(array):
    flat = np.asarray(array).reshape(ROWS, -1)
    return [[float(f"{value:.9g}") for value in row] for row in flat]


def case(name):
    space, points, scale = CASES[name]
    x, y = points(), points()
    v, u = [scale * space.to_tangent(random.normal(size=x.shape), x) for _ in range(2)]
    metric = space.metric
    values = {
        "x": x,
        "y": y,
        "v": v,
        "u": u,
        "exp": metric.exp(v, x),
        "log": logarithm(space, y, x),
        "dist": metric.norm(logarithm(space, y, x), x) if isinstance(space, Stiefel) else metric.dist(x, y),
        "inner": metric.inner_product(u, v, x),
        "transport": transport(space, u, x, y),
    }
    return {"manifold": name} | {key: rows(value) for key, value in values.items()}


golden = {
    "command": "GEOMSTATS_BACKEND=numpy python test/golden/manifolds.py",
    "versions": {"geomstats": version("geomstats"), "numpy": np.__version__},
    "cases": [case(name) for name in CASES],
}
path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps(golden) + "\n")
print(path.name, len(golden["cases"]), "cases")
