"""Solutions, gradients and numbers of evaluations of torchdiffeq in double precision.

    python3 tests/models/ode/torchdiffeq_vectors.py > tests/models/ode/torchdiffeq_vectors.json   # torchdiffeq 0.2.5, PyTorch 1.13

`problems` are those of torchdiffeq's own tests (constant, sine and linear, times 1 to 8), the linear one with other numbers.
`gradients` are those of a small time-dependent perceptron.
"""
import json
import math

import torch
from torchdiffeq import odeint, odeint_adjoint

torch.set_default_dtype(torch.float64)


def pattern(shape, start, frequency, scale):
    n = math.prod(shape)
    return (scale * torch.sin(start + frequency * torch.arange(n, dtype=torch.float64))).reshape(shape)


class Counted(torch.nn.Module):
    """Counts evaluations."""

    def __init__(self, f, **params):
        super().__init__()
        self.f, self.count = f, 0
        for name, value in params.items():
            self.register_parameter(name, torch.nn.Parameter(value))

    def forward(self, t, y):
        self.count += 1
        return self.f(self, t, y)

    def taken(self):
        count, self.count = self.count, 0
        return count


U = pattern((10, 10), 0.4, 1.9, 0.1)
A = U - U.T
PROBLEMS = {
    "constant": (lambda _, t, y: 0.2 + (y - (0.2 * t + 3)) ** 5, lambda t: 0.2 * t + 3),
    "sine": (
        lambda _, t, y: 2 * y / t + t**4 * torch.sin(2 * t) - t**2 + 4 * t**3,
        lambda t: -0.5 * t**4 * torch.cos(2 * t) + 0.5 * t**3 * torch.sin(2 * t) + 0.25 * t**2 * torch.cos(2 * t)
        - t**3 + 2 * t**4 + (math.pi - 0.25) * t**2,
    ),
    "linear": (lambda _, t, y: A @ y, lambda t: torch.stack([torch.matrix_exp(A * ti) @ torch.ones(10) for ti in t])),
}
problems = []
for name, (f, exact) in PROBLEMS.items():
    for reverse in (False, True):
        times = torch.linspace(1, 8, 10)
        times = times.flip(0) if reverse else times
        solution = exact(times).reshape(10, -1)
        for method in ("dopri5", "bosh3"):
            field = Counted(f)
            states = odeint(field, solution[0], times, rtol=1e-7, atol=1e-7, method=method)
            problems.append({"name": name, "times": times.tolist(), "method": method, "evaluations": field.taken(),
                             "exact": solution.tolist(), "last": states[-1].tolist()})



def norm(parts):
    """torchdiffeq's own without its first part, the gradient with respect to time, which nobody asks for here."""
    return max(part.square().mean().sqrt() for part in parts[1:])


times = torch.tensor([0.0, 0.4, 1.1, 2.0])
gradients = []
for tolerance in (1e-3, 1e-5, 1e-8):
    for reverse in (False, True):
        t = times.flip(0) if reverse else times
        field = Counted(lambda m, t, y: torch.tanh(y @ m.w1 + t * m.u) @ m.w2,
                        w1=pattern((2, 5), 0.2, 0.7, 1.0), u=pattern((5,), 1.5, 0.7, 1.0), w2=pattern((5, 2), 2.8, 0.7, 1.0))
        z = pattern((3, 2), 0.5, 1.3, 1.0).requires_grad_()
        entry = {"tolerance": tolerance, "times": t.tolist()}
        for key, solve, options in (("adjoint", odeint_adjoint, {"adjoint_options": {"norm": norm}}), ("backprop", odeint, {})):
            states = solve(field, z, t, rtol=tolerance, atol=tolerance, method="dopri5", **options)
            forward = field.taken()
            got = torch.autograd.grad((states * pattern(states.shape, 0.1, 0.9, 1.0)).sum(), [z, *field.parameters()])
            flat = torch.cat([g.reshape(-1) for g in got]).tolist()
            entry[key] = {"forward": forward, "backward": field.taken(), "gradient": [float(f"{g:.13g}") for g in flat]}
        entry["last"] = states[-1].reshape(-1).tolist()
        gradients.append(entry)
print(json.dumps({"problems": problems, "gradients": gradients}).replace("}, {", "},\n{"))
