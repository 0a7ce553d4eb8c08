"""jax.numpy: NumPy's functions have its names."""

from numpy import *  # noqa: F401, F403
