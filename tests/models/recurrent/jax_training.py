"""Trains the released latent ODE of spirals (Chen et al. 2018) in JAX, written anew: is the suite's training like it?

    python3 tests/models/recurrent/jax_training.py --noise 0.3 --seed 0   # JAX 0.10.2; 7 minutes on an idle core

All 100 points of a window are observed, as in the released script; of fewer points (--observations 50) the encoder also
reads a mask, as the suite's does. Prints, every 200 steps, the loss, the likelihood of 200 other spirals in nats a point,
and the RMSE of the 100 points after the window of 1000 test spirals; at the end those of the step with the best
likelihood, of every twentieth.
"""
import argparse

import jax
import jax.numpy as jnp
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--noise", type=float, default=0.3)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--observations", type=int, default=100)
parser.add_argument("--steps", type=int, default=2000)
options = parser.parse_args()

WINDOW, POINTS, LATENT = 100, 500, 4
MASKED = options.observations < WINDOW
STEP = 6 * np.pi / (POINTS - 1)
random = np.random.default_rng(options.seed)


def spirals(count, last_start):
    """Windows (count, 100, 2), with noise, 0 where not observed; masks (count, 100, 1); the points after them (count, 100, 2).

    Those are without noise, and NaN beyond the spiral.
    """
    theta = np.linspace(0, 6 * np.pi, POINTS)
    back = 6 * np.pi + 1 - theta
    outwards = np.stack([0.3 * theta * np.cos(theta) + 5, 0.3 * theta * np.sin(theta)], 1)
    inwards = np.stack([15 / back * np.cos(back) - 5, 15 / back * np.sin(back)], 1)
    whole = np.stack([np.pad(curve, ((0, WINDOW), (0, 0)), constant_values=np.nan) for curve in (outwards, inwards)])
    starts = random.integers(100, last_start + 1, count)
    at = starts[:, None] + np.arange(2 * WINDOW)
    both = whole[random.integers(0, 2, count)[:, None], at]
    seen = both[:, :WINDOW] + options.noise * random.standard_normal((count, WINDOW, 2))
    mask = np.ones((count, WINDOW, 1))
    if MASKED:
        mask = (random.random((count, WINDOW)).argsort(1).argsort(1) < options.observations)[:, :, None]
    return [jnp.asarray(x, jnp.float32) for x in (seen * mask, mask, both[:, WINDOW:])]


train, train_mask, _ = spirals(1000, 399)
validation, validation_mask, _ = spirals(200, 399)
shown, shown_mask, asked = spirals(1000, 300)


def layer(inputs, outputs):
    radius = inputs**-0.5
    return [jnp.asarray(random.uniform(-radius, radius, shape), jnp.float32) for shape in ((inputs, outputs), (outputs,))]


params = {
    "cell": layer(2 + MASKED + 25, 25),
    "encoder": layer(25, 2 * LATENT),
    "field": [layer(LATENT, 20), layer(20, 20), layer(20, LATENT)],
    "decoder": [layer(LATENT, 20), layer(20, 2)],
}
dense = lambda p, x: x @ p[0] + p[1]


def encode(p, x, mask):
    if MASKED:
        x = jnp.concatenate([x, mask], 2)

    def read(h, frame):
        return jnp.tanh(dense(p["cell"], jnp.concatenate([frame, h], 1))), None

    h, _ = jax.lax.scan(read, jnp.zeros((x.shape[0], 25)), jnp.swapaxes(x, 0, 1)[::-1])
    return jnp.split(dense(p["encoder"], h), 2, 1)


def decode(p, z, points):
    """One step of the classic Runge-Kutta method a point: finer than single precision tells apart."""

    def field(z):
        first, second, last = p["field"]
        return dense(last, jax.nn.elu(dense(second, jax.nn.elu(dense(first, z)))))

    def step(z, _):
        k1 = field(z)
        k2 = field(z + STEP / 2 * k1)
        k3 = field(z + STEP / 2 * k2)
        k4 = field(z + STEP * k3)
        return z + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4), z

    _, path = jax.lax.scan(step, z, None, length=points)
    hidden, output = p["decoder"]
    return jnp.swapaxes(dense(output, jax.nn.relu(dense(hidden, path))), 0, 1)


def log_likelihood(x, mask, mean):
    """Of the observed points of each window (count)."""
    density = -0.5 * ((x - mean) / options.noise) ** 2 - np.log(options.noise) - 0.5 * np.log(2 * np.pi)
    return jnp.sum(mask * density, (1, 2))


def loss(p, noise):
    mean, log_variance = encode(p, train, train_mask)
    z = mean + jnp.exp(log_variance / 2) * noise
    kl = 0.5 * jnp.sum(jnp.exp(log_variance) + mean**2 - 1 - log_variance, 1)
    return jnp.mean(kl - log_likelihood(train, train_mask, decode(p, z, WINDOW)))


@jax.jit
def adam(p, m, v, t, key):
    value, gradient = jax.value_and_grad(loss)(p, jax.random.normal(key, (train.shape[0], LATENT)))
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)
    down = lambda p, m, v: p - 0.01 * (m / (1 - 0.9**t)) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return jax.tree.map(down, p, m, v), m, v, value


@jax.jit
def measure(p):
    mean = decode(p, encode(p, validation, validation_mask)[0], WINDOW)
    likelihood = jnp.sum(log_likelihood(validation, validation_mask, mean)) / jnp.sum(validation_mask)
    predicted = decode(p, encode(p, shown, shown_mask)[0], 2 * WINDOW)[:, WINDOW:]
    return likelihood, jnp.sqrt(jnp.mean((predicted - asked) ** 2))


m = v = jax.tree.map(jnp.zeros_like, params)
key = jax.random.PRNGKey(options.seed)
best = (-np.inf, np.inf)
for t in range(1, options.steps + 1):
    params, m, v, value = adam(params, m, v, jnp.float32(t), jax.random.fold_in(key, t))
    if t % 20 > 0:
        continue
    now = tuple(float(number) for number in measure(params))
    best = max(best, now)
    if t % 200 == 0:
        print(f"step {t}: loss {value:.1f}, validation {now[0]:.3f}, test RMSE {now[1]:.3f}", flush=True)
print(f"selected: validation {best[0]:.3f}, test RMSE {best[1]:.3f}")
