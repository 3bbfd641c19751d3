"""Tables of numbers as bytes, small: each column in the narrowest form that holds it, then compressed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

CODEC = "zstd"
HEADER_BYTES = 8
WIDTHS = (np.int8, np.int16, np.int32, np.int64)

Numbers = np.ndarray[Any, np.dtype[Any]]


def pack(words: Mapping[str, Any], arrays: Mapping[str, Numbers]) -> bytes:
    """Words (anything that JSON holds) and arrays of whole or real numbers, of any shape, as bytes.

    Whole numbers are kept as steps from one to the next, which are small where a column is in order.
    """
    columns, described = [], []
    for name, array in arrays.items():
        whole = np.issubdtype(array.dtype, np.integer)
        kept = _narrow(np.diff(array.astype(np.int64).ravel(), prepend=0)) if whole else array.astype(np.float64)
        columns.append(np.ascontiguousarray(kept).tobytes())
        described.append((name, kept.dtype.str, list(array.shape), whole))
    header = json.dumps({"words": words, "arrays": described}).encode()
    content = len(header).to_bytes(HEADER_BYTES, "little") + header + b"".join(columns)
    packed: bytes = pa.compress(content, codec=CODEC, asbytes=True)
    return len(content).to_bytes(HEADER_BYTES, "little") + packed


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, Numbers]]:
    """What `pack` was given; whole numbers come back as int64, real ones as float64."""
    size = int.from_bytes(packed[:HEADER_BYTES], "little")
    content: bytes = pa.decompress(packed[HEADER_BYTES:], decompressed_size=size, codec=CODEC, asbytes=True)
    start = HEADER_BYTES + int.from_bytes(content[:HEADER_BYTES], "little")
    header = json.loads(content[HEADER_BYTES:start])
    arrays: dict[str, Numbers] = {}
    for name, kind, shape, whole in header["arrays"]:
        dtype, count = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        found = np.frombuffer(content, dtype, count, start)
        start += found.nbytes
        arrays[name] = (np.cumsum(found, dtype=np.int64) if whole else found).reshape(shape)
    return header["words"], arrays


def _narrow(steps: Numbers) -> Numbers:
    low, high = int(steps.min(initial=0)), int(steps.max(initial=0))
    width = next(one for one in WIDTHS if np.iinfo(one).min <= low and high <= np.iinfo(one).max)
    return steps.astype(width)
