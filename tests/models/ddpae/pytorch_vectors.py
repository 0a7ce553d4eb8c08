"""Expected values for `transformer_test.ts` and `loss_test.ts`, by PyTorch in double precision.

python3 tests/models/ddpae/pytorch_vectors.py > tests/models/ddpae/pytorch_vectors.json
(made with PyTorch 1.13.0)
"""

import json
import math

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def values(name, shape, size=1.0):
    """Numbers that the test makes too: a sine whose phase is of the name."""
    phase = sum(map(ord, name))
    count = math.prod(shape)
    return torch.tensor([size * math.sin(phase + 0.7 * i) for i in range(count)]).reshape(shape)


def numbers(x):
    return [float(f"{v:.9g}") for v in x.detach().flatten().tolist()]


def sampled(images, pose, size):
    """Images (n, h, w) seen through [s 0 x; 0 s y]."""
    n = len(images)
    zero = torch.zeros(n)
    s, x, y = pose.unbind(1)
    theta = torch.stack([s, zero, x, zero, s, y], 1).reshape(n, 2, 3)
    grid = F.affine_grid(theta, (n, 1, size, size), align_corners=True)
    return F.grid_sample(images[:, None], grid, align_corners=True)[:, 0]


def place(objects, pose, size):
    n, c, h, w = objects.shape
    return sampled(objects.reshape(n * c, h, w), pose.reshape(-1, 3), size).reshape(
        n, c, size, size
    )


def crop(frames, pose, size):
    n, c, _ = pose.shape
    s, x, y = pose.reshape(-1, 3).unbind(1)
    inverse = torch.stack([1 / s, -x / s, -y / s], 1)
    return sampled(frames.repeat_interleave(c, 0), inverse, size).reshape(n, c, size, size)


def with_gradients(f, *inputs):
    inputs = [x.clone().requires_grad_() for x in inputs]
    out = f(*inputs)
    (out * values("upstream", out.shape)).sum().backward()
    return {"value": numbers(out), "gradients": [numbers(x.grad) for x in inputs]}


POSES = torch.tensor(
    [[[2.1, 0.13, -0.4], [3.3, -1.2, 1.7]], [[1.4, 0.61, 0.33], [2.7, 2.93, -2.1]]]
)

# The whole loss of a small model.
SIDE, FILTERS, FEATURES, HIDDEN, CONTENT, COMPONENTS = 16, 2, 4, 3, 3, 2
BATCH, GIVEN, LATER = 2, 2, 2
SCALE = 2.5
params = {}


def parameter(name, *shape, size=0.4, shift=0.0):
    if name not in params:
        params[name] = (values(name, shape, size) + shift).requires_grad_()
    return params[name]


def batch_norm(name, x):
    """x (n, h, w, c) by its own mean and biased variance."""
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2), unbiased=False)
    scale = parameter(f"{name}/scale", x.shape[3], size=0.2, shift=1.0)
    offset = parameter(f"{name}/offset", x.shape[3])
    return (x - mean) / torch.sqrt(variance + 1e-5) * scale + offset


