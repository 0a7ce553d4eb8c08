"""Writes flows_vectors.json: the loss of small flows for U4 and the norms of its gradients, by PyTorch in double precision.

pip install torch; python flows_vectors.py > flows_vectors.json
"""
import json
import math

import torch

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


def u4(z):  # (n, 2)
    x, y = z[:, 0], z[:, 1]
    w1, w3 = torch.sin(math.pi * x / 2), 3 * torch.sigmoid((x - 1) / 0.3)
    energy = -torch.logaddexp(-0.5 * ((y - w1) / 0.4) ** 2, -0.5 * ((y - w1 + w3) / 0.35) ** 2)
    return energy + 50 * (torch.relu(z.abs() - 4) ** 2).sum(1)


def normal_log_density(z):
    return -0.5 * (z**2).sum(1) - math.log(2 * math.pi)


def planar(p, z):
    log_q = normal_log_density(z)
    for k in range(3):
        w, u, b = p["w"][k, 0, 0], p["u"][k, 0, 0], p["b"][k, 0, 0, 0]
        m = -1 + torch.log(1 + (math.e - 1) * torch.exp(w @ u))
        u_hat = u + (m - w @ u) * w / (w @ w)

        def step(x):
            return x + u_hat * torch.tanh(w @ x + b)

        jacobians = torch.stack([torch.autograd.functional.jacobian(step, x, create_graph=True) for x in z])
        log_q = log_q - torch.linalg.slogdet(jacobians)[1]
        z = torch.stack([step(x) for x in z])
    return z, log_q


def cnf(p, z, width=3, steps=10, end=10.0):
    def field(t, x):  # x (2)
        h = torch.full((1,), t)
        for layer in (1, 2, 3):
            h = h @ p[f"hyper/layer{layer}/kernel"][0] + p[f"hyper/layer{layer}/bias"][0, 0]
            h = torch.tanh(h) if layer < 3 else h
        # Rows of M numbers: two of w, two of u, two of g, one of b.
        w, u, g, b = h[: 2 * width], h[2 * width : 4 * width], h[4 * width : 6 * width], h[6 * width :]
        v = (u * torch.sigmoid(g)).reshape(2, width)
        return v @ torch.tanh(x @ w.reshape(2, width) + b) / width

    def both(t, x):
        jacobian = torch.autograd.functional.jacobian(lambda x: field(t, x), x, create_graph=True)
        return field(t, x), -torch.trace(jacobian)

    h, points, densities = end / steps, [], []
    for x, log_q in zip(z, normal_log_density(z)):
        for s in range(steps):
            t = s * h
            k1, l1 = both(t, x)
            k2, l2 = both(t + h / 2, x + h / 2 * k1)
            k3, l3 = both(t + h / 2, x + h / 2 * k2)
            k4, l4 = both(t + h, x + h * k3)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            log_q = log_q + h / 6 * (l1 + 2 * l2 + 2 * l3 + l4)
        points.append(x)
        densities.append(log_q)
    return torch.stack(points), torch.stack(densities)


def rounded(shape, scale):
    return (scale * torch.randn(shape) * 1000).round() / 1000


SHAPES = {
    "planar": {"w": (3, 1, 1, 2), "u": (3, 1, 1, 2), "b": (3, 1, 1, 1)},
    "cnf": {
        "hyper/layer1/kernel": (1, 1, 4),
        "hyper/layer1/bias": (1, 1, 4),
        "hyper/layer2/kernel": (1, 4, 4),
        "hyper/layer2/bias": (1, 1, 4),
        "hyper/layer3/kernel": (1, 4, 21),
        "hyper/layer3/bias": (1, 1, 21),
    },
}
results = []
for family, flow in (("planar", planar), ("cnf", cnf)):
    params = {name: rounded(shape, 0.7).requires_grad_() for name, shape in SHAPES[family].items()}
    base = rounded((1, 2, 5), 1.0)
    z, log_q = flow(params, base[0].T)
    loss = (log_q + u4(z)).mean()
    loss.backward()
    results.append({
        "family": family,
        "params": {name: p.detach().tolist() for name, p in params.items()},
        "base": base.tolist(),
        "loss": loss.item(),
        "gradientNorms": {name: p.grad.norm().item() for name, p in params.items()},
    })
print(json.dumps(results))
