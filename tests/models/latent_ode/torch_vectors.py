"""Losses and gradients of small latent ODEs and latent SDEs in double precision by PyTorch, written from their equations.

    python3 tests/models/latent_ode/torch_vectors.py > tests/models/latent_ode/torch_vectors.json   # PyTorch 1.13
"""
import json
import math

import torch

torch.set_default_dtype(torch.float64)
B, L, G, D, H, M = 2, 3, 4, 3, 4, 2
OFFSETS = [[0, 1, 3], [0, 2, 3]]
STEPS, INTERVAL = 2, 0.1


def dense_shapes(name, inputs, outputs):
    return {f"{name}/kernel": (inputs, outputs), f"{name}/bias": (outputs,)}


def mlp_shapes(name, widths):
    shapes = {}
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        shapes |= dense_shapes(f"{name}/layer{i + 1}", a, b)
    return shapes


def shapes_of(case):
    d, width, layers = case["latentDimensions"], case["fieldHidden"], case["fieldLayers"]
    shapes = {}
    for name, a, b in (("dense1", M * D, H), ("dense2", H, H), ("mean", H, d), ("logVariance", H, d)):
        shapes |= dense_shapes(f"encoder/{name}", a, b)
    for name, a, b in (("dense1", d, H), ("dense2", H, H), ("dense3", H, D)):
        shapes |= dense_shapes(f"decoder/{name}", a, b)
    if case["variance"] in ("sigmoid", "decoded"):
        shapes |= dense_shapes("decoder/logVariance", H, 1 if case["variance"] == "sigmoid" else D)
    else:
        shapes["decoder/logVariance"] = (D,)
    if case["initialPrior"] == "learned":
        shapes |= {"prior/mean": (d,), "prior/logVariance": (d,)}
    hidden = [width] * layers
    if "contextDimensions" not in case:
        return shapes | mlp_shapes("field", [d, *hidden, d])
    c, k = case["contextDimensions"], case["diffusionHidden"]
    shapes |= dense_shapes("encoder/context", H, c)
    shapes |= mlp_shapes("posteriorDrift", [d + c, *hidden, d]) | mlp_shapes("priorDrift", [d, *hidden, d])
    return shapes | {"diffusion/layer1/kernel": (d, k), "diffusion/layer1/bias": (d, k),
                     "diffusion/layer2/kernel": (d, k), "diffusion/layer2/bias": (d,)}


def pattern(shape, start, frequency, scale):
    n = math.prod(shape)
    return (scale * torch.sin(start + frequency * torch.arange(n, dtype=torch.float64))).reshape(shape)


def kl(m, s, pm, ps):
    return 0.5 * (torch.exp(s - ps) + (m - pm) ** 2 / torch.exp(ps) - 1 - s + ps).sum(1)


def loss_of(case, p):
    d = case["latentDimensions"]
    act = {"tanh": torch.tanh, "softplus": torch.nn.functional.softplus}[case["fieldActivation"]]
    dense = lambda name, x: x @ p[f"{name}/kernel"] + p[f"{name}/bias"]

    def mlp(name, x):
        for i in range(case["fieldLayers"]):
            x = act(dense(f"{name}/layer{i + 1}", x))
        return dense(f"{name}/layer{case['fieldLayers'] + 1}", x)

    frames = pattern((B, L, D), 0.3, 1.1, 1.0)
    x = frames[:, :M].reshape(B, M * D)
    features = torch.tanh(dense("encoder/dense2", torch.tanh(dense("encoder/dense1", x))))
    mean, log_variance = dense("encoder/mean", features), dense("encoder/logVariance", features)
    z = mean + torch.exp(log_variance / 2) * pattern((B, d), 0.9, 1.7, 1.2)
    h = INTERVAL / STEPS
    path, path_kl = [z], torch.zeros(B)
    if "contextDimensions" in case:
        context = dense("encoder/context", features)
        noise = pattern(((G - 1) * STEPS, B, d), 0.5, 2.3, 1.3)
    for n in range((G - 1) * STEPS):
        if "contextDimensions" in case:
            f, prior = mlp("posteriorDrift", torch.cat([z, context], 1)), mlp("priorDrift", z)
            hidden = act(z[:, :, None] * p["diffusion/layer1/kernel"] + p["diffusion/layer1/bias"])
            g = torch.sigmoid((hidden * p["diffusion/layer2/kernel"]).sum(2) + p["diffusion/layer2/bias"])
            path_kl = path_kl + 0.5 * h * (((f - prior) / g) ** 2).sum(1)
            z = z + h * f + math.sqrt(h) * g * noise[n]
        else:
            field = lambda y: mlp("field", y)
            k1 = field(z)
            k2 = field(z + h / 2 * k1)
            k3 = field(z + h / 2 * k2)
            z = z + h / 6 * (k1 + 2 * k2 + 2 * k3 + field(z + h * k3))
        if (n + 1) % STEPS == 0:
            path.append(z)
    path = torch.stack(path, 1)
    picked = torch.stack([path[b, OFFSETS[b]] for b in range(B)])
    features = torch.tanh(dense("decoder/dense2", torch.tanh(dense("decoder/dense1", picked))))
    mu = dense("decoder/dense3", features)
    if case["variance"] == "sigmoid":
        lv = torch.sigmoid(dense("decoder/logVariance", features)).expand(mu.shape)
    elif case["variance"] == "decoded":
        lv = dense("decoder/logVariance", features)
    else:
        lv = p["decoder/logVariance"].expand(mu.shape)
    terms = {"reconstruction": (-0.5 * (math.log(2 * math.pi) + lv + (frames - mu) ** 2 / torch.exp(lv))).sum() / B}
    zero = torch.zeros(d)
    prior_mean, prior_lv = (p["prior/mean"], p["prior/logVariance"]) if case["initialPrior"] == "learned" else (zero, zero)
    terms["initialKl"] = kl(mean, log_variance, prior_mean, prior_lv).mean()
    if "contextDimensions" in case:
        terms["pathKl"] = path_kl.mean()
    total = sum(value for name, value in terms.items() if name != "reconstruction")
    return case["klWeight"] * total - terms["reconstruction"], terms


ODE = {"latentDimensions": 2, "fieldHidden": 3, "fieldLayers": 2, "fieldActivation": "tanh",
       "initialPrior": "standard", "variance": "sigmoid", "klWeight": 0.7}
LEARNED = ODE | {"fieldLayers": 1, "fieldActivation": "softplus", "initialPrior": "learned", "variance": "learned"}
CASES = [ODE, LEARNED, LEARNED | {"contextDimensions": 2, "diffusionHidden": 3},
         ODE | {"variance": "decoded", "contextDimensions": 1, "diffusionHidden": 2}]
results = []
for case in CASES:
    params = {name: pattern(shape, 0.2 + 1.3 * i, 0.7, 0.5).requires_grad_()
              for i, (name, shape) in enumerate(sorted(shapes_of(case).items()))}
    loss, terms = loss_of(case, params)
    loss.backward()
    results.append({
        "settings": case,
        "loss": loss.item(),
        "terms": {name: value.item() for name, value in terms.items()},
        "gradients": {name: [round(x, 12) for x in value.grad.reshape(-1).tolist()] for name, value in params.items()},
    })
print("[\n" + ",\n".join(json.dumps(result) for result in results) + "\n]")
