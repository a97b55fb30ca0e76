"""The training step in JAX: `python jax_peer.py CASE_FOLDER`, spoken to as protocol.py says.

A step is one jitted function of parameters, the optimizer's slots and inputs, which gives its parameters and slots up to be overwritten.
"""

import time

BEGAN = time.perf_counter()
import jax
import jax.numpy as jnp

IMPORT_SECONDS = time.perf_counter() - BEGAN

from functools import partial

from protocol import serve


def energy(params, x):
    """E(x) = tanh(tanh(x W1 + b1) W2 + b2) W3 + b3, `[n, d]` to `[n]`."""
    w1, b1, w2, b2, w3, b3 = params
    return (jnp.tanh(jnp.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3)[:, 0]


def energy_and_gradient(params, x):
    """U = E/2, the energy whose Langevin dynamics is stepped, and ∇U, `[n]` and `[n, d]`."""
    value, pull = jax.vjp(lambda x: energy(params, x) / 2, x)
    (gradient,) = pull(jnp.ones_like(value))
    return value, gradient


def velocity(before, after, martingale, epsilon):
    """L = −(4/ε) mean(U(x⁻) − U(x) − martingale)."""
    return jnp.mean(-(4 / epsilon) * (after - before - martingale))


def mvl_ld(params, x, z, epsilon):
    """Langevin: x⁻ = x − ε ∇U + √(2ε) z, martingale ⟨∇U, √(2ε) z⟩."""
    before, gradient = energy_and_gradient(params, x)
    kick = (2 * epsilon) ** 0.5 * z
    after = energy(params, x - epsilon * gradient + kick) / 2
    return velocity(before, after, jnp.sum(gradient * kick, axis=1), epsilon)


def dot(u, v):
    return jnp.sum(u * v, axis=1, keepdims=True)


def tangent(x, v):
    """Pₓv = v − ⟨x, v⟩x on the unit sphere."""
    return v - dot(x, v) * x


def cos_and_sinc(s):
    """cos √s and sin √s / √s. Near 0 their series: there the closed forms have no derivative in s."""
    small = s < 0.05
    near = jnp.where(small, s, 0)
    root = jnp.sqrt(jnp.where(small, 1, s))
    cos_series = 1 - near / 2 * (1 - near / 12 * (1 - near / 30))
    sinc_series = 1 - near / 6 * (1 - near / 20 * (1 - near / 42))
    return jnp.where(small, cos_series, jnp.cos(root)), jnp.where(small, sinc_series, jnp.sin(root) / root)


def sphere_exp(x, v):
    """expₓ(v) = cos|v| x + sin|v|/|v| v."""
    cos, sinc = cos_and_sinc(dot(v, v))
    return cos * x + sinc * v


def mvl_rld(params, x, z, epsilon):
    """Langevin on the sphere: x⁻ = expₓ(k − ε g), k = √(2ε) Pₓz, g = Pₓ∇U, martingale ⟨g, k⟩."""
    before, ambient = energy_and_gradient(params, x)
    gradient = tangent(x, ambient)
    kick = (2 * epsilon) ** 0.5 * tangent(x, z)
    after = energy(params, sphere_exp(x, kick - epsilon * gradient)) / 2
    return velocity(before, after, jnp.sum(gradient * kick, axis=1), epsilon)


def cross_entropy(logits, y):
    """−mean Σ y log softmax(logits)."""
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(logits), axis=1))


def mlp_classifier(params, x, y, _epsilon):
    """Three dense layers with relu between."""
    w1, b1, w2, b2, w3, b3 = params
    hidden = jax.nn.relu(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
    return cross_entropy(hidden @ w3 + b3, y)


def convolve(x, kernel, bias):
    """Relu of a valid convolution, NHWC with an HWIO kernel."""
    layout = ("NHWC", "HWIO", "NHWC")
    return jax.nn.relu(jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=layout) + bias)


def max_pool(x):
    """The largest of each 2 by 2 window, stride 2, NHWC; an odd last row or column is left out.

    A maximum over reshaped axes: with it a step on 128 images takes 8.5 ms on 2 cores, with `lax.reduce_window` 12. Equal entries share its
    gradient, but after a relu those are zeros, which pass no gradient on.
    """
    n, height, width, channels = x.shape
    rows, columns = height // 2, width // 2
    windows = x[:, : 2 * rows, : 2 * columns].reshape(n, rows, 2, columns, 2, channels)
    return windows.max(axis=(2, 4))


def cnn_classifier(params, x, y, _epsilon):
    """Two convolutions of 3 by 3, each pooled, and a dense layer."""
    k1, b1, k2, b2, w, b3 = params
    features = max_pool(convolve(max_pool(convolve(x, k1, b1)), k2, b2))
    return cross_entropy(features.reshape(len(x), -1) @ w + b3, y)


KINDS = {"mvl-ld": mvl_ld, "mvl-rld": mvl_rld, "mlp-classifier": mlp_classifier, "cnn-classifier": cnn_classifier}


def rmsprop(learningRate, decay, momentum, epsilon, **_):
    """s ← ρs + (1 − ρ)g², m ← μm + ηg/√(s + ε), p ← p − m. Without momentum m is not kept."""

    def start(params):
        zeros = lambda: [jnp.zeros_like(p) for p in params]
        return (zeros(), zeros()) if momentum else (zeros(),)

    def update(params, slots, gradients):
        squares = [decay * s + (1 - decay) * g * g for s, g in zip(slots[0], gradients)]
        moves = [learningRate * g / jnp.sqrt(s + epsilon) for s, g in zip(squares, gradients)]
        if momentum:
            moves = [momentum * m + move for m, move in zip(slots[1], moves)]
        return [p - move for p, move in zip(params, moves)], (squares, moves) if momentum else (squares,)

    return start, update


def adam(learningRate, beta1, beta2, epsilon, **_):
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − η m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)."""

    def start(params):
        zeros = lambda: [jnp.zeros_like(p) for p in params]
        return zeros(), zeros(), jnp.ones(()), jnp.ones(())

    def update(params, slots, gradients):
        firsts, seconds, power1, power2 = slots
        power1, power2 = power1 * beta1, power2 * beta2
        firsts = [beta1 * m + (1 - beta1) * g for m, g in zip(firsts, gradients)]
        seconds = [beta2 * v + (1 - beta2) * g * g for v, g in zip(seconds, gradients)]
        move = lambda m, v: learningRate * (m / (1 - power1)) / (jnp.sqrt(v / (1 - power2)) + epsilon)
        return [p - move(m, v) for p, m, v in zip(params, firsts, seconds)], (firsts, seconds, power1, power2)

    return start, update


OPTIMIZERS = {"rmsprop": rmsprop, "adam": adam}


def prepare(case):
    """Places a case's arrays and returns the function that takes one step."""
    loss = KINDS[case.kind]
    start, update = OPTIMIZERS[case.optimizer["name"]](**case.optimizer)

    @partial(jax.jit, donate_argnums=(0, 1))
    def train(params, slots, inputs):
        value, gradients = jax.value_and_grad(loss)(params, *inputs, case.epsilon)
        return *update(params, slots, gradients), value

    # Copies: an array that shares the host's memory cannot be overwritten.
    params, inputs = ([jnp.array(a, copy=True) for a in arrays] for arrays in (case.params, case.inputs))
    slots = start(params)

    def step():
        nonlocal params, slots
        params, slots, value = jax.block_until_ready(train(params, slots, inputs))
        return value

    return step


if __name__ == "__main__":
    serve(prepare, jax.__version__, IMPORT_SECONDS)
