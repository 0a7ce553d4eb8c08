"""Paths and gradients of PyTorch's GRUCell with an input of zeros, in double precision.

    python3 tests/models/recurrent_vae/torch_vectors.py > tests/models/recurrent_vae/torch_vectors.json   # PyTorch 2.15
"""
import json
import math

import torch

torch.set_default_dtype(torch.float64)
B, D, FORWARD = 2, 3, 4
NAMES = ["reset/kernel", "reset/bias", "update/kernel", "update/bias", "candidate/kernel",
         "candidate/bias", "inputBias"]


def pattern(shape, start, frequency, scale):
    n = math.prod(shape)
    return (scale * torch.sin(start + frequency * torch.arange(n, dtype=torch.float64))).reshape(shape)


p = {name: pattern((D, D) if name.endswith("kernel") else (D,), 0.2 + 1.3 * i, 0.7, 0.9).requires_grad_()
     for i, name in enumerate(NAMES)}
z = pattern((B, D), 0.9, 1.7, 1.5).requires_grad_()
cell = torch.nn.GRUCell(1, D)
GATES = ["reset", "update", "candidate"]  # in the order of PyTorch's r, z, n
weights = {
    "weight_ih": torch.zeros(3 * D, 1),
    "weight_hh": torch.cat([p[f"{gate}/kernel"].T for gate in GATES]),
    "bias_ih": torch.cat([torch.zeros(2 * D), p["inputBias"]]),
    "bias_hh": torch.cat([p[f"{gate}/bias"] for gate in GATES]),
}
states = [z]
for _ in range(FORWARD):
    states.append(torch.func.functional_call(cell, weights, (torch.zeros(B, 1), states[-1])))
path = torch.stack(states, 1)
(path * pattern(path.shape, 0.4, 1.1, 1.0)).sum().backward()
flat = lambda tensor: [round(x, 12) for x in tensor.reshape(-1).tolist()]
print(json.dumps({
    "path": flat(path),
    "gradients": {"z": flat(z.grad)} | {name: flat(value.grad) for name, value in p.items()},
}))
