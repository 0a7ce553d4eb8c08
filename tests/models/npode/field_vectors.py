"""npODE's field by plain kernel interpolation, and a path of it by SciPy: what the suite's own must agree with.

    python3 tests/models/npode/field_vectors.py > tests/models/npode/field_vectors.json   # SciPy 1.17.1
"""
import itertools
import json

import numpy as np
from scipy.integrate import solve_ivp

scales, deviation, width = np.array([0.9, 0.6]), 1.5, 4
states = np.array([[-2.0, -2.5], [2.0, 2.5], [0.5, 0.25]])
axes = [np.linspace(low, high, width) for low, high in zip(states.min(0), states.max(0))]
locations = np.array(list(itertools.product(*axes)))


def kernel(a, b):
    scaled = (a[:, None] - b[None]) / scales
    return deviation**2 * np.exp(-0.5 * (scaled**2).sum(-1))


# Van der Pol's field at the inducing locations.
x, y = locations.T
vectors = np.stack([y, (1 - x**2) * y - x], 1)
gram = kernel(locations, locations) + 1e-4 * np.eye(len(locations))
whitened = np.linalg.solve(np.linalg.cholesky(gram), vectors)


def field(points):
    return kernel(points, locations) @ np.linalg.inv(gram) @ vectors


points = np.array([[0.0, 0.0], [1.3, -0.7], [-1.9, 2.2], [3.0, 0.1]])
times = np.linspace(0, 6, 13)
path = solve_ivp(lambda _, state: field(state[None])[0], (0, 6), [1.5, 0.5], t_eval=times,
                 method="DOP853", rtol=1e-12, atol=1e-12).y.T
print(json.dumps({
    "states": states.tolist(), "lengthScales": scales.tolist(), "signalDeviation": deviation,
    "gridWidth": width, "whitened": whitened.tolist(), "points": points.tolist(),
    "field": field(points).tolist(), "times": times.tolist(), "path": path.tolist(),
}))
