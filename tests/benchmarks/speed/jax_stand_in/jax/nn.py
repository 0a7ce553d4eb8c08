"""jax.nn."""

import numpy


def relu(x):
    return numpy.maximum(x, 0)


def sigmoid(x):
    return 1 / (1 + numpy.exp(-x))
