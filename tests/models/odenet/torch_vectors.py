"""Losses, gradients, evaluations and stored bytes of small classifiers in double precision by PyTorch and torchdiffeq.

    python3 tests/models/odenet/torch_vectors.py > tests/models/odenet/torch_vectors.json   # torchdiffeq 0.2.5, PyTorch 2.15

The layers are those of torchdiffeq's examples/odenet_mnist.py; parameters and images come from formulas.
"""
import json
import math

import torch
import torch.nn.functional as F
from torchdiffeq import odeint, odeint_adjoint
from torchdiffeq._impl import rk_common

# The lengths of steps are constants in back-propagation, as in models/ode/adjoint.ts.
for name in ("_optimal_step_size", "_select_initial_step"):
    setattr(rk_common, name, torch.no_grad()(getattr(rk_common, name)))
torch.set_default_dtype(torch.float64)
N, SIZE, CLASSES, HIDDEN = 3, 14, 5, 7


def pattern(shape, start, frequency, scale, shift=0.0):
    n = math.prod(shape)
    return (shift + scale * torch.sin(start + frequency * torch.arange(n, dtype=torch.float64))).reshape(shape)


class Parameters(dict):
    """Parameters by name, made when they are first read; kernels as (height, width, in, out)."""

    def make(self, name, shape):
        if name not in self:
            i = len(self)
            shift = 1.0 if name.endswith("scale") else 0.0
            scale = 0.3 if shift or len(shape) == 1 else 1.2 / math.sqrt(math.prod(shape[:-1]))
            self[name] = pattern(shape, 0.5 + i, 1.3 + 0.07 * i, scale, shift).requires_grad_()
        return self[name]


def norm(p, name, x):
    c = x.shape[1]
    return F.group_norm(x, min(32, c), p.make(f"{name}/scale", (c,)), p.make(f"{name}/offset", (c,)))


def conv(p, name, x, size, stride=1, padding=0, bias=True, c=None):
    c = c or x.shape[1]
    kernel = p.make(f"{name}/kernel", (size, size, x.shape[1], c)).permute(3, 2, 0, 1)
    return F.conv2d(x, kernel, p.make(f"{name}/bias", (c,)) if bias else None, stride, padding)


def block(p, name, x, stride=1):
    out = torch.relu(norm(p, f"{name}/norm1", x))
    shortcut = conv(p, f"{name}/shortcut", out, 1, stride, bias=False) if stride > 1 else x
    out = conv(p, f"{name}/conv1", out, 3, stride, 1, bias=False)
    return conv(p, f"{name}/conv2", torch.relu(norm(p, f"{name}/norm2", out)), 3, 1, 1, bias=False) + shortcut


def timed(p, name, x, t):
    """The released code appends the time as a channel; the sum of two convolutions is the same and stores no copy of x."""
    c = x.shape[1]
    kernel = p.make(f"{name}/kernel", (3, 3, c + 1, c)).permute(3, 2, 0, 1)
    shift = F.conv2d(torch.ones(1, 1, *x.shape[2:]), kernel[:, :1], padding=1) * t
    apart = F.conv2d(x, kernel[:, 1:], p.make(f"{name}/bias", (c,)), padding=1) + shift
    with torch.no_grad():
        together = torch.cat([torch.ones_like(x[:, :1]) * t, x], 1)
        assert torch.allclose(F.conv2d(together, kernel, p[f"{name}/bias"], padding=1), apart, atol=1e-12)
    return apart


