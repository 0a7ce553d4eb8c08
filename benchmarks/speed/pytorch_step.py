"""One training step of ODE2VAE and ODE2VAE-KL at three of the paper's sizes, in eager PyTorch.

Commands, options and files: see peer.py. It has more options,

  --trace closed-form|autograd                     autograd: q backward passes for every evaluation of
                                                   the field, as in the released code
  --threads N                                      2 by default; on a GPU it has no effect
  --compile                                        torch.compile of encoders, decoder and the Runge-Kutta
                                                   steps between two frames, each once; needs PyTorch 2

and with --device cuda times are taken with the GPU synchronised. A third command measures the machine's
rate of matrix products, as `timing.ts` does with ours; it takes --threads and --device:

            python3 benchmarks/speed/pytorch_step.py matmul --side 1024 --runs 20

Needs PyTorch 1.13 or later and NumPy; on Debian: apt-get install python3-torch.
"""

import functools
import json
import math
import os
import struct
import sys
import time
from types import SimpleNamespace

# Before the libraries load. OpenBLAS brings threads of its own: beside OpenMP's they make a step three times as slow.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# OpenMP's threads spin between operations. On a machine with nothing else to do that is fastest, and what is timed is
# left as it is; an oracle beside other tests would take up to 30 times as long.
if "serve" not in sys.argv[1:2]:
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
import torch.nn.functional as F

from peer import FRAME_INTERVAL, INPUTS, SIZES, SUB_STEPS, field_with_trace, model_of, same_padding
from peer import parsers, positive_integer, read_inputs, serve_steps, write_outputs


# --- layouts ----------------------------------------------------------------------------------------


def to_torch_layout(array):
    """(h, w, in, out) → (out, in, h, w), and transposed (h, w, out, in) → (in, out, h, w)."""
    return array.transpose(3, 2, 0, 1) if array.ndim == 4 else array


def from_torch_layout(array):
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


# --- parameters -------------------------------------------------------------------------------------


def dense_shapes(name, size_in, size_out):
    return {f"{name}/kernel": (size_in, size_out), f"{name}/bias": (size_out,)}


def batch_norm_shapes(name, channels):
    return {f"{name}/scale": (channels,), f"{name}/offset": (channels,)}


