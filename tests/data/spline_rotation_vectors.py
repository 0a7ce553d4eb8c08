"""Rotations by SciPy's cubic spline, and the authors' recipe on one image: what the suite's own rotation must agree with.

    python3 tests/data/spline_rotation_vectors.py > tests/data/spline_rotation_vectors.json   # python3-scipy 1.10.1
"""
import json

import numpy as np
from scipy.ndimage import rotate


def image(size, step):
    return (np.arange(size * size) * step % 101 / 100 - 0.5).reshape(size, size)


rotations = []
for size, step in ((4, 37), (5, 13), (8, 37)):
    for degrees in (0, 23.99933333333333, 90, 143.996, 180, 287.992, 359.99):
        source = image(size, step)
        turned = rotate(source, degrees, reshape=False, cval=-0.5)
        rotations.append({
            "size": size,
            "degrees": degrees,
            "image": source.ravel().tolist(),
            "turned": [round(float(value), 14) for value in turned.ravel()],
        })

# A ring with a gap and a bar, by whole numbers only: no digit of MNIST is stored here.
row, column = np.mgrid[0:28, 0:28]
radius = (row - 13) ** 2 + (column - 14) ** 2
ring = np.where((radius > 30) & (radius < 72) & (column > 10), 255 - 3 * (row % 7), 0)
digit = np.where((row == 13) & (column > 8) & (column < 18), 200, ring).astype(np.uint8)
frames = {}
for frame in (0, 3, 8, 14, 15):
    degrees = np.linspace(0, 359.99, 16)[15 - frame]
    turned = rotate(digit / 255 - 0.5, degrees, reshape=False, cval=-0.5)
    turned = (turned - turned.min()) / (turned.max() - turned.min())
    frames[frame] = [round(float(value), 8) for value in turned.ravel()]
print(json.dumps({"rotations": rotations, "digit": {"image": digit.ravel().tolist(), "frames": frames}}))
