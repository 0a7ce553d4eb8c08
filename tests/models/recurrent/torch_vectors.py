"""Losses and gradients of a small latent ODE with a recurrent encoder, and of a recurrent network, in double precision.

    python3 tests/models/recurrent/torch_vectors.py > tests/models/recurrent/torch_vectors.json   # torchdiffeq 0.2.5, PyTorch 1.13

Written from the equations: the encoder reads frames one by one, the path is torchdiffeq's dopri5 at a tolerance of 1e-10.
"""
import json
import math

import torch
from torch.nn.functional import elu
from torchdiffeq import odeint

torch.set_default_dtype(torch.float64)
B, G, D, H, d, F, K = 3, 8, 2, 4, 3, 5, 4
OBSERVED = [[0, 2, 3, 7], [1, 2, 5, 6], [0, 1, 2, 3]]
INTERVAL, DEVIATION, UNIT = 0.05, 0.4, 2.0


def dense_shapes(name, inputs, outputs):
    return {f"{name}/kernel": (inputs, outputs), f"{name}/bias": (outputs,)}


def pattern(shape, start, frequency, scale):
    n = math.prod(shape)
    return (scale * torch.sin(start + frequency * torch.arange(n, dtype=torch.float64))).reshape(shape)


def log_density(x, mean):
    return (-0.5 * ((x - mean) / DEVIATION) ** 2 - math.log(DEVIATION) - 0.5 * math.log(2 * math.pi)).sum()


FRAMES = pattern((B, G, D), 0.3, 1.1, 1.0)


def latent_ode(p):
    dense = lambda name, x: x @ p[f"{name}/kernel"] + p[f"{name}/bias"]
    z, kl = [], 0.0
    noise = pattern((B, d), 0.9, 1.7, 1.2)
    for s in range(B):
        h = torch.zeros(H)
        for t in reversed(range(G)):
            seen = t in OBSERVED[s]
            x = torch.cat([FRAMES[s, t] if seen else torch.zeros(D), torch.tensor([float(seen)])])
            h = torch.tanh(dense("recurrent/cell", torch.cat([x, h])))
        mean, lv = dense("encoder/output", h).split(d)
        kl = kl + 0.5 * (torch.exp(lv) + mean**2 - 1 - lv).sum()
        z.append(mean + torch.exp(lv / 2) * noise[s])

    def field(_, y):
        for layer in (1, 2):
            y = elu(dense(f"field/layer{layer}", y))
        return dense("field/layer3", y)

    path = odeint(field, torch.stack(z), INTERVAL * torch.arange(G), rtol=1e-10, atol=1e-12, method="dopri5")
    decoded = dense("decoder/output", torch.relu(dense("decoder/hidden", path)))
    likelihood = sum(log_density(FRAMES[s, t], decoded[t, s]) for s in range(B) for t in OBSERVED[s])
    return (kl - likelihood) / B, {"reconstruction": likelihood / B, "initialKl": kl / B}


def network(p):
    total = 0.0
    for s in range(B):
        h = torch.zeros(H)
        for now, after in zip(OBSERVED[s], OBSERVED[s][1:]):
            x = torch.cat([FRAMES[s, now], torch.tensor([(after - now) / UNIT]), h])
            h = torch.tanh(x @ p["recurrent/cell/kernel"] + p["recurrent/cell/bias"])
            mean = h @ p["recurrent/output/kernel"] + p["recurrent/output/bias"]
            total = total - log_density(FRAMES[s, after], mean)
    return total / B, {}


CELL = dense_shapes("recurrent/cell", D + 1 + H, H)
CASES = {
    "latentOde": (latent_ode, CELL | dense_shapes("encoder/output", H, 2 * d) | dense_shapes("field/layer1", d, F)
                  | dense_shapes("field/layer2", F, F) | dense_shapes("field/layer3", F, d)
                  | dense_shapes("decoder/hidden", d, K) | dense_shapes("decoder/output", K, D)),
    "network": (network, CELL | dense_shapes("recurrent/output", H, D)),
}
results = {}
for case, (loss_of, shapes) in CASES.items():
    params = {name: pattern(shape, 0.2 + 1.3 * i, 0.7, 0.5).requires_grad_()
              for i, (name, shape) in enumerate(sorted(shapes.items()))}
    loss, terms = loss_of(params)
    loss.backward()
    results[case] = {
        "loss": loss.item(),
        "terms": {name: value.item() for name, value in terms.items()},
        "gradients": {name: [round(x, 10) for x in value.grad.reshape(-1).tolist()] for name, value in params.items()},
    }
print(json.dumps(results))
