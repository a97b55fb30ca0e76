"""Values and parameter gradients of the velocity losses in double precision, by JAX: python test/golden/losses.py

Writes losses.json beside it. The losses are written out from Wang et al. 2020, Algorithm 0, without looking at the library's code.
"""
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

SIZES = [3, 8, 8, 1]
BATCH = 12
EPSILON = 0.25
ACTIVATIONS = {
    "tanh": jnp.tanh,
    "sigmoid": jax.nn.sigmoid,
    "swish": jax.nn.swish,
    "elu": jax.nn.elu,
    "softplus": jax.nn.softplus,
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
}


def single(array):
    """Rounded to single precision, so that both sides start from the same numbers."""
    return np.asarray(array, np.float32).astype(np.float64)


random = np.random.default_rng(6)
parameters = []
for fan_in, fan_out in zip(SIZES[:-1], SIZES[1:]):
    parameters += [single(random.normal(size=(fan_in, fan_out)) * 2 / np.sqrt(fan_in)), single(random.normal(size=fan_out) * 0.3)]
flat = single(random.normal(size=(BATCH, 3)))
round_ = random.normal(size=(BATCH, 3))
round_ = single(round_ / np.linalg.norm(round_, axis=1, keepdims=True))
noise = single(random.normal(size=(BATCH, 3)))


def energy_with(activation):
    def energy(parameters, x):
        hidden = x
        for i in range(0, len(parameters), 2):
            hidden = hidden @ parameters[i] + parameters[i + 1]
            if i + 2 < len(parameters):
                hidden = activation(hidden)
        return hidden[0]

    return energy


def mvl_ld(energy):
    """x⁻ = x − (ε/2)∇E + √(2ε) z."""

    def term(parameters, x, z):
        gradient = jax.grad(energy, 1)(parameters, x)
        after = x - EPSILON / 2 * gradient + jnp.sqrt(2 * EPSILON) * z
        control = jnp.sqrt(2 * EPSILON) * gradient @ z
        return -2 / EPSILON * (energy(parameters, after) - energy(parameters, x) - control)

    return term


def mvl_rld(energy):
    """x⁻ = Exp_x(−(ε/2) grad E + √(2ε) P_x ξ) on the unit sphere."""

    def term(parameters, x, z):
        tangent = lambda v: v - (x @ v) * x
        gradient = tangent(jax.grad(energy, 1)(parameters, x))
        kick = jnp.sqrt(2 * EPSILON) * tangent(z)
        velocity = kick - EPSILON / 2 * gradient
        length = jnp.sqrt(velocity @ velocity)
        after = jnp.cos(length) * x + jnp.sin(length) / length * velocity
        return -2 / EPSILON * (energy(parameters, after) - energy(parameters, x) - gradient @ kick)

    return term


def mvl_rld_chart(energy):
    """The same in the stereographic chart of the paper, from the south pole of x or −x; the metric is differentiated, not written out."""

    def decode(y):
        square = y @ y
        return jnp.append(2 * y, 1 - square) / (1 + square)

    def metric(y):
        jacobian = jax.jacfwd(decode)(y)
        return jacobian.T @ jacobian

    inverse = lambda y: jnp.linalg.inv(metric(y))

    def term(parameters, x, z):
        side = jnp.where(x[2] < 0, -1.0, 1.0)
        y = side * x[:2] / (1 + side * x[2])
        local = lambda y: energy(parameters, side * decode(y))
        gradient = jax.grad(local)(y)
        volume = jax.grad(lambda y: jnp.log(jnp.linalg.det(metric(y))))(y)
        divergence = jnp.einsum("ikk->i", jax.jacfwd(inverse)(y))
        drift = inverse(y) @ (-gradient / 2 + volume / 2) + divergence
        # g is a multiple of the identity, so its inverse's root is the scalar root.
        kick = jnp.sqrt(2 * EPSILON) * jnp.sqrt(inverse(y)[0, 0]) * z[:2]
        after = y + EPSILON * drift + kick
        return -2 / EPSILON * (local(after) - energy(parameters, x) - gradient @ kick)

    return term


LOSSES = {"mvlLd": (mvl_ld, flat), "mvlRld": (mvl_rld, round_), "mvlRld by chart": (mvl_rld_chart, round_)}

cases = []
for name, activation in ACTIVATIONS.items():
    for loss_name, (make, points) in LOSSES.items():
        term = make(energy_with(activation))
        loss = lambda p: jnp.mean(jax.vmap(term, (None, 0, 0))(p, points, noise))
        value, gradients = jax.value_and_grad(loss)(parameters)
        cases.append({"activation": name, "loss": loss_name, "value": float(value), "gradients": [np.ravel(g).tolist() for g in gradients]})


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


golden = {
    "command": "python test/golden/losses.py",
    "versions": {"jax": jax.__version__, "numpy": np.__version__},
    "epsilon": EPSILON,
    "parameters": [{"shape": list(p.shape), "values": np.ravel(p).tolist()} for p in parameters],
    "points": {"flat": flat.tolist(), "sphere": round_.tolist()},
    "noise": noise.tolist(),
    "cases": cases,
}
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps(rounded(golden), ensure_ascii=False) + "\n")
print(path.name, len(cases), "cases")