def encode(name, images):
    x, inputs, layer = images[:, None], 1, 1
    while x.shape[2] > 4:
        outputs = FILTERS * 2 ** (layer - 1)
        kernel = parameter(f"{name}/conv{layer}/kernel", 4, 4, inputs, outputs)
        x = F.conv2d(x, kernel.permute(3, 2, 0, 1), stride=2, padding=1)
        if layer > 1:
            x = batch_norm(f"{name}/batchNorm{layer}", x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x, inputs, layer = F.leaky_relu(x, 0.2), outputs, layer + 1
    flat = x.permute(0, 2, 3, 1).flatten(1)
    outputs = FEATURES if name == "frameEncoder" else CONTENT
    return flat @ parameter(f"{name}/output/kernel", flat.shape[1], outputs)


def decode(contents):
    side, channels = SIDE // 2, FILTERS * 2 ** int(math.log2(SIDE // 8) - 1)
    kernel = parameter("objectDecoder/input/kernel", CONTENT, 16 * channels)
    x, layer = (contents @ kernel).reshape(-1, 4, 4, channels), 1
    while x.shape[1] < side:
        outputs = 1 if x.shape[1] * 2 == side else channels // 2
        x = F.relu(batch_norm(f"objectDecoder/batchNorm{layer}", x)).permute(0, 3, 1, 2)
        kernel = parameter(f"objectDecoder/conv{layer}/kernel", 4, 4, outputs, channels)
        x = F.conv_transpose2d(x, kernel.permute(3, 2, 0, 1), stride=2, padding=1)
        x, channels, layer = x.permute(0, 2, 3, 1), outputs, layer + 1
    return torch.sigmoid(x[..., 0])


def cell(name, inputs):
    """PyTorch's own LSTM cell with the parameters of a name."""
    kernels = parameter(f"{name}/input", inputs, 4 * HIDDEN), parameter(
        f"{name}/recurrent", HIDDEN, 4 * HIDDEN
    )
    bias = parameter(f"{name}/bias", 4 * HIDDEN)
    return lambda x, state: torch.lstm_cell(
        x, state, kernels[0].T, kernels[1].T, bias, torch.zeros(4 * HIDDEN)
    )


def zeros(n):
    return torch.zeros(n, HIDDEN), torch.zeros(n, HIDDEN)


def gaussian(name, hidden, outputs):
    def layer(part):
        kernel = parameter(f"{name}/{part}/kernel", HIDDEN, outputs)
        return hidden @ kernel + parameter(f"{name}/{part}/bias", outputs)

    return layer("mean"), F.softplus(layer("deviation"))


def kl(q, mean, deviation):
    p = torch.distributions.Normal(
        torch.as_tensor(mean).expand(q[0].shape), torch.as_tensor(deviation).expand(q[0].shape)
    )
    return torch.distributions.kl_divergence(torch.distributions.Normal(*q), p).sum()


def loss(frames):
    noise = lambda name, *shape: values(f"noise/{name}", shape)
    features = encode("frameEncoder", frames[:GIVEN].flatten(0, 1)).reshape(GIVEN, BATCH, -1)
    given, later = cell("givenPoses", FEATURES + HIDDEN), cell("laterPoses", 2 * HIDDEN)
    before = [torch.zeros(BATCH, HIDDEN)] * (GIVEN + LATER)
    by_component = []
    for _ in range(COMPONENTS):
        state, outputs = zeros(BATCH), []
        for t in range(GIVEN + LATER):
            if t < GIVEN:
                state = given(torch.cat([features[t], before[t]], 1), state)
            else:
                state = later(torch.cat([state[0], before[t]], 1), state)
            outputs.append(state[0])
        before = outputs
        by_component.append(torch.stack(outputs))
    states = torch.stack(by_component, 2)  # (T, B, C, units)
    transitions = gaussian("transition", states, 3)
    step, state, outputs = cell("firstPoses", HIDDEN), zeros(BATCH), []
    for i in range(COMPONENTS):
        state = step(states[0, :, i], state)
        outputs.append(state[0])
    mean, deviation = gaussian("firstPose", torch.stack(outputs, 1), 3)
    first = mean + torch.tensor([SCALE, 0, 0]), deviation
    beta = transitions[0] + transitions[1] * noise("transitions", *transitions[0].shape)
    pose = beta.cumsum(0) + first[0] + first[1] * noise("first", *first[0].shape)
    scale = pose[..., :1].clamp(SCALE - 1, SCALE + 1)
    pose = torch.cat([scale, torch.tanh(pose[..., 1:]) * (scale - 0.5)], 3)

    windows = crop(frames[:GIVEN].flatten(0, 1), pose[:GIVEN].flatten(0, 1), SIDE // 2)
    shown = encode("objectEncoder", windows.flatten(0, 1)).reshape(GIVEN, BATCH * COMPONENTS, -1)
    step, state = cell("contents", CONTENT), zeros(BATCH * COMPONENTS)
    for t in range(GIVEN):
        state = step(shown[t], state)
    q = gaussian("content", state[0].reshape(BATCH, COMPONENTS, HIDDEN), CONTENT)
    z = q[0] + q[1] * noise("content", *q[0].shape)
    objects = decode(z.flatten(0, 1)).reshape(1, BATCH, COMPONENTS, SIDE // 2, SIDE // 2)
    repeated = objects.repeat(GIVEN + LATER, 1, 1, 1, 1).flatten(0, 1)
    made = place(repeated, pose.flatten(0, 1), SIDE).sum(1).clamp(max=1)
    likelihood = torch.distributions.Normal(made, 0.3).log_prob(frames.flatten(0, 1)).sum()
    total = kl(transitions, 0.0, 0.1) + kl(first, [SCALE, 0.0, 0.0], [0.2, 1.0, 1.0])
    total = total + kl(q, 0.0, 1.0) - likelihood
    return total / BATCH / (GIVEN + LATER)


frames = values("frames", (GIVEN + LATER, BATCH, SIDE, SIDE), 0.5) + 0.5
value = loss(frames)
value.backward()
gradients = {name: x.grad for name, x in sorted(params.items())}


def central_difference(name, step=1e-6):
    """Of the loss along a direction in one parameter."""
    original, ends = params[name], []
    direction = values("direction", original.shape)
    for sign in (1, -1):
        params[name] = original.detach() + sign * step * direction
        ends.append(loss(frames).item())
    params[name] = original
    return (ends[0] - ends[1]) / (2 * step)


print(json.dumps({
    "poses": numbers(POSES),
    "placed": with_gradients(
        lambda objects, pose: place(objects, pose, 9).sum(1), values("objects", (2, 2, 5, 6)), POSES
    ),
    "cropped": with_gradients(lambda frames, pose: crop(frames, pose, 5),
                              values("frames", (2, 9, 8)), POSES),
    "loss": {
        "value": value.item(),
        "gradients": {name: numbers(x) for name, x in gradients.items()},
        "differences": {name: float(f"{central_difference(name):.7g}") for name in gradients},
    },
}))
