"""Writes gradients.json: derivatives of network operations in double precision, by JAX.

    python test/golden/gradients.py [case …]       (needs jax and numpy)

Without names all cases, which takes minutes; with names those alone, and the others stay as they are. Each case is a function f of tensors, seen
as a function of the vector u of all their entries. With E(u) = <c, f(u)>:

    first   dE/du
    second  H v, H = d2E/du2
    third   d(v' H v)/du
    mixed   d<dE/dx, z>/dW, then d<dE/dx, z>/dc, where u = u0 + W x

c, v, W, x and z are the sequences below; u0 is such that u has the values written with the case. All are multiples of 2^-7 and so exact in
single precision. Signs and places of ties are avoided: their conventions are tested elsewhere.
"""

import json
import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
lax = jax.lax


def sequence(seed, n):
    """Multiples of 1/16 within (-1, 1), none of them 0, the same in cases.ts."""
    i = np.arange(n)
    return ((7 * i * i + 13 * i + 5 * seed) % 31 - 15) / 16 + 1 / 32


def points(seed, *shape, scale=1.0):
    return (sequence(seed, int(np.prod(shape))) * scale).reshape(shape)


def positive(seed, *shape):
    return points(seed, *shape) * 0.5 + 1.0


WIDE = np.array([-7.25, -2.75, -1.25, -0.375, 0.21875, 0.84375, 2.625, 6.5])
UNIT = np.array([-0.90625, -0.5, -0.1875, 0.125, 0.375, 0.8125])
DISTINCT = (np.random.default_rng(0).permutation(36) - 18) / 16 + 1 / 32
CASES = {}


def case(name, f, *inputs):
    assert name not in CASES
    CASES[name] = (f, [np.asarray(i, dtype=np.float64) for i in inputs])


# Activations of tf.layers.
ACTIVATIONS = {
    "elu": jax.nn.elu,
    "hardSigmoid": lambda x: jnp.clip(0.2 * x + 0.5, 0, 1),
    "linear": lambda x: x,
    "relu": jax.nn.relu,
    "relu6": jax.nn.relu6,
    "selu": jax.nn.selu,
    "sigmoid": jax.nn.sigmoid,
    "softmax": jax.nn.softmax,
    "logSoftmax": jax.nn.log_softmax,
    "softplus": jax.nn.softplus,
    "softsign": jax.nn.soft_sign,
    "tanh": jnp.tanh,
    "swish": jax.nn.silu,
    "mish": lambda x: x * jnp.tanh(jax.nn.softplus(x)),
    "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    "gelu_new": lambda x: jax.nn.gelu(x, approximate=True),
}
for name, f in ACTIVATIONS.items():
    case("activation " + name, f, WIDE.reshape(2, 4) if name in ("softmax", "logSoftmax") else WIDE)
case("LeakyReLU", lambda x: jnp.where(x > 0, x, 0.3 * x), WIDE)
case("PReLU", lambda x, a: jnp.where(x > 0, x, a * x), WIDE.reshape(2, 4), points(1, 4))
case("ThresholdedReLU", lambda x: jnp.where(x > 1, x, 0.0), WIDE)

