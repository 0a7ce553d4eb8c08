"""What the peers of the training step in Python, pytorch_step.py and jax_step.py, share: the loss, sizes,
files and arguments.

  speed     training steps, Adam update included, one for each line that comes in:
            python3 benchmarks/speed/PEER.py serve inputs.bin
            prints a line of facts when it is ready, then for each line on standard input one with
            `seconds` and the step's `loss`; it ends with its input. See `processes.ts`.

  oracle    the loss, its terms and every gradient for given weights, data and noise:
            python3 benchmarks/speed/PEER.py evaluate inputs.bin outputs.bin
            prints the loss and its terms as one JSON object and writes them as `term/<name>`, with
            `gradient/<parameter>` and, for a look inside, `inside/states` (B, G, 2q),
            `inside/logDensity` (B, G) and `inside/decoded` (B, L, ...): probabilities or means.

Both take

  --size rmnist|bouncing_balls|mocap_many|mocap_single   encoders, decoder, likelihood, field's activation, gamma
  --model ode2vae-kl|ode2vae                       with or without the encoder penalty (gamma)
  --initial-log-density paper|released-code        log N(z0; mean, variance), or log N(noise; 0, I)
  --device cpu|cuda                                cpu by default
  --float64                                        double precision, to judge rounding

Files are those of `exchange.ts`. Inputs of both: every parameter under its own name; `frames`
(B, L, height, width) in [0, 1] or (B, L, D); `selection` (B, L, G), one-hot over grid states 0.1 apart;
`noise/initial` (B, 2q), position before velocity; `noise/weights` (n), kernel before bias from layer 1 on.
The sizes q and Hf are read off the parameters.

Layouts in a file are TensorFlow's: convolution kernels (height, width, in, out), transposed ones
(height, width, out, in), dense kernels (in, out). Padding SAME is TensorFlow's too, with the odd pixel
after; a transposed SAME convolution is the gradient of the forward one.
"""

import argparse
import json
import math
import struct

import numpy

LOG_2PI = math.log(2 * math.pi)
FRAME_INTERVAL = 0.1
SUB_STEPS = 5
FIELD = [f"field/layer{layer}/{kind}" for layer in (1, 2, 3) for kind in ("kernel", "bias")]
INPUTS = ["frames", "selection", "noise/initial", "noise/weights"]

# Images: channels of the encoders' layers; shape (height, width, channels) of the decoder's dense layer
# and (kernel, stride, padding, channels) of its transposed convolutions. Vectors: width of both hidden
# layers of encoders and decoder.
SIZES = {
    "rmnist": {
        "frame": (28, 28),
        "filters": [8, 16, 32, 64],
        "base": (3, 3, 8),
        "decoder": [(3, 2, "valid", 48), (5, 2, "same", 24), (5, 2, "same", 12), (5, 1, "same", 1)],
        "activation": "relu",
        "velocity_frames": 1,
        "gamma": 0.1,
        "learning_rate": 1e-3,
    },
    "bouncing_balls": {
        "frame": (32, 32),
        "filters": [16, 32, 64, 128],
        "base": (4, 4, 8),
        "decoder": [(5, 2, "same", 128), (5, 2, "same", 64), (5, 2, "same", 32), (5, 1, "same", 1)],
        "activation": "relu",
        "velocity_frames": 3,
        "gamma": 1.0,
        "learning_rate": 8e-4,
    },
    "mocap_many": {
        "frame": (50,),
        "hidden": 30,
        "activation": "tanh",
        "velocity_frames": 3,
        "gamma": 1.0,
        "learning_rate": 3e-3,
    },
}
SIZES["mocap_single"] = SIZES["mocap_many"]


