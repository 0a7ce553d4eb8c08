"""GPDM's posterior and its mean prediction by SciPy: what the suite's own must agree with.

    python3 tests/models/gpdm/posterior_vectors.py > tests/models/gpdm/posterior_vectors.json   # SciPy 1.17.1
"""
import json

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import halfnorm, multivariate_normal, norm

rng = np.random.default_rng(1)
n, size, q, starts = 9, 4, 2, [0, 6]
frames = np.round(rng.normal(size=(n, size)) * [1, 3, 0.2, 10], 3)
states = np.round(rng.normal(size=(n, q)), 3)
# γ and ν of frames; v, γ, a and ν of the dynamics.
theta = np.array([0.8, 5.0, 0.3, 1.2, 0.7, 4.0])


def kernel(a, b, variance, width, linear):
    squares = ((a[:, None] - b[None]) ** 2).sum(-1)
    return variance * np.exp(-width / 2 * squares) + linear * a @ b.T


mapping = kernel(states, states, 1, theta[0], 0) + np.eye(n) / theta[1]
before = np.delete(states, [starts[1] - 1, n - 1], 0)
after = np.delete(states, starts, 0)
dynamics = kernel(before, before, *theta[2:5]) + np.eye(len(before)) / theta[5]


def density_of_column(y, w):
    gaussian = multivariate_normal(np.zeros(n), mapping / w**2).logpdf(y)
    # Up to the half-normal's normalisation.
    return gaussian + halfnorm(scale=1e3).logpdf(w) - halfnorm(scale=1e3).logpdf(0)


value = 0
for y in frames.T:
    # The most probable weight, by search.
    found = minimize_scalar(lambda log: -density_of_column(y, np.exp(log)), bounds=(-10, 10),
                            method="bounded", options={"xatol": 1e-10})
    value += found.fun
for x in after.T:
    value -= multivariate_normal(np.zeros(len(before)), dynamics).logpdf(x)
value -= norm.logpdf(states[starts]).sum()
value += np.log(theta).sum()

path = [states[-1]]
for _ in range(4):
    path.append((kernel(path[-1][None], before, *theta[2:5]) @ np.linalg.inv(dynamics) @ after)[0])
means = kernel(np.array(path), states, 1, theta[0], 0) @ np.linalg.inv(mapping) @ frames
print(json.dumps({
    "frames": frames.tolist(), "starts": starts, "states": states.tolist(), "theta": theta.tolist(),
    "negativeLogPosterior": value, "means": means.tolist(),
}))
