"""The training step in PyTorch, eager: `python torch_peer.py CASE_FOLDER`, spoken to as protocol.py says.

The gradient inside the loss is autograd's own graph; parameters and the optimizer's slots are updated in place, all of them by one call each.
"""

import time

BEGAN = time.perf_counter()
import torch

IMPORT_SECONDS = time.perf_counter() - BEGAN

import torch.nn.functional as F

from protocol import serve

THREADS = 2


def energy(params, x):
    """E(x) = tanh(tanh(x W1 + b1) W2 + b2) W3 + b3, `[n, d]` to `[n]`."""
    w1, b1, w2, b2, w3, b3 = params
    hidden = torch.tanh(torch.addmm(b2, torch.tanh(torch.addmm(b1, x, w1)), w2))
    return torch.addmm(b3, hidden, w3)[:, 0]


def energy_and_gradient(params, x):
    """U = E/2, the energy whose Langevin dynamics is stepped, and ∇U, `[n]` and `[n, d]`."""
    x = x.detach().requires_grad_()
    value = energy(params, x) / 2
    (gradient,) = torch.autograd.grad(value.sum(), x, create_graph=True)
    return value, gradient


def velocity(before, after, martingale, epsilon):
    """L = −(4/ε) mean(U(x⁻) − U(x) − martingale)."""
    return (-(4 / epsilon) * (after - before - martingale)).mean()


def mvl_ld(params, x, z, epsilon):
    """Langevin: x⁻ = x − ε ∇U + √(2ε) z, martingale ⟨∇U, √(2ε) z⟩."""
    before, gradient = energy_and_gradient(params, x)
    kick = (2 * epsilon) ** 0.5 * z
    after = energy(params, x - epsilon * gradient + kick) / 2
    return velocity(before, after, (gradient * kick).sum(1), epsilon)


def dot(u, v):
    return (u * v).sum(1, keepdim=True)


def tangent(x, v):
    """Pₓv = v − ⟨x, v⟩x on the unit sphere."""
    return v - dot(x, v) * x


def cos_and_sinc(s):
    """cos √s and sin √s / √s. Near 0 their series: there the closed forms have no derivative in s."""
    small = s < 0.05
    near = s.masked_fill(~small, 0)
    root = s.masked_fill(small, 1).sqrt()
    cos_series = 1 - near / 2 * (1 - near / 12 * (1 - near / 30))
    sinc_series = 1 - near / 6 * (1 - near / 20 * (1 - near / 42))
    return torch.where(small, cos_series, root.cos()), torch.where(small, sinc_series, root.sin() / root)


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
    return velocity(before, after, (gradient * kick).sum(1), epsilon)


def mlp_classifier(params, x, y, _epsilon):
    """Three dense layers with relu between; mean cross-entropy."""
    w1, b1, w2, b2, w3, b3 = params
    hidden = torch.relu(torch.addmm(b2, torch.relu(torch.addmm(b1, x, w1)), w2))
    return F.cross_entropy(torch.addmm(b3, hidden, w3), y)


def cnn_classifier(params, x, y, _epsilon):
    """Two valid convolutions of 3 by 3, each with relu and pooled, and a dense layer; mean cross-entropy. NCHW, as `channels_first` lays it out."""
    k1, b1, k2, b2, w, b3 = params
    features = F.max_pool2d(torch.relu(F.conv2d(x, k1, b1)), 2)
    features = F.max_pool2d(torch.relu(F.conv2d(features, k2, b2)), 2)
    return F.cross_entropy(torch.addmm(b3, features.flatten(1), w), y)


def channels_first(params, inputs):
    """Images NHWC to NCHW, kernels HWIO to OIHW, and the dense layer's rows, which run over H, W and C, to C, H and W."""
    k1, b1, k2, b2, w, b3 = params
    x, y = inputs
    channels, outputs = k2.shape[3], w.shape[1]
    side = round((len(w) / channels) ** 0.5)
    rows = w.reshape(side, side, channels, outputs).permute(2, 0, 1, 3).reshape(len(w), outputs)
    kernels = [k.permute(3, 2, 0, 1).contiguous() for k in (k1, k2)]
    return [kernels[0], b1, kernels[1], b2, rows, b3], [x.permute(0, 3, 1, 2).contiguous(), y]


def as_given(params, inputs):
    return params, inputs


# The loss of each kind, and the layout that it wants its tensors in.
KINDS = {
    "mvl-ld": (mvl_ld, as_given),
    "mvl-rld": (mvl_rld, as_given),
    "mlp-classifier": (mlp_classifier, as_given),
    "cnn-classifier": (cnn_classifier, channels_first),
}


def rmsprop(params, learningRate, decay, momentum, epsilon, **_):
    """s ← ρs + (1 − ρ)g², m ← μm + ηg/√(s + ε), p ← p − m. Without momentum m is not kept."""
    squares = [torch.zeros_like(p) for p in params]
    moves = [torch.zeros_like(p) for p in params]

    def update(gradients):
        torch._foreach_mul_(squares, decay)
        torch._foreach_addcmul_(squares, gradients, gradients, 1 - decay)
        roots = torch._foreach_add(squares, epsilon)
        torch._foreach_sqrt_(roots)
        if not momentum:
            torch._foreach_addcdiv_(params, gradients, roots, -learningRate)
            return
        torch._foreach_mul_(moves, momentum)
        torch._foreach_addcdiv_(moves, gradients, roots, learningRate)
        torch._foreach_sub_(params, moves)

    return update


def adam(params, learningRate, beta1, beta2, epsilon, **_):
    """m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − η m̂/(√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)."""
    firsts = [torch.zeros_like(p) for p in params]
    seconds = [torch.zeros_like(p) for p in params]
    steps = 0

    def update(gradients):
        nonlocal steps
        steps += 1
        torch._foreach_mul_(firsts, beta1)
        torch._foreach_add_(firsts, gradients, alpha=1 - beta1)
        torch._foreach_mul_(seconds, beta2)
        torch._foreach_addcmul_(seconds, gradients, gradients, 1 - beta2)
        roots = torch._foreach_div(seconds, 1 - beta2**steps)
        torch._foreach_sqrt_(roots)
        torch._foreach_add_(roots, epsilon)
        torch._foreach_addcdiv_(params, firsts, roots, -learningRate / (1 - beta1**steps))

    return update


OPTIMIZERS = {"rmsprop": rmsprop, "adam": adam}


def prepare(case):
    """Lays out a case's tensors and returns the function that takes one step."""
    torch.set_num_threads(THREADS)
    loss, layout = KINDS[case.kind]
    params, inputs = layout(*([torch.from_numpy(a.copy()) for a in arrays] for arrays in (case.params, case.inputs)))
    update = OPTIMIZERS[case.optimizer["name"]](params, **case.optimizer)
    for p in params:
        p.requires_grad_()

    def step():
        value = loss(params, *inputs, case.epsilon)
        gradients = torch.autograd.grad(value, params)
        with torch.no_grad():
            update(gradients)
        return value.detach()

    return step


if __name__ == "__main__":
    serve(prepare, torch.__version__, IMPORT_SECONDS)