def same_padding(size, kernel, stride):
    """Pixels before and after, TensorFlow's SAME: ceil(size / stride) outputs, the odd pixel after."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Model:
    """The loss in terms of what a library has; `ops` has

    exp, log, tanh, relu, sigmoid, step (1 above 0, else 0), zeros_like, moveaxis, concatenate and stack
    (a list, an axis), affine(b, x, w) = x w + b,
    images(x), from channels last to the library's layout, and channels_last(x), back again,
    convolve(x, kernel, stride), SAME, and convolve_transposed(x, kernel, stride, padding, bias or None),
    batch_norm_relu(x, scale, offset), with batch statistics, and
    solve(weights, q, activation, s, v, log_density, grid_states) to states (B, G, 2q), position first,
    and log q (B, G).
    """

    def __init__(self, ops, size, model, initial_log_density):
        self.ops, self.size = ops, SIZES[size]
        self.with_penalty = model == "ode2vae-kl"
        self.initial_log_density = initial_log_density

    def dense(self, params, name, x):
        return self.ops.affine(params[f"{name}/bias"], x, params[f"{name}/kernel"])

    def batch_norm_relu(self, params, name, x):
        return self.ops.batch_norm_relu(x, params[f"{name}/scale"], params[f"{name}/offset"])

    def two_tanh_layers(self, params, name, x):
        """x (N, n) -> features (N, hidden): a vector's encoders, and its decoder up to the outputs."""
        x = self.ops.tanh(self.dense(params, f"{name}/dense1", x))
        return self.ops.tanh(self.dense(params, f"{name}/dense2", x))

    def encode_images(self, params, name, x):
        """x (N, channels, height, width) -> features (N, n), channel last."""
        x = self.ops.images(self.ops.moveaxis(x, 1, -1))
        for layer in range(1, 5):
            x = self.ops.convolve(x, params[f"{name}/conv{layer}/kernel"], 2)
            x = self.batch_norm_relu(params, f"{name}/batchNorm{layer}", x)
        return self.ops.channels_last(x).reshape(x.shape[0], -1)

    def decode_images(self, params, s):
        """s (N, q) -> probabilities (N, height, width)."""
        x = self.ops.images(self.dense(params, "decoder/dense", s).reshape(-1, *self.size["base"]))
        layers = self.size["decoder"]
        for layer, (_, stride, padding, _) in enumerate(layers, start=1):
            name = f"decoder/conv{layer}"
            weights, bias = params[f"{name}/kernel"], params.get(f"{name}/bias")
            x = self.ops.convolve_transposed(x, weights, stride, padding, bias)
            if layer < len(layers):
                x = self.batch_norm_relu(params, f"decoder/batchNorm{layer}", x)
        return self.ops.sigmoid(self.ops.channels_last(x)[..., 0])

    def encode(self, params, name, x):
        """Frames with the window along axis 1, (N, m, ...) -> mean, log-variance, each (N, q)."""
        if "hidden" in self.size:
            x = self.two_tanh_layers(params, name, x.reshape(x.shape[0], -1))
        else:
            x = self.encode_images(params, name, x)
        return self.dense(params, f"{name}/mean", x), self.dense(params, f"{name}/logVariance", x)

    def log_likelihood(self, params, s, x):
        """Positions s (N, q), frames x (N, ...) -> log p(x | s) (N), and what s is decoded to."""
        ops = self.ops
        if "hidden" in self.size:
            # One log-variance in [0, 1] for all dimensions of a frame.
            features = self.two_tanh_layers(params, "decoder", s)
            mean = self.dense(params, "decoder/dense3", features)
            log_variance = ops.sigmoid(self.dense(params, "decoder/logVariance", features))
            return self.log_normal(x, mean, log_variance), mean
        p = self.decode_images(params, s)
        bernoulli = x * ops.log(1e-5 + p) + (1 - x) * ops.log(1e-5 + 1 - p)
        return bernoulli.sum((1, 2)), p

    def log_normal(self, x, mean, log_variance):
        """log N(x; mean, exp(log_variance) I), summed over the last axis."""
        return -0.5 * (LOG_2PI + log_variance + (x - mean) ** 2 / self.ops.exp(log_variance)).sum(-1)

    def draw_weights(self, params, noise):
        """One draw of the Bayesian field's weights; noise (n) in the order kernel, bias from layer 1 on."""
        deviation = self.ops.exp(0.5 * params["field/logVariance"])
        weights, offset = [], 0
        for name in FIELD:
            mean = params[name]
            size = math.prod(mean.shape)
            weights.append(mean + deviation * noise[offset : offset + size].reshape(mean.shape))
            offset += size
        return weights

    def field_kl(self, params):
        """KL[N(mean, variance I) || N(0, I)] over the field's weights and biases; one variance for all."""
        means = self.ops.concatenate([params[name].reshape(-1) for name in FIELD], 0)
        log_variance = params["field/logVariance"]
        return 0.5 * (means**2 + self.ops.exp(log_variance) - 1 - log_variance).sum()

    def loss_terms(self, params, batch):
        """The loss (to be minimised), its terms (means over the minibatch) and what they are made of.

        Yildiz et al., NeurIPS 2019: sums over frames and dimensions; beta is |z| / |W| as released.
        """
        ops, size = self.ops, self.size
        frames, selection = batch["frames"], batch["selection"]
        sequences, length = frames.shape[:2]
        hidden, q = params["field/layer3/kernel"].shape
        m = size["velocity_frames"]
        beta = q / (hidden * (3 * q + 2 * hidden + 3) + q)

        # Window t is frame t for positions and frames t ... t+m-1 for velocities; window 0 gives q(z0).
        count = max(1, length - m) if self.with_penalty else 1
        stacks = ops.stack([frames[:, i : i + count] for i in range(m)], 2)
        stacks = stacks.reshape(sequences * count, m, *frames.shape[2:])
        encoded = [
            self.encode(params, name, stacks[:, :seen])
            for name, seen in [("positionEncoder", 1), ("velocityEncoder", m)]
        ]
        mean, log_variance = (
            ops.concatenate(list(parts), 1).reshape(sequences, count, 2 * q) for parts in zip(*encoded)
        )

        z0 = mean[:, 0] + ops.exp(0.5 * log_variance[:, 0]) * batch["noise/initial"]
        if self.initial_log_density == "paper":
            log_density = self.log_normal(z0, mean[:, 0], log_variance[:, 0])
        else:
            zero = ops.zeros_like(z0)
            log_density = self.log_normal(batch["noise/initial"], zero, zero)

        weights = self.draw_weights(params, batch["noise/weights"])
        states, log_density = ops.solve(
            weights, q, size["activation"], z0[:, :q], z0[:, q:], log_density, selection.shape[2]
        )

        z = selection @ states  # (B, L, G) x (B, G, 2q) -> (B, L, 2q)
        log_q = (selection @ log_density[:, :, None])[:, :, 0].sum(1)  # (B)
        reconstruction, decoded = self.log_likelihood(
            params,
            z[:, :, :q].reshape(sequences * length, q),
            frames.reshape(sequences * length, *frames.shape[2:]),
        )
        zero = ops.zeros_like(z)

        terms = {
            "reconstruction": reconstruction.sum() / sequences,
            "latentPrior": self.log_normal(z, zero, zero).sum(1).mean(),
            "logDensity": log_q.mean(),
            "fieldKl": self.field_kl(params),
        }
        bound = terms["reconstruction"] + terms["latentPrior"] - terms["logDensity"]
        bound = bound - beta * terms["fieldKl"]
        if self.with_penalty:
            log_encoder_density = self.log_normal(z[:, :count], mean, log_variance).sum(1).mean()
            terms["encoderKl"] = terms["logDensity"] - log_encoder_density
            bound = bound - size["gamma"] * terms["encoderKl"]
        inside = {
            "states": states,
            "logDensity": log_density,
            "decoded": decoded.reshape(frames.shape),
        }
        return -bound, terms, inside


