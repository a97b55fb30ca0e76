"""Checks the peers on small cases: `bench/.venv/bin/python bench/peers/check_peers.py`.

JAX and PyTorch must have the same losses after 1 and after 20 steps, with either optimizer; and JAX's gradients, in double precision and in single,
must be those of central differences. Prints every figure, and exits with 1 where one is too large.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

import jax_peer

HERE = Path(__file__).parent
PYTHONS = {"jax_peer.py": sys.executable, "torch_peer.py": "/usr/bin/python3"}
OPTIMIZERS = {
    "rmsprop": {"name": "rmsprop", "learningRate": 1e-3, "decay": 0.9, "momentum": 0, "epsilon": 1e-7},
    "rmsprop, momentum": {"name": "rmsprop", "learningRate": 1e-4, "decay": 0.9, "momentum": 0.9, "epsilon": 1e-7},
    "adam": {"name": "adam", "learningRate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-7},
}
EPSILON = 1e-3
STEPS = 20

# Rounding in single precision: some 1e-7 of the energies, multiplied by 4/ε and averaged over a batch: 5e-5 of a loss of order 1 at most.
LOSS_TOLERANCE = 1e-4
# Central differences in double precision: h² + 1e-16 4/ε / h at h = 1e-5 is 5e-8 of values of order 1.
DIFFERENCE_TOLERANCE = 1e-6
# The same rounding as of a loss, in the gradient.
SINGLE_TOLERANCE = 1e-4


def normal(random, *shape, scale=1.0):
    return (scale * random.standard_normal(shape)).astype(np.float32)


def dense(random, *sizes, gain=1.0):
    """Weights and biases of dense layers, in order; the weights with variance gain²/inputs."""
    layers = [(normal(random, i, o, scale=gain / i**0.5), normal(random, o, scale=0.1)) for i, o in zip(sizes, sizes[1:])]
    return [array for layer in layers for array in layer]


def one_hot(random, n, classes=10):
    return np.eye(classes, dtype=np.float32)[random.integers(classes, size=n)]


def langevin_tensors(random, n=256, d=5, h=16):
    # So steep that the loss is still far from 0 after STEPS steps: at 0 a relative difference says nothing.
    return dense(random, d, h, h, 1, gain=3), [normal(random, n, d), normal(random, n, d)]


def sphere_tensors(random, n=256, h=16):
    params, (x, z) = langevin_tensors(random, n, 3, h)
    return params, [x / np.linalg.norm(x, axis=1, keepdims=True), z]


def mlp_tensors(random, n=128):
    return dense(random, 784, 256, 128, 10), [normal(random, n, 784), one_hot(random, n)]


def cnn_tensors(random, n=16):
    convolutions = [normal(random, 3, 3, 1, 8, scale=0.3), normal(random, 8), normal(random, 3, 3, 8, 16, scale=0.1), normal(random, 16)]
    return [*convolutions, *dense(random, 400, 10)], [normal(random, n, 28, 28, 1), one_hot(random, n)]


TENSORS = {"mvl-ld": langevin_tensors, "mvl-rld": sphere_tensors, "mlp-classifier": mlp_tensors, "cnn-classifier": cnn_tensors}


def write_case(folder, kind, optimizer, params, inputs):
    """A case as protocol.py describes it."""
    names = {"params": [f"p{i}" for i in range(len(params))], "inputs": [f"i{i}" for i in range(len(inputs))]}
    arrays = [*params, *inputs]
    tensors = [{"name": name, "shape": a.shape} for name, a in zip(names["params"] + names["inputs"], arrays)]
    description = {"kind": kind, "epsilon": EPSILON, "optimizer": optimizer, **names, "tensors": tensors}
    (folder / "case.json").write_text(json.dumps(description))
    (folder / "data.bin").write_bytes(b"".join(a.astype("<f4").tobytes() for a in arrays))


def losses_of(peer, folder):
    """A peer's losses of the first step and of the one after STEPS."""
    requests = [{"run": STEPS, "seconds": 60}, {"end": True}]
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    process = subprocess.run([PYTHONS[peer], HERE / peer, folder], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    ready, ran, end = map(json.loads, process.stdout.splitlines())
    assert ready["ready"] and len(ran["ms"]) == STEPS and end["peakMiB"] > 0
    return ready["loss"], ran["loss"]


def difference_of_losses(kind, optimizer):
    """The two peers' losses, and the larger of their two relative differences."""
    params, inputs = TENSORS[kind](np.random.default_rng(1))
    with tempfile.TemporaryDirectory() as folder:
        write_case(Path(folder), kind, optimizer, params, inputs)
        jax_losses, torch_losses = (losses_of(peer, folder) for peer in PYTHONS)
    return jax_losses, max(abs(a - b) / abs(a) for a, b in zip(jax_losses, torch_losses))


def norm(arrays):
    return float(np.sqrt(sum(np.sum(np.square(np.asarray(a, np.float64))) for a in arrays)))


def gradient_errors(kind, directions=10, h=1e-5):
    """Relative errors of JAX's gradient g, with differences along random unit directions u: of ⟨g, u⟩ in double precision, and of g in single."""
    random = np.random.default_rng(2)
    single_params, single_inputs = TENSORS[kind](random)
    params, inputs = ([jnp.array(a, jnp.float64) for a in arrays] for arrays in (single_params, single_inputs))
    loss = jax.jit(lambda params: jax_peer.KINDS[kind](params, *inputs, EPSILON))
    gradient = jax.grad(loss)(params)
    worst = 0.0
    for _ in range(directions):
        u = [random.standard_normal(p.shape) for p in params]
        u = [a / norm(u) for a in u]
        along = lambda t: float(loss([p + t * a for p, a in zip(params, u)]))
        slope = sum(float(jnp.vdot(g, a)) for g, a in zip(gradient, u))
        worst = max(worst, abs((along(h) - along(-h)) / (2 * h) - slope) / abs(slope))
    single = jax.grad(jax_peer.KINDS[kind])([jnp.array(a) for a in single_params], *map(jnp.array, single_inputs), EPSILON)
    assert all(g.dtype == jnp.float32 for g in single)
    return worst, norm([np.asarray(s, np.float64) - g for s, g in zip(single, gradient)]) / norm(gradient)


def report(name, value, tolerance):
    """Prints a figure; whether it is within its tolerance."""
    fine = value <= tolerance
    print(f"{'ok    ' if fine else 'FAILED'}  {name:<62} {value:.1e}, at most {tolerance:.0e}", flush=True)
    return fine


def main():
    jax.config.update("jax_enable_x64", True)
    results = []
    for kind in TENSORS:
        double, single = gradient_errors(kind)
        results.append(report(f"{kind}: gradient, double precision, to differences", double, DIFFERENCE_TOLERANCE))
        results.append(report(f"{kind}: gradient, single precision to double", single, SINGLE_TOLERANCE))
    if subprocess.run([PYTHONS["torch_peer.py"], "-c", "import torch"], stderr=subprocess.DEVNULL).returncode:
        sys.exit("PyTorch is not there to compare with: bash bench/peers/setup.sh python")
    for kind in TENSORS:
        for name, optimizer in OPTIMIZERS.items():
            (first, last), difference = difference_of_losses(kind, optimizer)
            results.append(report(f"{kind}, {name}: losses {first:.4f} → {last:.4f}, JAX to PyTorch", difference, LOSS_TOLERANCE))
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()
