"""What the peers of the training step in Python share: sizes, files, arguments. They are pytorch_step.py and jax_step.py.

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

  --size rmnist|bouncing_balls|mocap_many          encoders, decoder, likelihood, field's activation, gamma
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
FIELD = ["layer1", "layer2", "layer3"]
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


def same_padding(size, kernel, stride):
    """Pixels before and after, TensorFlow's SAME: ceil(size / stride) outputs, the odd pixel after."""
    total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


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
