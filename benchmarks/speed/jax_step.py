"""One training step of ODE2VAE and ODE2VAE-KL at three of the paper's sizes, in JAX: pytorch_step.py's peer.

Loss, gradients and Adam are one compiled function (jax.jit), the Runge-Kutta steps a lax.scan, the trace in
closed form, images channels-last. Commands, options and files: see peer.py. `serve` compiles before its first
line. Needs JAX and NumPy.

Products and convolutions are float32 throughout, not the TensorFloat-32 that JAX takes on recent GPUs.
On a CPU, XLA takes threads as it likes, one for each core that the process may use.

With JAX 0.11.2 on an H100 its losses before and after one and two updates were those of our step.
"""

import functools
import json
import math
import os
import struct
import sys
import time
from types import SimpleNamespace

# Before JAX loads, which otherwise takes three quarters of a GPU's memory at once. What the caller set stays.
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

import jax
import jax.numpy as jnp
import numpy
from jax import lax

from peer import FRAME_INTERVAL, INPUTS, SIZES, SUB_STEPS, field_with_trace, model_of, same_padding
from peer import parsers, read_inputs, serve_steps, write_outputs

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


# --- layers -----------------------------------------------------------------------------------------


def batch_norm_relu(x, scale, offset):
    """Batch statistics over all but the channel, biased variance; then ReLU."""
    mean = x.mean((0, 1, 2))
    variance = ((x - mean) ** 2).mean((0, 1, 2))
    return jax.nn.relu((x - mean) / jnp.sqrt(variance + 1e-5) * scale + offset)


CHANNELS_LAST = ("NHWC", "HWIO", "NHWC")


def convolve(x, kernel, stride):
    """SAME convolution of squares: x (N, side, side, in), kernel (k, k, in, out)."""
    padding = same_padding(x.shape[1], kernel.shape[0], stride)
    return lax.conv_general_dilated(
        x, kernel, (stride, stride), (padding, padding), dimension_numbers=CHANNELS_LAST
    )


def convolve_transposed(x, kernel, stride, padding, bias):
    """Gradient of a convolution by its input: x (N, side, side, in), kernel (k, k, out, in).

    Zeros go between x's pixels and around them, then a plain convolution with the rotated kernel follows.
    """
    k, side = kernel.shape[0], x.shape[1]
    before, after = same_padding(stride * side, k, stride) if padding == "same" else (0, 0)
    around = (k - 1 - before, k - 1 - after)
    x = lax.conv_general_dilated(
        x,
        kernel[::-1, ::-1].swapaxes(2, 3),
        (1, 1),
        (around, around),
        lhs_dilation=(stride, stride),
        dimension_numbers=CHANNELS_LAST,
    )
    return x if bias is None else x + bias


# --- the flow ---------------------------------------------------------------------------------------


def solve(field, s, v, log_density, grid_states):
    """Classical Runge-Kutta from z0; returns states (B, G, 2q), position first, and log q (B, G)."""

    def derivative(state):
        s, v, _ = state
        f, trace = field(s, v)
        return v, f, -trace

    def moved(state, slope, step):
        return tuple(y + step * dy for y, dy in zip(state, slope))

    h = FRAME_INTERVAL / SUB_STEPS

    def sub_step(state, _):
        k1 = derivative(state)
        k2 = derivative(moved(state, k1, h / 2))
        k3 = derivative(moved(state, k2, h / 2))
        k4 = derivative(moved(state, k3, h))
        slope = tuple((a + d + 2 * (b + c)) / 6 for a, b, c, d in zip(k1, k2, k3, k4))
        return moved(state, slope, h), None

    def to_next_frame(state, _):
        state, _ = lax.scan(sub_step, state, None, length=SUB_STEPS)
        return state, state

    start = (s, v, log_density)
    _, path = lax.scan(to_next_frame, start, None, length=grid_states - 1)
    s, v, log_density = (
        jnp.concatenate([first[None], later]).swapaxes(0, 1) for first, later in zip(start, path)
    )
    return jnp.concatenate([s, v], 2), log_density


OPS = SimpleNamespace(
    exp=jnp.exp,
    log=jnp.log,
    tanh=jnp.tanh,
    relu=jax.nn.relu,
    sigmoid=jax.nn.sigmoid,
    step=lambda a: (a > 0).astype(a.dtype),
    zeros_like=jnp.zeros_like,
    moveaxis=jnp.moveaxis,
    concatenate=jnp.concatenate,
    stack=jnp.stack,
    affine=lambda b, x, w: x @ w + b,
    images=lambda x: x,
    channels_last=lambda x: x,
    convolve=convolve,
    convolve_transposed=convolve_transposed,
    batch_norm_relu=batch_norm_relu,
    solve=lambda weights, q, activation, *state: solve(
        field_with_trace(OPS, weights, q, activation), *state
    ),
)