# One input, elementwise.
for name, f, x in [
    ("abs", jnp.abs, WIDE), ("acos", jnp.arccos, UNIT), ("acosh", jnp.arccosh, np.abs(WIDE) + 1.0), ("asin", jnp.arcsin, UNIT),
    ("asinh", jnp.arcsinh, WIDE), ("atan", jnp.arctan, WIDE), ("atanh", jnp.arctanh, UNIT), ("ceil", jnp.ceil, WIDE),
    ("clipByValue", lambda x: jnp.clip(x, -2, 2.5), WIDE), ("cos", jnp.cos, WIDE), ("cosh", jnp.cosh, UNIT * 2),
    ("elu", jax.nn.elu, WIDE), ("erf", jax.scipy.special.erf, UNIT * 2), ("exp", jnp.exp, UNIT * 2), ("expm1", jnp.expm1, UNIT * 2),
    ("floor", jnp.floor, WIDE), ("leakyRelu", lambda x: jnp.where(x > 0, x, 0.2 * x), WIDE), ("log", jnp.log, np.abs(WIDE)),
    ("log1p", jnp.log1p, UNIT), ("logSigmoid", jax.nn.log_sigmoid, WIDE), ("neg", jnp.negative, WIDE),
    ("reciprocal", lambda x: 1 / x, WIDE), ("relu6", jax.nn.relu6, WIDE), ("round", jnp.round, WIDE), ("rsqrt", lambda x: x**-0.5, np.abs(WIDE)),
    ("selu", jax.nn.selu, WIDE), ("sign", jnp.sign, WIDE), ("sin", jnp.sin, WIDE), ("sinh", jnp.sinh, UNIT * 2),
    ("softplus", jax.nn.softplus, WIDE), ("sqrt", jnp.sqrt, np.abs(WIDE)), ("square", jnp.square, WIDE),
    ("step", lambda x: jnp.where(x > 0, 1.0, 0.0), WIDE), ("tan", jnp.tan, UNIT),
]:
    case(name, f, x)

# Two inputs, one of them broadcast.
A, B = points(2, 2, 3), points(3, 3)
for name, f, a, b in [
    ("add", jnp.add, A, B), ("atan2", jnp.arctan2, A, B), ("div", jnp.divide, A, positive(3, 3)), ("maximum", jnp.maximum, A, B),
    ("minimum", jnp.minimum, A, B), ("mod", jnp.mod, A * 4, positive(3, 3)), ("mul", jnp.multiply, A, B),
    ("floorDiv", jnp.floor_divide, A * 4, positive(3, 3)), ("pow", jnp.power, positive(2, 2, 3), B * 2), ("squaredDifference", lambda a, b: (a - b) ** 2, A, B),
    ("sub", jnp.subtract, A, B), ("prelu", lambda x, a: jnp.where(x > 0, x, a * x), A, B),
]:
    case(name, f, a, b)
case("pow, to the third", lambda x: x**3, UNIT)
case("where", lambda a, b: jnp.where(a > 0.25, jnp.sin(a), a * b), A, points(4, 2, 3))
case("where, broadcast", lambda a, b: jnp.where(a > 0.25, b, a * a), A, points(4, 1, 3))

# Reductions and cumulative kernels.
T = DISTINCT[:12].reshape(2, 3, 2)
for name, f in [
    ("sum", lambda x: x.sum(1) ** 2), ("mean", lambda x: x.mean((0, 2)) ** 2), ("max", lambda x: x.max(1) ** 2), ("min", lambda x: x.min((0, 2)) ** 2),
    ("prod", lambda x: x.prod(1)), ("prod, two axes", lambda x: x.prod((0, 1), keepdims=True)), ("prod, last axis", lambda x: x.prod(-1)),
    ("logSumExp", lambda x: jax.nn.logsumexp(x, (1, 2))), ("norm", lambda x: jnp.sqrt((x * x).sum((0, 1)))),
    ("cumsum", lambda x: jnp.cumsum(x, 1) ** 2), ("cumsum, exclusive from the end", lambda x: (jnp.flip(jnp.cumsum(jnp.flip(x, 0), 0), 0) - x) ** 2),
    ("cumprod", lambda x: jnp.cumprod(x, 1)), ("variance", lambda x: x.var((0, 2))),
    ("cumprod, exclusive from the end", lambda x: jnp.stack([x[1:].prod(0), jnp.ones(x.shape[1:])])),
]:
    case(name, f, T)
case("prod, with a zero", lambda x: x.prod(1), np.array([[0.5, 0.0, 1.5, -2.0], [0.75, -0.5, 1.25, 0.25]]))
case("prod, with two zeros", lambda x: x.prod(), np.array([0.5, 0.0, 1.5, 0.0]))
case("cumprod, with a zero", lambda x: jnp.cumprod(x), np.array([0.5, -1.25, 0.0, 1.5, 0.75]))
case("topk", lambda x: lax.top_k(x, 2)[0] ** 2, points(6, 2, 4))

