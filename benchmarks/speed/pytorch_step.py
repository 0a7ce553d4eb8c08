"""One training step of ODE2VAE and ODE2VAE-KL for rotating MNIST, in eager PyTorch.

Two uses, both against the TypeScript model of this suite:

  speed     training steps, Adam update included, one for each line that comes in:
            python3 benchmarks/speed/pytorch_step.py serve inputs.bin
            prints a line of facts when it is ready, then for each line on standard input one with
            `seconds` and the step's `loss`; it ends with its input. See `step_process.ts`.

  oracle    the loss, its terms and every gradient for given weights, data and noise:
            python3 benchmarks/speed/pytorch_step.py evaluate inputs.bin outputs.bin
            prints the loss and its terms as one JSON object and writes them as `term/<name>`, with
            `gradient/<parameter>` and, for a look inside, `inside/states` (B, G, 2q),
            `inside/logDensity` (B, G) and `inside/probabilities` (B, L, 28, 28).

Needs PyTorch 1.13 or later and NumPy; on Debian: apt-get install python3-torch. Both commands take

  --model ode2vae-kl|ode2vae                       with or without the encoder penalty (gamma)
  --initial-log-density paper|released-code        log N(z0; mean, variance), or log N(noise; 0, I)
  --trace closed-form|autograd                     autograd: q backward passes for every evaluation of
                                                   the field, as in the released code
  --threads N                                      2 unless told
  --float64                                        double precision, to judge rounding

Files are those of `exchange.ts`. Inputs of both: every parameter under its own name; `frames`
(B, L, 28, 28) in [0, 1]; `selection` (B, L, G), one-hot over grid states 0.1 apart; `noise/initial`
(B, 2q), position before velocity; `noise/weights` (n), kernel before bias from layer 1 on.
The sizes q, Hf and m are read off the parameters.

Layouts in a file are TensorFlow's: convolution kernels (height, width, in, out), transposed ones
(height, width, out, in), dense kernels (in, out). Padding SAME is TensorFlow's too, with the odd pixel
after; a transposed SAME convolution is the gradient of the forward one.
"""

import argparse
import json
import math
import os
import struct
import sys
import time

# Before the libraries load. OpenMP's threads else spin between operations, and OpenBLAS brings threads
# of its own: next to any other work a step takes up to 30 times as long. What the caller set stays.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
import torch
import torch.nn.functional as F

LOG_2PI = math.log(2 * math.pi)
GAMMA = 0.1
FRAME_INTERVAL = 0.1
SUB_STEPS = 5
FIELD = ["layer1", "layer2", "layer3"]
INPUTS = ["frames", "selection", "noise/initial", "noise/weights"]


# --- exchange files ---------------------------------------------------------------------------------


def read_exchange(path):
    """Named float32 arrays of a file: uint32 header length, JSON header, little-endian data."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<I", file.read(4))
        header = json.loads(file.read(length))
        data = file.read()
    return {
        name: numpy.frombuffer(
            data, "<f4", count=math.prod(entry["shape"]), offset=entry["offset"]
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def write_exchange(path, arrays):
    """Writes what `read_exchange` reads; offsets count bytes from the end of the header."""
    header, blobs, offset = {}, [], 0
    for name, array in arrays.items():
        blob = numpy.asarray(array, "<f4").tobytes()
        header[name] = {"shape": list(numpy.shape(array)), "offset": offset}
        blobs.append(blob)
        offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    with open(path, "wb") as file:
        file.write(struct.pack("<I", len(text)) + text + b"".join(blobs))


def to_torch_layout(array):
    """(h, w, in, out) → (out, in, h, w), and transposed (h, w, out, in) → (in, out, h, w)."""
    return array.transpose(3, 2, 0, 1) if array.ndim == 4 else array


def from_torch_layout(array):
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


# --- parameters -------------------------------------------------------------------------------------


def parameter_shapes(q, hidden, velocity_frames):
    """Name → shape in the file's layout, at the rotating-MNIST setting (filters 8 and 12)."""
    shapes = {}
    for prefix, channels in [("positionEncoder", 1), ("velocityEncoder", velocity_frames)]:
        for layer, filters in enumerate([8, 16, 32, 64], start=1):
            shapes[f"{prefix}/conv{layer}/kernel"] = (5, 5, channels, filters)
            shapes[f"{prefix}/batchNorm{layer}/scale"] = (filters,)
            shapes[f"{prefix}/batchNorm{layer}/offset"] = (filters,)
            channels = filters
        for head in ["mean", "logVariance"]:
            shapes[f"{prefix}/{head}/kernel"] = (256, q)
            shapes[f"{prefix}/{head}/bias"] = (q,)
    for layer, (size_in, size_out) in zip(FIELD, [(2 * q, hidden), (hidden, hidden), (hidden, q)]):
        shapes[f"field/{layer}/kernel"] = (size_in, size_out)
        shapes[f"field/{layer}/bias"] = (size_out,)
    shapes["field/logVariance"] = ()
    shapes["decoder/dense/kernel"] = (q, 72)
    shapes["decoder/dense/bias"] = (72,)
    channels = 8
    for layer, (size, filters) in enumerate([(3, 48), (5, 24), (5, 12), (5, 1)], start=1):
        shapes[f"decoder/conv{layer}/kernel"] = (size, size, filters, channels)
        if layer < 4:
            shapes[f"decoder/batchNorm{layer}/scale"] = (filters,)
            shapes[f"decoder/batchNorm{layer}/offset"] = (filters,)
        channels = filters
    shapes["decoder/conv4/bias"] = (1,)
    return shapes