# --- training ---------------------------------------------------------------------------------------


def initial_state(params):
    """What a step carries: parameters, both moments of their gradients, the number of steps made."""
    return {
        "params": params,
        "first": {name: jnp.zeros_like(value) for name, value in params.items()},
        "second": {name: jnp.zeros_like(value) for name, value in params.items()},
        "steps": jnp.zeros((), jnp.int32),
    }


def adam(state, gradients, learning_rate):
    """One update (Kingma and Ba 2015, Algorithm 1)."""
    steps = state["steps"] + 1
    # As 1 - b^t loses digits at small t in single precision: expm1.
    first_correction = -jnp.expm1(steps * math.log(BETA1))
    second_correction = -jnp.expm1(steps * math.log(BETA2))
    updated = {"params": {}, "first": {}, "second": {}, "steps": steps}
    for name, gradient in gradients.items():
        first = BETA1 * state["first"][name] + (1 - BETA1) * gradient
        second = BETA2 * state["second"][name] + (1 - BETA2) * gradient**2
        change = (first / first_correction) / (jnp.sqrt(second / second_correction) + EPSILON)
        # The corrections are of the default type; parameters keep theirs.
        change = (learning_rate * change).astype(gradient.dtype)
        updated["params"][name] = state["params"][name] - change
        updated["first"][name], updated["second"][name] = first, second
    return updated


def train_step(state, batch, loss, learning_rate):
    """Loss, gradients and update: (next state, the loss before the update)."""
    value, gradients = jax.value_and_grad(loss)(state["params"], batch)
    return adam(state, gradients, learning_rate), value


# --- commands ---------------------------------------------------------------------------------------


def device_of(options):
    return jax.devices("gpu" if options.device == "cuda" else "cpu")[0]


def load_inputs(options):
    """Parameters and batch of the input file by name, on the device that computes."""
    dtype = numpy.float64 if options.float64 else numpy.float32
    params = jax.device_put(
        {name: array.astype(dtype) for name, array in read_inputs(options).items()},
        device_of(options),
    )
    batch = {name: params.pop(name) for name in INPUTS}
    return params, batch


def evaluate(options):
    params, batch = load_inputs(options)
    evaluated = model_of(OPS, options).loss_terms

    def with_parts(params):
        loss, *parts = evaluated(params, batch)
        return loss, parts

    differentiated = jax.jit(jax.value_and_grad(with_parts, has_aux=True))
    (loss, (terms, inside)), gradients = differentiated(params)
    scalars = {name: float(value) for name, value in {"loss": loss, **terms}.items()}
    write_outputs(options, scalars, gradients, inside)


def serve(options):
    params, batch = load_inputs(options)
    evaluated = model_of(OPS, options).loss_terms
    train = functools.partial(
        train_step,
        loss=lambda *given: evaluated(*given)[0],
        learning_rate=SIZES[options.size]["learning_rate"],
    )
    device = device_of(options)
    state = jax.device_put(initial_state(params), device)
    start = time.perf_counter()
    # The state that goes in is never used again: its memory may hold the one that comes out.
    compiled = jax.jit(train, donate_argnums=0).lower(state, batch).compile()
    seconds = time.perf_counter() - start

    def step():
        nonlocal state
        state, loss = jax.block_until_ready(compiled(state, batch))
        return float(loss)

    threads = len(os.sched_getaffinity(0)) if options.device == "cpu" else 1
    facts = {"library": f"JAX {jax.__version__}", "threads": threads, "compileSeconds": seconds}
    card = {"device": device.device_kind} if options.device == "cuda" else {}
    print(json.dumps({**facts, **card}), flush=True)
    serve_steps(step, sys.stdin, time.perf_counter)


def main():
    parser, *_ = parsers(__doc__, serve, evaluate)
    options = parser.parse_args()
    jax.config.update("jax_enable_x64", options.float64)
    jax.config.update("jax_default_matmul_precision", "float32")
    try:
        options.run(options)
    except KeyError as error:
        raise SystemExit(f"cannot {options.command}: a parameter must be in the input file: {error}")
    except (OSError, RuntimeError, TypeError, ValueError, struct.error) as error:
        raise SystemExit(f"cannot {options.command}: {' '.join(str(error).split())}")


if __name__ == "__main__":
    sys.exit(main())