class Field(torch.nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p, self.count = p, 0

    def forward(self, t, z):
        self.count += 1
        out = timed(self.p, "field/conv1", torch.relu(norm(self.p, "field/norm1", z)), t)
        out = timed(self.p, "field/conv2", torch.relu(norm(self.p, "field/norm2", out)), t)
        return norm(self.p, "field/norm3", out)


def adjoint_norm(parts):
    """torchdiffeq's own without its first part, the gradient with respect to time, which nobody asks for here."""
    return max(part.square().mean().sqrt() for part in parts[1:])


def logits_of(case, p, x, field):
    if case["network"] == "mlp":
        flat = x.reshape(N, -1)
        hidden = p.make("mlp/layer1/kernel", (SIZE * SIZE, HIDDEN)), p.make("mlp/layer1/bias", (HIDDEN,))
        output = p.make("mlp/layer2/kernel", (HIDDEN, CLASSES)), p.make("mlp/layer2/bias", (CLASSES,))
        return F.linear(torch.relu(F.linear(flat, hidden[0].T, hidden[1])), output[0].T, output[1])
    c = case["channels"]
    z = conv(p, "down/conv1", x, 3, c=c)
    if case["downsampling"] == "residual":
        z = block(p, "down/block2", block(p, "down/block1", z, 2), 2)
    else:
        z = conv(p, "down/conv2", torch.relu(norm(p, "down/norm1", z)), 4, 2, 1)
        z = conv(p, "down/conv3", torch.relu(norm(p, "down/norm2", z)), 4, 2, 1)
    if case["network"] == "residual":
        for i in range(case["blocks"]):
            z = block(p, f"block{i + 1}", z)
    elif case["network"] == "runge-kutta":
        h = 1 / case["solverSteps"]
        for i in range(case["solverSteps"]):
            t = torch.tensor(i * h)
            k1 = field(t, z)
            k2 = field(t + h / 2, z + h / 2 * k1)
            k3 = field(t + h / 2, z + h / 2 * k2)
            k4 = field(t + h, z + h * k3)
            z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    elif case["network"] == "ode":
        field(torch.tensor(0.0), z.detach())  # makes the parameters
        field.count = 0
        own = tuple(value for name, value in p.items() if name.startswith("field/"))
        options = {"rtol": case["tolerance"], "atol": case["tolerance"]}
        times = torch.tensor([0.0, 1.0])
        if case["gradient"] == "adjoint":
            z = odeint_adjoint(field, z, times, adjoint_params=own, adjoint_options={"norm": adjoint_norm}, **options)[1]
        else:
            z = odeint(field, z, times, **options)[1]
    pooled = torch.relu(norm(p, "head/norm", z)).mean((2, 3))
    kernel, bias = p.make("head/dense/kernel", (c, CLASSES)), p.make("head/dense/bias", (CLASSES,))
    return F.linear(pooled, kernel.T, bias)


def stored(f, p):
    """Bytes of single precision that autograd saves of f: arrays with a row for each image, each once."""
    own = {value.untyped_storage().data_ptr() for value in p.values()}
    kept = {}

    def pack(tensor):
        at = tensor.untyped_storage().data_ptr()
        if tensor.dtype == torch.float64 and tensor.dim() > 0 and tensor.shape[0] == N and at not in own:
            kept[at] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = f()
    return result, 4 * sum(tensor.numel() for tensor in kept.values())


CONV = {"downsampling": "convolution", "channels": 4}
CASES = [
    {"network": "mlp"},
    {"network": "plain", "downsampling": "residual", "channels": 64},
    {"network": "residual", **CONV, "blocks": 2},
    {"network": "runge-kutta", **CONV, "solverSteps": 2},
    *({"network": "ode", **CONV, "gradient": gradient, "tolerance": 1e-3} for gradient in ("adjoint", "back-propagation")),
]
results = []
for case in CASES:
    p = Parameters()
    field = Field(p)
    x = pattern((N, SIZE, SIZE, 1), 0.2, 0.37, 0.5, 0.5).permute(0, 3, 1, 2).contiguous()
    labels = torch.tensor([1, 4, 2])
    logits_of(case, p, x, field)  # makes the parameters
    field.count = 0
    loss, bytes_ = stored(lambda: F.cross_entropy(logits_of(case, p, x, field), labels), p)
    forward, field.count = field.count, 0
    loss.backward()
    # One number for a gradient and its length: the whole would be megabytes.
    gradients = {
        name: [(value.grad.flatten() * pattern((value.numel(),), 0.3, 1.1, 1.0)).sum().item(), value.grad.norm().item()]
        for name, value in p.items()
    }
    shapes = {name: list(value.shape) for name, value in p.items()}
    results.append({"settings": case, "shapes": shapes, "loss": loss.item(), "gradients": gradients,
                    "forward": forward, "backward": field.count, "storedBytes": bytes_})

# One evaluation of the field.
p = Parameters()
z = pattern((N, 4, 3, 3), 0.1, 0.7, 1.0).requires_grad_()
field = Field(p)
field(torch.tensor(0.5), z)
_, bytes_ = stored(lambda: field(torch.tensor(0.5), z), p)
print(json.dumps({"batch": N, "size": SIZE, "classes": CLASSES, "hidden": HIDDEN, "cases": results, "fieldBytes": bytes_}))
