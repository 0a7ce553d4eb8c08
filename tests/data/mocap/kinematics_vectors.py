"""Positions of a made-up skeleton's joints by 4×4 matrices: what the suite's own forward kinematics must agree with.

    /usr/bin/python3 tests/data/mocap/kinematics_vectors.py > tests/data/mocap/kinematics_vectors.json   # NumPy 1.24.2

Each bone is moved along its resting direction from its parent's end, and all of its descendants are turned about that
end by the bone's own axes. So positions are products of matrices from the leaf to the root, not sums as in the suite.
"""
import json

import numpy as np

# name, parent, direction, length, axis, channels (root: no length, its axis is its orientation)
BONES = [
    ("root", None, [0, 0, 0], 0, [10, 20, -30], ["ty", "tx", "tz", "rz", "rx", "ry"]),
    ("hip", "root", [0.6, -0.8, 0], 2.5, [0, 0, 0], []),
    ("thigh", "hip", [0.36, -0.8, 0.48], 7.25, [0, 0, 20], ["rx", "ry", "rz"]),
    ("shin", "thigh", [0.36, -0.8, 0.48], 7.5, [-35, 15, 20], ["rx"]),
    ("foot", "shin", [0, -0.28, 0.96], 2.25, [-90, 7.5, 20], ["rz", "rx"]),
    ("back", "root", [0, 1, 0], 4, [180, 30, 90], ["ry"]),
]
POSITION = [1, -2, 0.5]
FRAMES = [
    [0] * 13,
    [3, -1, 2, 30, -40, 50, 10, 20, 30, 45, -15, 25, 90],
    [-7.5, 0.25, 16, -170, 200, 5, -60, 5, 12.5, 100, 80, -45, -135],
]


def turn(axis, degrees):
    """4×4, by Rodrigues' formula."""
    k = np.zeros((3, 3))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    k[i, j], k[j, i] = -1, 1
    a = np.deg2rad(degrees)
    result = np.eye(4)
    result[:3, :3] += np.sin(a) * k + (1 - np.cos(a)) * k @ k
    return result


def shift(vector):
    result = np.eye(4)
    result[:3, 3] = vector
    return result


def joints(frame):
    frame = list(frame)
    world = {}
    ends = []
    for name, parent, direction, length, axis, channels in BONES:
        values = dict(zip(channels, [frame.pop(0) for _ in channels]))
        own = turn(2, axis[2]) @ turn(1, axis[1]) @ turn(0, axis[0])
        motion = np.eye(4)
        for channel, value in values.items():
            if channel[0] == "r":
                motion = turn("xyz".index(channel[1]), value) @ motion
        local = own @ motion @ np.linalg.inv(own)
        if parent is None:
            start = np.array(POSITION, float) + [values["tx"], values["ty"], values["tz"]]
            world[name] = shift(start) @ local
        else:
            world[name] = world[parent] @ local @ shift(length * np.array(direction))
        ends.append((world[name] @ [0, 0, 0, 1])[:3].tolist())
    return ends


children = {}
for name, parent, *_ in BONES:
    if parent:
        children.setdefault(parent, []).append(name)
numbers = lambda values: " ".join(map(str, values))
asf = [":units", " angle deg", ":root", " order " + " ".join(BONES[0][5]).upper(), " axis XYZ",
       " position " + numbers(POSITION), " orientation " + numbers(BONES[0][4]), ":bonedata"]
for name, _, direction, length, axis, channels in BONES[1:]:
    asf += [" begin", f" name {name}", " direction " + numbers(direction), f" length {length}",
            " axis " + numbers(axis) + " XYZ", *([" dof " + " ".join(channels)] if channels else []), " end"]
asf += [":hierarchy", " begin", *(" ".join([parent, *names]) for parent, names in children.items()), " end", ""]
amc = [":DEGREES"]
for number, frame in enumerate(FRAMES, 1):
    amc.append(str(number))
    frame = list(frame)
    amc += [f"{name} " + numbers(frame.pop(0) for _ in channels) for name, *_, channels in BONES if channels]
names = [bone[0] for bone in BONES]
print(json.dumps({"asf": "\n".join(asf), "amc": "\n".join([*amc, ""]), "bones": names,
                  "joints": [joints(frame) for frame in FRAMES]}, indent=1))