def image_shapes(size, q):
    shapes = {}
    for prefix, channels in [("positionEncoder", 1), ("velocityEncoder", size["velocity_frames"])]:
        height, width = size["frame"]
        for layer, filters in enumerate(size["filters"], start=1):
            shapes[f"{prefix}/conv{layer}/kernel"] = (5, 5, channels, filters)
            shapes.update(batch_norm_shapes(f"{prefix}/batchNorm{layer}", filters))
            channels, height, width = filters, -(-height // 2), -(-width // 2)
        for head in ["mean", "logVariance"]:
            shapes.update(dense_shapes(f"{prefix}/{head}", height * width * channels, q))
    shapes.update(dense_shapes("decoder/dense", q, math.prod(size["base"])))
    channels = size["base"][2]
    last = len(size["decoder"])
    for layer, (kernel, _, _, filters) in enumerate(size["decoder"], start=1):
        shapes[f"decoder/conv{layer}/kernel"] = (kernel, kernel, filters, channels)
        if layer < last:
            shapes.update(batch_norm_shapes(f"decoder/batchNorm{layer}", filters))
        channels = filters
    shapes[f"decoder/conv{last}/bias"] = (1,)
    return shapes


def vector_shapes(size, q):
    (dimensions,), hidden = size["frame"], size["hidden"]
    shapes = {}
    for prefix, frames in [("positionEncoder", 1), ("velocityEncoder", size["velocity_frames"])]:
        shapes.update(dense_shapes(f"{prefix}/dense1", frames * dimensions, hidden))
        shapes.update(dense_shapes(f"{prefix}/dense2", hidden, hidden))
        for head in ["mean", "logVariance"]:
            shapes.update(dense_shapes(f"{prefix}/{head}", hidden, q))
    shapes.update(dense_shapes("decoder/dense1", q, hidden))
    shapes.update(dense_shapes("decoder/dense2", hidden, hidden))
    shapes.update(dense_shapes("decoder/dense3", hidden, dimensions))
    shapes.update(dense_shapes("decoder/logVariance", hidden, 1))
    return shapes


def parameter_shapes(size, q, hidden):
    """Name → shape in the file's layout."""
    shapes = (vector_shapes if "hidden" in size else image_shapes)(size, q)
    for layer, sizes in enumerate([(2 * q, hidden), (hidden, hidden), (hidden, q)], start=1):
        shapes.update(dense_shapes(f"field/layer{layer}", *sizes))
    shapes["field/logVariance"] = ()
    return shapes


def load_parameters(arrays, shapes, options):
    """Leaf tensors in PyTorch's layouts, by name."""
    for name, shape in shapes.items():
        if name not in arrays:
            raise SystemExit(
                f"cannot evaluate: the input file must hold every parameter, missing: {name}"
            )
        if arrays[name].shape != shape:
            raise SystemExit(
                f"cannot evaluate: {name} must have the shape {shape} of --size {options.size}, "
                f"is {arrays[name].shape}"
            )
    return {
        name: torch.tensor(
            to_torch_layout(arrays[name]).copy(), **placement(options)
        ).requires_grad_()
        for name in shapes
    }


# --- layers -----------------------------------------------------------------------------------------


def batch_norm_relu(x, scale, offset):
    """Batch statistics over all but the channel, biased variance; then ReLU."""
    return F.relu(F.batch_norm(x, None, None, scale, offset, training=True, eps=1e-5))


def convolve(x, kernel, stride):
    before, after = same_padding(x.shape[-1], kernel.shape[-1], stride)
    return F.conv2d(F.pad(x, (before, after, before, after)), kernel, stride=stride)


def convolve_transposed(x, kernel, stride, padding, bias):
    if padding != "same":
        return F.conv_transpose2d(x, kernel, bias, stride)
    pixels = stride * x.shape[-1]
    before, _ = same_padding(pixels, kernel.shape[-1], stride)
    # PyTorch crops `padding` on both sides; what is left over comes after.
    return F.conv_transpose2d(x, kernel, bias, stride, before)[..., :pixels, :pixels]


# --- the flow ---------------------------------------------------------------------------------------


def field_with_autograd_trace(ops, weights, q, activation):
    w1, b1, w2, b2, w3, b3 = weights
    activate = getattr(ops, activation)

    def field(s, v):
        a1 = activate(torch.addmm(b1, torch.cat([v, s], 1), w1))
        f = torch.addmm(b3, activate(torch.addmm(b2, a1, w2)), w3)
        trace = sum(
            torch.autograd.grad(f[:, i].sum(), v, create_graph=True)[0][:, i] for i in range(q)
        )
        return f, trace

    return field


def to_next_frame(field, s, v, log_density):
    """Classical Runge-Kutta steps of one frame interval."""

    def derivative(s, v):
        f, trace = field(s, v)
        return v, f, -trace

    def moved(slope, step):
        # The field does not read log q, the third of the state: its stages are not formed.
        return s.add(slope[0], alpha=step), v.add(slope[1], alpha=step)

    h = FRAME_INTERVAL / SUB_STEPS
    for _ in range(SUB_STEPS):
        k1 = derivative(s, v)
        k2 = derivative(*moved(k1, h / 2))
        k3 = derivative(*moved(k2, h / 2))
        k4 = derivative(*moved(k3, h))
        s, v, log_density = (
            y.add((a + d).add(b + c, alpha=2), alpha=h / 6)
            for y, a, b, c, d in zip((s, v, log_density), k1, k2, k3, k4)
        )
    return s, v, log_density


def solve(to_next, s, v, log_density, grid_states):
    """From z0 along the grid; returns states (B, G, 2q), position first, and log q (B, G)."""
    path = [(s, v, log_density)]
    for _ in range(grid_states - 1):
        path.append(to_next(*path[-1]))
    states = torch.stack([torch.cat([s, v], 1) for s, v, _ in path], 1)
    return states, torch.stack([log_density for _, _, log_density in path], 1)


OPS = SimpleNamespace(
    exp=torch.exp,
    log=torch.log,
    tanh=torch.tanh,
    relu=F.relu,
    sigmoid=torch.sigmoid,
    step=lambda a: (a > 0).to(a.dtype),
    zeros_like=torch.zeros_like,
    moveaxis=torch.moveaxis,
    concatenate=torch.cat,
    stack=torch.stack,
    affine=torch.addmm,
    images=lambda x: x.permute(0, 3, 1, 2),
    channels_last=lambda x: x.permute(0, 2, 3, 1),
    convolve=convolve,
    convolve_transposed=convolve_transposed,
    batch_norm_relu=batch_norm_relu,
)
FIELDS = {"closed-form": field_with_trace, "autograd": field_with_autograd_trace}


def network(options):
    """peer.py's model, of PyTorch's operations."""
    make_field = FIELDS[options.trace]

    def frame(weights, q, activation, *state):
        return to_next_frame(make_field(OPS, weights, q, activation), *state)

    compiled_frame = torch.compile(frame, dynamic=False) if options.compile else None

    def solve_path(weights, q, activation, s, v, log_density, grid_states):
        if compiled_frame:
            to_next = functools.partial(compiled_frame, weights, q, activation)
        else:
            to_next = functools.partial(to_next_frame, make_field(OPS, weights, q, activation))
        return solve(to_next, s, v, log_density, grid_states)

    model = model_of(SimpleNamespace(**vars(OPS), solve=solve_path), options)
    if options.compile:
        model.encode = torch.compile(model.encode, dynamic=False)
        model.log_likelihood = torch.compile(model.log_likelihood, dynamic=False)
    return model


# --- commands ---------------------------------------------------------------------------------------


def placement(options):
    return {"dtype": torch.float64 if options.float64 else torch.float32, "device": options.device}


def load_inputs(options):
    """Parameters and batch of the input file, as tensors by name."""
    arrays = read_inputs(options)
    hidden, q = arrays["field/layer3/kernel"].shape
    params = load_parameters(arrays, parameter_shapes(SIZES[options.size], q, hidden), options)
    return params, {name: torch.tensor(arrays[name], **placement(options)) for name in INPUTS}


def evaluate(options):
    params, batch = load_inputs(options)
    loss, terms, inside = network(options).loss_terms(params, batch)
    loss.backward()
    write_outputs(
        options,
        {name: term.item() for name, term in {"loss": loss, **terms}.items()},
        {name: from_torch_layout(param.grad.cpu().numpy()) for name, param in params.items()},
        {name: tensor.detach().cpu().numpy() for name, tensor in inside.items()},
    )


def facts(options):
    on_gpu = options.device == "cuda"
    return {
        "library": f"PyTorch {torch.__version__}",
        "threads": torch.get_num_threads(),
        **({"device": torch.cuda.get_device_name()} if on_gpu else {}),
    }


def now(options):
    """Seconds; on a GPU once all that was asked of it is done."""
    if options.device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def serve(options):
    params, batch = load_inputs(options)
    model = network(options)
    optimizer = torch.optim.Adam(params.values(), lr=SIZES[options.size]["learning_rate"])

    def step():
        optimizer.zero_grad()
        loss, _, _ = model.loss_terms(params, batch)
        loss.backward()
        optimizer.step()
        return loss.item()

    compilation = {}
    if options.compile:
        start = now(options)
        model.loss_terms(params, batch)[0].backward()
        compilation = {"compileSeconds": now(options) - start}
    print(json.dumps({**facts(options), **compilation}), flush=True)
    serve_steps(step, sys.stdin, lambda: now(options))


def matmul(options):
    """Seconds of each product of square float32 matrices, after two to warm up."""
    side = options.side
    a, b = (torch.randn(side, side, device=options.device) for _ in range(2))
    seconds = []
    for _ in range(2 + options.runs):
        start = now(options)
        a @ b
        seconds.append(now(options) - start)
    print(json.dumps({**facts(options), "productSeconds": seconds[2:]}))


def main():
    parser, commands, *steps = parsers(__doc__, serve, evaluate)
    peak = commands.add_parser("matmul")
    peak.add_argument("--side", type=positive_integer, default=1024)
    peak.add_argument("--runs", type=positive_integer, default=20)
    peak.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    peak.set_defaults(run=matmul)
    for step in steps:
        step.add_argument("--trace", choices=["closed-form", "autograd"], default="closed-form")
        step.add_argument("--compile", action="store_true")
    for command in [peak, *steps]:
        command.add_argument("--threads", type=positive_integer, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        options.run(options)
    except (OSError, ValueError, struct.error) as error:
        raise SystemExit(f"cannot {options.command}: {error}")


if __name__ == "__main__":
    sys.exit(main())