def load_parameters(arrays, names, dtype):
    """Leaf tensors in PyTorch's layouts, by name."""
    missing = [name for name in names if name not in arrays]
    if missing:
        raise SystemExit(
            f"cannot evaluate: the input file must hold every parameter, missing: {missing[0]}"
        )
    return {
        name: torch.tensor(
            to_torch_layout(arrays[name]).copy(), dtype=dtype
        ).requires_grad_()
        for name in names
    }


# --- networks ---------------------------------------------------------------------------------------


def batch_norm_relu(params, name, x):
    """Batch statistics over all but the channel, biased variance; then ReLU."""
    x = F.batch_norm(
        x, None, None, params[f"{name}/scale"], params[f"{name}/offset"], training=True, eps=1e-5
    )
    return F.relu(x)


def same_padding(size, kernel, stride):
    """Pixels before and after, TensorFlow's SAME: ⌈size / stride⌉ outputs, the odd pixel after."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def encoder(params, name, x):
    """x (N, channels, 28, 28) → mean, log-variance, each (N, q)."""
    for layer in range(1, 5):
        before, after = same_padding(x.shape[-1], 5, 2)
        x = F.pad(x, (before, after, before, after))
        x = F.conv2d(x, params[f"{name}/conv{layer}/kernel"], stride=2)
        x = batch_norm_relu(params, f"{name}/batchNorm{layer}", x)
    x = x.permute(0, 2, 3, 1).flatten(1)  # (N, 2·2·64), channel last
    return tuple(
        x @ params[f"{name}/{head}/kernel"] + params[f"{name}/{head}/bias"]
        for head in ["mean", "logVariance"]
    )


def decoder(params, s):
    """s (N, q) → probabilities (N, 28, 28)."""
    x = s @ params["decoder/dense/kernel"] + params["decoder/dense/bias"]
    x = x.reshape(-1, 3, 3, 8).permute(0, 3, 1, 2)
    x = F.conv_transpose2d(x, params["decoder/conv1/kernel"], stride=2)  # (N, 48, 7, 7)
    x = batch_norm_relu(params, "decoder/batchNorm1", x)
    for layer in [2, 3]:
        size = 2 * x.shape[-1]
        before, _ = same_padding(size, 5, 2)
        # PyTorch crops `padding` on both sides; what is left over lies behind.
        x = F.conv_transpose2d(x, params[f"decoder/conv{layer}/kernel"], stride=2, padding=before)
        x = batch_norm_relu(params, f"decoder/batchNorm{layer}", x[..., :size, :size])
    x = F.conv_transpose2d(x, params["decoder/conv4/kernel"], params["decoder/conv4/bias"], padding=2)
    return torch.sigmoid(x[:, 0])


# --- the field and its flow -------------------------------------------------------------------------


def draw_weights(params, noise):
    """One draw of the Bayesian field's weights; noise (n) in the order kernel, bias from layer 1 on."""
    deviation = torch.exp(0.5 * params["field/logVariance"])
    weights, offset = [], 0
    for layer in FIELD:
        for kind in ["kernel", "bias"]:
            mean = params[f"field/{layer}/{kind}"]
            weights.append(mean + deviation * noise[offset : offset + mean.numel()].view_as(mean))
            offset += mean.numel()
    return weights


