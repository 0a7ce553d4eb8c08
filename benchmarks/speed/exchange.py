"""Files of named float32 arrays: those of `exchange.ts`, for the peers in Python."""

import json
import math
import struct

import numpy


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