# Shapes.
for name, f in [
    ("concat", lambda x: jnp.concatenate([x * x, x], 1)), ("stack", lambda x: jnp.stack([x * x, x], 1)), ("unstack", lambda x: x[:, 0] * x[:, 2]),
    ("split", lambda x: x[:, :1] * x[:, 1:]), ("tile", lambda x: jnp.tile(x, (2, 1, 3)) ** 2), ("reverse", lambda x: x[:, ::-1] * x),
    ("pad", lambda x: jnp.pad(x, ((1, 0), (0, 2), (0, 0)), constant_values=0.5) ** 2), ("expandDims", lambda x: jnp.expand_dims(x, 1) ** 2),
    ("mirrorPad, reflect", lambda x: jnp.pad(x, ((0, 1), (2, 1), (0, 0)), mode="reflect") ** 2),
    ("mirrorPad, symmetric", lambda x: jnp.pad(x, ((1, 2), (0, 3), (0, 0)), mode="symmetric") ** 2), ("slice", lambda x: x[:, 1:, :1] ** 2),
    ("stridedSlice", lambda x: x[:, 0:3:2, 1:2] ** 2), ("stridedSlice, one index", lambda x: x[:, 1:, 1] ** 2), ("stridedSlice, backwards", lambda x: x[:, ::-2] ** 2), ("transpose", lambda x: x.transpose(2, 0, 1) ** 2),
    ("reshape", lambda x: x.reshape(3, 4) ** 2), ("gather", lambda x: x[:, np.array([2, 0, 2, 1])] ** 2),
    ("gather, rows", lambda x: x[np.array([1, 1, 0])] ** 2), ("gather, batch by batch", lambda x: jnp.stack([x[0][np.array([2, 2])], x[1][np.array([0, 1])]]) ** 2),
    ("gatherND", lambda x: x[np.array([0, 1, 0]), np.array([2, 0, 2])] ** 2),
    ("scatterND", lambda x: jnp.zeros((4, 3, 2)).at[np.array([3, 1])].add(x) ** 2),
    ("unsortedSegmentSum", lambda x: jnp.stack([x[:, 0] + x[:, 2], x[:, 1]], 1) ** 2),
    ("broadcastTo", lambda x: jnp.broadcast_to(x[:, :1], (2, 3, 2)) ** 2),
]:
    case(name, f, T)
S = points(7, 1, 4, 4, 1)
case("spaceToBatchND", lambda x: x.reshape(1, 2, 2, 2, 2, 1).transpose(2, 4, 0, 1, 3, 5).reshape(4, 2, 2, 1) ** 2, S)
case("batchToSpaceND", lambda x: x.reshape(2, 2, 1, 2, 2, 1).transpose(2, 3, 0, 4, 1, 5).reshape(1, 4, 4, 1) ** 2, S.reshape(4, 2, 2, 1))
case("depthToSpace", lambda x: x.reshape(1, 2, 2, 2, 2, 1).transpose(0, 1, 3, 2, 4, 5).reshape(1, 4, 4, 1) ** 2, S.reshape(1, 2, 2, 4))