def field_with_closed_form_trace(weights, q):
    w1, b1, w2, b2, w3, b3 = weights
    # tr(∂f/∂v) = d1ᵀ (W2 ∘ (W3 W1v)ᵀ) d2; W1v (q, H): the rows of W1 that multiply v.
    coupling = w2 * (w3 @ w1[:q]).T

    def field(s, v):
        h1 = torch.cat([v, s], 1) @ w1 + b1
        h2 = F.relu(h1) @ w2 + b2
        trace = (((h1 > 0).to(h1.dtype) @ coupling) * (h2 > 0).to(h1.dtype)).sum(1)
        return F.relu(h2) @ w3 + b3, trace

    return field


def field_with_autograd_trace(weights, q):
    w1, b1, w2, b2, w3, b3 = weights

    def field(s, v):
        f = F.relu(F.relu(torch.cat([v, s], 1) @ w1 + b1) @ w2 + b2) @ w3 + b3
        trace = sum(
            torch.autograd.grad(f[:, i].sum(), v, create_graph=True)[0][:, i] for i in range(q)
        )
        return f, trace

    return field


def solve(field, s, v, log_density, grid_states):
    """Classical Runge-Kutta from z0; returns states (B, G, 2q), position first, and log q (B, G)."""

    def derivative(state):
        s, v, _ = state
        f, trace = field(s, v)
        return v, f, -trace

    def shifted(state, slope, step):
        return tuple(y + step * dy for y, dy in zip(state, slope))

    h = FRAME_INTERVAL / SUB_STEPS
    state = (s, v, log_density)
    path = [state]
    for _ in range(grid_states - 1):
        for _ in range(SUB_STEPS):
            k1 = derivative(state)
            k2 = derivative(shifted(state, k1, h / 2))
            k3 = derivative(shifted(state, k2, h / 2))
            k4 = derivative(shifted(state, k3, h))
            state = tuple(
                y + h / 6 * (a + 2 * b + 2 * c + d) for y, a, b, c, d in zip(state, k1, k2, k3, k4)
            )
        path.append(state)
    states = torch.stack([torch.cat([s, v], 1) for s, v, _ in path], 1)
    return states, torch.stack([log_density for _, _, log_density in path], 1)


# --- the loss ---------------------------------------------------------------------------------------


def log_normal(x, mean, log_variance):
    """log N(x; mean, exp(log_variance) I), summed over the last axis."""
    return -0.5 * (LOG_2PI + log_variance + (x - mean) ** 2 / torch.exp(log_variance)).sum(-1)


def field_kl(params):
    """KL[N(mean, σ²I) ‖ N(0, I)] over all weights and biases of the field; one σ² for all."""
    means = torch.cat(
        [params[f"field/{layer}/{kind}"].flatten() for layer in FIELD for kind in ["kernel", "bias"]]
    )
    log_variance = params["field/logVariance"]
    return 0.5 * (means**2 + torch.exp(log_variance) - 1 - log_variance).sum()


def loss_terms(params, batch, options):
    """The loss (to be minimised), its terms (means over the minibatch) and what lies behind them.

    Yıldız et al., NeurIPS 2019: sums over frames and dimensions; beta is |z| / |W| as released.
    """
    frames, selection = batch["frames"], batch["selection"]
    sequences, length = frames.shape[:2]
    q, hidden = params["field/layer3/kernel"].shape[1], params["field/layer3/kernel"].shape[0]
    m = params["velocityEncoder/conv1/kernel"].shape[1]
    beta = q / (hidden * (3 * q + 2 * hidden + 3) + q)
    with_penalty = options.model == "ode2vae-kl"

    # Window t is frame t for positions and frames t … t+m-1 for velocities; window 0 gives q(z0).
    count = length - m if with_penalty else 1
    windows = frames[:, :count].reshape(sequences * count, 1, 28, 28)
    stacks = torch.stack([frames[:, i : i + count] for i in range(m)], 2)
    stacks = stacks.reshape(sequences * count, m, 28, 28)
    s_mean, s_log_variance = encoder(params, "positionEncoder", windows)
    v_mean, v_log_variance = encoder(params, "velocityEncoder", stacks)
    mean = torch.cat([s_mean, v_mean], 1).view(sequences, count, 2 * q)
    log_variance = torch.cat([s_log_variance, v_log_variance], 1).view(sequences, count, 2 * q)

    z0 = mean[:, 0] + torch.exp(0.5 * log_variance[:, 0]) * batch["noise/initial"]
    if options.initial_log_density == "paper":
        initial_log_density = log_normal(z0, mean[:, 0], log_variance[:, 0])
    else:
        zero = torch.zeros_like(z0)
        initial_log_density = log_normal(batch["noise/initial"], zero, zero)

    closed_form = options.trace == "closed-form"
    make_field = field_with_closed_form_trace if closed_form else field_with_autograd_trace
    field = make_field(draw_weights(params, batch["noise/weights"]), q)
    states, log_density = solve(field, z0[:, :q], z0[:, q:], initial_log_density, selection.shape[2])

    z = selection @ states  # (B, L, G) x (B, G, 2q) -> (B, L, 2q)
    log_q = (selection @ log_density[:, :, None])[:, :, 0].sum(1)  # (B)
    p = decoder(params, z[:, :, :q].reshape(-1, q)).view_as(frames)
    log_likelihood = frames * torch.log(1e-5 + p) + (1 - frames) * torch.log(1e-5 + 1 - p)
    zero = torch.zeros_like(z)

    terms = {
        "reconstruction": log_likelihood.sum((1, 2, 3)).mean(),
        "latentPrior": log_normal(z, zero, zero).sum(1).mean(),
        "logDensity": log_q.mean(),
        "fieldKl": field_kl(params),
    }
    bound = terms["reconstruction"] + terms["latentPrior"] - terms["logDensity"]
    bound = bound - beta * terms["fieldKl"]
    if with_penalty:
        log_encoder_density = log_normal(z[:, :count], mean, log_variance).sum(1).mean()
        terms["encoderKl"] = terms["logDensity"] - log_encoder_density
        bound = bound - GAMMA * terms["encoderKl"]
    inside = {"states": states, "logDensity": log_density, "probabilities": p}
    return -bound, terms, inside