def field_with_trace(ops, weights, q, activation):
    """The acceleration f (B, q) of states s, v (B, q), and tr(df/dv) (B) in closed form."""
    w1, b1, w2, b2, w3, b3 = weights
    # tr(df/dv) = d1' (W2 o (W3 W1v)') d2; W1v (q, H): the rows of W1 that multiply v.
    coupling = w2 * (w3 @ w1[:q]).T
    # The activation, and its slope by its value.
    activate, slope = {"relu": (ops.relu, ops.step), "tanh": (ops.tanh, lambda a: 1 - a**2)}[activation]

    def field(s, v):
        a1 = activate(ops.affine(b1, ops.concatenate([v, s], 1), w1))
        a2 = activate(ops.affine(b2, a1, w2))
        trace = ((slope(a1) @ coupling) * slope(a2)).sum(1)
        return ops.affine(b3, a2, w3), trace

    return field


def model_of(ops, options):
    return Model(ops, options.size, options.model, options.initial_log_density)


def read_inputs(options):
    """Float32 arrays by name of the input file: uint32 header length, JSON header, little-endian data."""
    with open(options.input, "rb") as file:
        (length,) = struct.unpack("<I", file.read(4))
        header = json.loads(file.read(length))
        data = file.read()
    for name in [*INPUTS, "field/layer3/kernel"]:
        if name not in header:
            raise SystemExit(f"cannot {options.command}: the input file must hold '{name}'")
    return {
        name: numpy.frombuffer(
            data, "<f4", count=math.prod(entry["shape"]), offset=entry["offset"]
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }


def write_outputs(options, terms, gradients, inside):
    """Writes what `read_inputs` reads, offsets from the end of the header, and prints the terms."""
    named = [("term", terms), ("gradient", gradients), ("inside", inside)]
    header, blobs, offset = {}, [], 0
    for prefix, arrays in named:
        for name, array in arrays.items():
            blob = numpy.asarray(array, "<f4").tobytes()
            header[f"{prefix}/{name}"] = {"shape": list(numpy.shape(array)), "offset": offset}
            blobs.append(blob)
            offset += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 4)
    with open(options.output, "wb") as file:
        file.write(struct.pack("<I", len(text)) + text + b"".join(blobs))
    print(json.dumps(terms))


def serve_steps(step, lines, now):
    """A step for each line; `step` gives the loss, `now` seconds once all work is done."""
    for _ in lines:
        start = now()
        loss = step()
        print(json.dumps({"loss": loss, "seconds": now() - start}), flush=True)


def positive_integer(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be a positive integer, is {value}")
    return value


def parsers(description, serve, evaluate):
    """The parser with both commands, the parser of each command, and what takes further commands."""
    step = argparse.ArgumentParser(add_help=False)
    step.add_argument("input")
    step.add_argument("--size", choices=list(SIZES), default="rmnist")
    step.add_argument("--model", choices=["ode2vae-kl", "ode2vae"], default="ode2vae-kl")
    step.add_argument("--initial-log-density", choices=["paper", "released-code"], default="paper")
    step.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    step.add_argument("--float64", action="store_true")
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    speed = commands.add_parser("serve", parents=[step])
    speed.set_defaults(run=serve)
    oracle = commands.add_parser("evaluate", parents=[step])
    oracle.add_argument("output")
    oracle.set_defaults(run=evaluate)
    return parser, commands, speed, oracle