# Products.
case("matMul", jnp.matmul, points(8, 2, 3), points(9, 3, 2))
case("matMul, both transposed", lambda a, b: a.T @ b.T, points(8, 3, 2), points(9, 2, 3))
case("matMul, first transposed", lambda a, b: a.T @ b, points(8, 3, 2), points(9, 3, 2))
case("matMul, second transposed", lambda a, b: a @ b.T, points(8, 2, 3), points(9, 2, 3))
case("matMul, batches broadcast", lambda a, b: a @ b, points(8, 2, 2, 3), points(9, 3, 2))
case("matMul, in one batch", lambda a, b: a @ b.transpose(0, 2, 1), points(8, 2, 2, 3), points(9, 1, 2, 3))
case("einsum", lambda a, b: jnp.einsum("bij,bjk->bik", a, b), points(8, 2, 2, 2), points(9, 2, 2, 1))
case("einsum, one operand", lambda a: jnp.einsum("bij->ib", a) ** 2, points(8, 2, 2, 2))
case("attention", lambda q, k, v: jax.nn.softmax(q @ k.T) @ v, points(8, 2, 3), points(9, 3, 3), points(10, 3, 2))

# Convolutions.
NHWC = ("NHWC", "HWIO", "NHWC")


def conv(x, f, stride=1, pad="SAME", **more):
    return lax.conv_general_dilated(x, f, (stride, stride), pad, dimension_numbers=NHWC, **more)


def depthwise(x, f, stride=1, pad="SAME"):
    h, w, c, m = f.shape
    return conv(x, f.reshape(h, w, 1, c * m), stride, pad, feature_group_count=c)


def conv3d(x, f, stride=1, pad="SAME"):
    return lax.conv_general_dilated(x, f, (stride,) * 3, pad, dimension_numbers=("NDHWC", "DHWIO", "NDHWC"))


def transposed(f, shape):
    """The transpose of a linear f at arguments of a shape."""
    return lambda y: jax.vjp(f, jnp.zeros(shape))[1](y)[0]


X, F = points(11, 2, 4, 4, 1), points(12, 3, 3, 1, 2)
case("conv2d", conv, X, F)
case("conv2d, stride 2", lambda x, f: conv(x, f, 2, "VALID"), points(11, 1, 6, 5, 1), F)
case("conv2d, two channels", lambda x, f: conv(x, f, 2), points(13, 1, 3, 3, 2), points(14, 2, 2, 2, 2))
case("conv1d", lambda x, f: conv(x[:, None], f[None])[:, 0], points(11, 2, 5, 1), points(12, 3, 1, 2))
case("conv2dTranspose", lambda y, f: transposed(lambda x: conv(x, f, 2), (1, 4, 4, 1))(y), points(13, 1, 2, 2, 2), points(14, 3, 3, 1, 2))
case("depthwiseConv2d", depthwise, points(13, 1, 3, 3, 2), points(14, 2, 2, 2, 1))
case("depthwiseConv2d, stride 2", lambda x, f: depthwise(x, f, 2, "VALID"), points(13, 1, 4, 4, 1), points(14, 2, 2, 1, 2))
case("separableConv2d", lambda x, f, p: conv(depthwise(x, f), p), points(13, 1, 3, 3, 1), points(14, 2, 2, 1, 2), points(15, 1, 1, 2, 1))
case("conv3d", conv3d, points(13, 1, 2, 3, 2, 1), points(14, 2, 2, 2, 1, 1))
case("conv3dTranspose", lambda y, f: transposed(lambda x: conv3d(x, f, 2), (1, 2, 4, 2, 1))(y), points(13, 1, 1, 2, 1, 1), points(14, 2, 2, 2, 1, 1))


# Layers whose activation tfjs may fuse with the product.
for name in ["linear", "relu", "elu", "tanh", "sigmoid", "softplus"]:
    f = ACTIVATIONS[name]
    case("dense layer, " + name, lambda x, w, b, f=f: f(x @ w + b), points(8, 2, 3), points(9, 3, 2), points(10, 2))
    if name in ("linear", "relu", "elu", "tanh"):
        case("conv2d layer, " + name, lambda x, w, b, f=f: f(conv(x, w) + b), points(11, 1, 3, 3, 1), points(12, 2, 2, 1, 2), points(10, 2))
case(
    "depthwiseConv2d layer", lambda x, w, b: jnp.tanh(depthwise(x, w, 1, "VALID") + b), points(13, 1, 3, 3, 1), points(14, 2, 2, 1, 2), points(10, 2)
)


