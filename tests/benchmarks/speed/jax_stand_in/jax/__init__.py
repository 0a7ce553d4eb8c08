"""A stand-in for JAX where there is none: what jax_step.py uses of it, on NumPy, forward only.

Nothing is compiled, and gradients are zeros: an update then leaves the parameters as they are.
"""

from types import SimpleNamespace

import numpy as _numpy

from . import lax, nn, numpy  # noqa: F401: jax.numpy and the others are attributes of the package

__version__ = "stand-in on NumPy"
config = SimpleNamespace(update=lambda name, value: None)


class _Jitted:
    """A function as `jax.jit` returns it: to be called, or lowered for given arguments and compiled."""

    def __init__(self, function):
        self._function = function

    def __call__(self, *args):
        return self._function(*args)

    def lower(self, *args):
        return SimpleNamespace(compile=lambda: self._function)


def jit(function, donate_argnums=()):
    return _Jitted(function)


def value_and_grad(function):
    """The value and, for a dictionary as the first argument, zeros in place of its gradients."""

    def evaluated(first, *rest):
        zeros = {name: _numpy.zeros_like(value) for name, value in first.items()}
        return function(first, *rest), zeros

    return evaluated


def grad(function):
    raise NotImplementedError("the stand-in for JAX has no gradients")


def devices(platform):
    if platform != "cpu":
        raise RuntimeError(f"Unknown backend: '{platform}' requested")
    return [SimpleNamespace(device_kind="stand-in")]


def device_put(tree, device):
    return dict(tree)


def block_until_ready(tree):
    return tree
