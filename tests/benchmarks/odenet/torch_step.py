"""Training steps of ODE-Net by PyTorch and torchdiffeq, as odenet_mnist.py has them: a step for each line on stdin.

Prints seconds of wall clock and of processor time, the loss, and evaluations forward and backward. Arguments: channels,
batch size, threads.
"""
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torchdiffeq import odeint_adjoint

channels, batch, threads = map(int, sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(0)


def norm(c):
    return nn.GroupNorm(min(32, c), c)


class Field(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norms = nn.ModuleList(norm(c) for _ in range(3))
        self.convs = nn.ModuleList(nn.Conv2d(c + 1, c, 3, 1, 1) for _ in range(2))
        self.count = 0

    def forward(self, t, z):
        self.count += 1
        for i in range(2):
            z = F.relu(self.norms[i](z))
            z = self.convs[i](torch.cat([torch.ones_like(z[:, :1]) * t, z], 1))
        return self.norms[2](z)


class Solve(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.field = Field(c)

    def forward(self, z):
        return odeint_adjoint(self.field, z, torch.tensor([0.0, 1.0]), rtol=1e-3, atol=1e-3)[1]


c = channels
model = nn.Sequential(
    nn.Conv2d(1, c, 3, 1), norm(c), nn.ReLU(), nn.Conv2d(c, c, 4, 2, 1), norm(c), nn.ReLU(), nn.Conv2d(c, c, 4, 2, 1),
    Solve(c), norm(c), nn.ReLU(), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(c, 10),
)
field = model[7].field
optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
for line in sys.stdin:
    images, labels = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))
    wall, cpu, field.count = time.perf_counter(), time.process_time(), 0
    optimiser.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    forward = field.count
    loss.backward()
    optimiser.step()
    print(time.perf_counter() - wall, time.process_time() - cpu, loss.item(), forward, field.count - forward, flush=True)