# Pooling, by the windows one after another.
def pool(x, filters, strides, same, reduce):
    n = x.shape[1:-1]
    out = [-(-s // d) if same else (s - f) // d + 1 for s, f, d in zip(n, filters, strides)]
    before = [max((o - 1) * d + f - s, 0) // 2 if same else 0 for o, s, f, d in zip(out, n, filters, strides)]
    cells = []
    for index in np.ndindex(*out):
        span = [slice(max(i * d - b, 0), min(i * d - b + f, s)) for i, d, b, f, s in zip(index, strides, before, filters, n)]
        cells.append(reduce(x[(slice(None), *span)], tuple(range(1, x.ndim - 1))))
    return jnp.stack(cells, 1).reshape(x.shape[0], *out, x.shape[-1])


P = DISTINCT[:25].reshape(1, 5, 5, 1)
V = DISTINCT[:27].reshape(1, 3, 3, 3, 1)
for name, f in [("maxPool", lambda x, a: x.max(a) ** 2), ("avgPool", lambda x, a: x.mean(a) ** 2)]:
    case(name, lambda x, f=f: pool(x, (2, 2), (2, 2), False, f), P)
    case(name + ", same, stride 2", lambda x, f=f: pool(x, (3, 2), (2, 2), True, f), P)
    case(name + ", overlapping", lambda x, f=f: pool(x, (3, 3), (1, 1), True, f), P[:, :4, :4])
    case(name + "3d", lambda x, f=f: pool(x, (2, 2, 2), (1, 1, 1), False, f), V)
    case(name + "3d, same", lambda x, f=f: pool(x, (2, 2, 2), (2, 2, 2), True, f), V)


# Normalisation, images.
def moments(x, axes):
    return x.mean(axes, keepdims=True), x.var(axes, keepdims=True)


def layer_norm(x, gamma, beta):
    mean, variance = moments(x, -1)
    return (x - mean) / jnp.sqrt(variance + 1e-3) * gamma + beta


def batch_norm(x, mean, variance, offset=0.0, scale=1.0):
    return (x - mean) / jnp.sqrt(variance + 1e-3) * scale + offset


N = points(16, 2, 3)
case("layerNormalization", layer_norm, points(16, 2, 4), points(17, 4), points(18, 4))
case("layerNormalization, images", layer_norm, points(16, 1, 2, 2, 3), points(17, 3), points(18, 3))
case("batchNorm", batch_norm, N, points(17, 3), positive(18, 3), points(19, 3), points(20, 3))
case("batchNorm, images", batch_norm, points(16, 1, 2, 2, 3), points(17, 3), positive(18, 3), points(19, 3), points(20, 3))
case("batchNormalization, training", lambda x, g, b: batch_norm(x, *moments(x, 0), b, g), DISTINCT[:12].reshape(4, 3), points(17, 3), points(18, 3))
case(
    "localResponseNormalization",
    lambda x: x * (1 + 0.5 * sum(jnp.pad(x * x, ((0, 0),) * 3 + ((1, 1),))[..., k : k + 4] for k in range(3))) ** -0.75,
    points(16, 1, 1, 2, 4),
)


def resample(size, out, nearest, align, half):
    """The weights of outputs (rows) on inputs, straight from the definitions in TensorFlow."""
    ratio = (size - 1) / (out - 1) if align else size / out
    rows = np.zeros((out, size))
    for i in range(out):
        if nearest:
            place = ratio * (i + 0.5 if half else i)
            rows[i, min(int(np.floor(place + 0.5) if align else np.floor(place)), size - 1)] = 1
        else:
            place = min(max(ratio * (i + 0.5) - 0.5 if half else ratio * i, 0), size - 1)
            rows[i] = np.maximum(0, 1 - np.abs(np.arange(size) - place))
    return rows


for name, nearest in [("resizeBilinear", False), ("resizeNearestNeighbor", True)]:
    for flags, align, half in [("", False, False), (", corners aligned", True, False), (", half pixel centres", False, True)]:
        rows, columns = resample(3, 5, nearest, align, half), resample(3, 4, nearest, align, half)
        case(name + flags, lambda x, r=rows, c=columns: jnp.einsum("ih,nhwc,jw->nijc", r, x, c) ** 2, points(21, 1, 3, 3, 1))


# Recurrent cells of tf.layers, two steps from zero.
def steps(cell, state):
    def run(x, *weights):
        s = state
        for t in range(x.shape[1]):
            s = cell(s, x[:, t], *weights)
        return s[0]

    return run


def lstm(s, x, kernel, recurrent, bias):
    i, f, g, o = jnp.split(x @ kernel + s[0] @ recurrent + bias, 4, -1)
    hard = ACTIVATIONS["hardSigmoid"]
    memory = hard(f) * s[1] + hard(i) * jnp.tanh(g)
    return hard(o) * jnp.tanh(memory), memory


def gru(s, x, kernel, recurrent, bias):
    (h,), u = s, x @ kernel + bias
    units = h.shape[-1]
    z = jax.nn.sigmoid(u[:, :units] + h @ recurrent[:, :units])
    r = jax.nn.sigmoid(u[:, units : 2 * units] + h @ recurrent[:, units : 2 * units])
    candidate = jnp.tanh(u[:, 2 * units :] + (r * h) @ recurrent[:, 2 * units :])
    return (z * h + (1 - z) * candidate,)


ZERO = jnp.zeros((1, 2))
case("lstm", steps(lstm, (ZERO, ZERO)), points(22, 1, 2, 1), points(23, 1, 8), points(24, 2, 8), points(25, 8))
case("gru", steps(gru, (ZERO,)), points(22, 1, 2, 1), points(23, 1, 6), points(24, 2, 6), points(25, 6))


def derivatives(f, inputs):
    sizes = np.cumsum([i.size for i in inputs])[:-1]
    u = jnp.concatenate([i.ravel() for i in inputs])
    n, m = u.size, f(*inputs).size
    c, v, w, x, z = sequence(1, m), sequence(2, n), sequence(3, 3 * n).reshape(n, 3), sequence(4, 3), sequence(5, 3)

    def energy(u, c):
        parts = [p.reshape(i.shape) for p, i in zip(jnp.split(u, sizes), inputs)]
        return jnp.vdot(c, f(*parts).ravel())

    def hvp(u):
        return jax.grad(lambda u: jax.grad(energy)(u, c) @ v)(u)

    start = u - w @ x
    along = lambda w, c: jax.grad(lambda x: energy(start + w @ x, c))(jnp.asarray(x)) @ z
    by_w, by_c = jax.grad(along, (0, 1))(jnp.asarray(w), jnp.asarray(c))
    return {
        "first": jax.grad(energy)(u, c),
        "second": hvp(u),
        "third": jax.grad(lambda u: hvp(u) @ v)(u),
        "mixed": jnp.concatenate([by_w.ravel(), by_c]),
    }


def digits(values):
    """Nine significant digits; what is round-off of zero is zero."""
    return [0 if abs(v) < 1e-14 else float(f"{v:.9g}") for v in np.asarray(values).ravel().tolist()]


def main(wanted):
    path = pathlib.Path(__file__).with_suffix(".json")
    before = json.loads(path.read_text()) if wanted else {}
    out = {}
    for name, (f, inputs) in CASES.items():
        if wanted and name not in wanted:
            out[name] = before[name]
            continue
        exact = [{"shape": list(i.shape), "values": i.ravel().tolist()} for i in inputs]
        out[name] = {"inputs": exact, **{k: digits(v) for k, v in derivatives(f, inputs).items()}}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row, separators=(',', ':'))}" for name, row in out.items())
    path.write_text("{\n" + lines + "\n}\n")
    print(f"{path}: {len(out)} cases, {path.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