# --- commands ---------------------------------------------------------------------------------------


def load_inputs(options):
    """Parameters and batch of the input file, as tensors by name."""
    dtype = torch.float64 if options.float64 else torch.float32
    arrays = read_exchange(options.input)
    for name in [*INPUTS, "field/layer3/kernel", "velocityEncoder/conv1/kernel"]:
        if name not in arrays:
            raise SystemExit(f"cannot evaluate: the input file must hold '{name}'")
    hidden, q = arrays["field/layer3/kernel"].shape
    shapes = parameter_shapes(q, hidden, arrays["velocityEncoder/conv1/kernel"].shape[2])
    params = load_parameters(arrays, list(shapes), dtype)
    return params, {name: torch.tensor(arrays[name], dtype=dtype) for name in INPUTS}


def evaluate(options):
    params, batch = load_inputs(options)
    loss, terms, inside = loss_terms(params, batch, options)
    loss.backward()
    scalars = {"loss": loss.item(), **{name: term.item() for name, term in terms.items()}}
    outputs = {f"term/{name}": numpy.array(value) for name, value in scalars.items()}
    for name, param in params.items():
        outputs[f"gradient/{name}"] = from_torch_layout(param.grad.numpy())
    outputs.update({f"inside/{name}": tensor.detach().numpy() for name, tensor in inside.items()})
    write_exchange(options.output, outputs)
    print(json.dumps(scalars))


def serve(options):
    params, batch = load_inputs(options)
    optimizer = torch.optim.Adam(params.values(), lr=1e-3)
    facts = {
        "library": f"PyTorch {torch.__version__}",
        "threads": torch.get_num_threads(),
        "mkldnn": torch.backends.mkldnn.is_available(),
    }
    print(json.dumps(facts), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        optimizer.zero_grad()
        loss, _, _ = loss_terms(params, batch, options)
        loss.backward()
        optimizer.step()
        report = {"loss": loss.item(), "seconds": time.perf_counter() - start}
        print(json.dumps(report), flush=True)


def positive_integer(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a positive integer: current value is {value}")
    return value


def main():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--model", choices=["ode2vae-kl", "ode2vae"], default="ode2vae-kl")
    common.add_argument("--initial-log-density", choices=["paper", "released-code"], default="paper")
    common.add_argument("--trace", choices=["closed-form", "autograd"], default="closed-form")
    common.add_argument("--threads", type=positive_integer, default=2)
    common.add_argument("--float64", action="store_true")
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    peer = commands.add_parser("serve", parents=[common])
    peer.add_argument("input")
    oracle = commands.add_parser("evaluate", parents=[common])
    oracle.add_argument("input")
    oracle.add_argument("output")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    try:
        serve(options) if options.command == "serve" else evaluate(options)
    except (OSError, ValueError, struct.error) as error:
        raise SystemExit(f"cannot {options.command} {options.input}: {error}")


if __name__ == "__main__":
    sys.exit(main())
