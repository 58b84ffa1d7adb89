"""What a safetensors file holds, read from its header alone: nothing is unpickled, no tensor is loaded. Pure.

A file is the header's length (8 bytes, little-endian), the header (JSON: a tensor's name to its dtype, shape
and place in the data), and the data, which the tensors fill without a gap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import prod
from typing import IO, Any, NamedTuple, TypeGuard

from core.errors import FieldError, TesseraError, UnsupportedMedia, Unusable

MOST_HEADER_BYTES = 16 << 20
MOST_DIMENSIONS = 16
# Bytes of one element.
DTYPES = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "F8_E4M3": 1,
    "F8_E5M2": 1,
    "F8_E8M0": 1,
    "U16": 2,
    "I16": 2,
    "F16": 2,
    "BF16": 2,
    "U32": 4,
    "I32": 4,
    "F32": 4,
    "U64": 8,
    "I64": 8,
    "F64": 8,
    "C64": 8,
}
_CONVERT = (
    'Where you trust the file, convert it: python -c "import torch, safetensors.torch as s; '
    "w = torch.load('model.bin', map_location='cpu', weights_only=True); "
    "s.save_file({k: v.contiguous() for k, v in w.items()}, 'model.safetensors')\"."
)
_PICKLE = f"is a pickle (.bin, .pt, .pth), which can run code when it is opened. {_CONVERT}"
# What files of other formats begin with.
_OTHERS = (
    (b"PK\x03\x04", f"is a ZIP or a PyTorch file (.bin, .pt, .pth), which holds a pickle. {_CONVERT}"),
    *((bytes([0x80, protocol]), _PICKLE) for protocol in range(2, 6)),
    (b"\x89HDF", "is an HDF5 file; give the model's weights as safetensors."),
    (b"GGUF", "is a GGUF file; give the model's weights as safetensors."),
    (b"\x1f\x8b", "is compressed; give the safetensors file itself."),
)


class Header(NamedTuple):
    """How many tensors a file holds, and how many numbers in them."""

    tensors: int
    parameters: int


def read_header(file: IO[bytes], size: int) -> Header:
    """Check a file of `size` bytes, which is read from its beginning.

    Raises UnsupportedMedia for other formats, pickles above all, and Unusable for what is damaged.
    """
    file.seek(0)
    start = file.read(8)
    for magic, message in _OTHERS:
        if start.startswith(magic) and not _plausible(start, size):
            raise _refused(UnsupportedMedia, message)
    if len(start) < 8 or not _plausible(start, size):
        raise _refused(Unusable, "is no safetensors file, or was cut off.")
    length = int.from_bytes(start, "little")
    if length > MOST_HEADER_BYTES:
        raise _refused(Unusable, f"has a header of more than {MOST_HEADER_BYTES >> 20} MiB.")
    text = file.read(length)
    if not text.startswith(b"{"):
        raise _refused(Unusable, "is no safetensors file: its header is no object.")
    return _checked(_entries(text), size - 8 - length)


def _plausible(start: bytes, size: int) -> bool:
    return 2 <= int.from_bytes(start, "little") <= size - 8


def _entries(text: bytes) -> dict[str, Any]:
    def once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a name is given twice")
        return found

    try:
        header = json.loads(text, object_pairs_hook=once)
    except RecursionError as error:
        raise _refused(Unusable, "has a damaged header: it is nested too deeply.") from error
    except ValueError as error:
        raise _refused(Unusable, f"has a damaged header: {error}.") from error
    header.pop("__metadata__", None)
    return dict(header)


def _checked(entries: Mapping[str, Any], data: int) -> Header:
    if not entries:
        raise _refused(Unusable, "holds no tensor.")
    places = []
    parameters = 0
    for name, entry in entries.items():
        numbers, begin, end = _tensor(name, entry)
        parameters += numbers
        places.append((begin, end))
    expected = 0
    for begin, end in sorted(places):
        if begin != expected:
            raise _refused(Unusable, "is damaged: its tensors overlap or leave a gap.")
        expected = end
    if expected != data:
        raise _refused(
            Unusable, f"is damaged or was cut off: its tensors want {expected:,} bytes, it has {data:,}."
        )
    return Header(len(entries), parameters)


def _tensor(name: str, entry: Any) -> tuple[int, int, int]:
    """How many numbers a tensor has, and where they begin and end."""
    shown = name[:80]
    if not isinstance(entry, Mapping):
        raise _refused(Unusable, f"has a damaged header: {shown} is no object.")
    dtype, shape, place = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise _refused(Unusable, f"holds {shown} in a type that is not known: {str(dtype)[:40]}.")
    if not _whole(shape) or len(shape) > MOST_DIMENSIONS:
        raise _refused(Unusable, f"has a damaged header: {shown} has no shape.")
    if not _whole(place) or len(place) != 2 or place[0] > place[1]:
        raise _refused(Unusable, f"has a damaged header: {shown} has no place.")
    numbers = prod(shape)
    if place[1] - place[0] != numbers * DTYPES[dtype]:
        raise _refused(Unusable, f"is damaged: {shown} has another size than its shape says.")
    return numbers, place[0], place[1]


def _whole(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        isinstance(item, int) and not isinstance(item, bool) and 0 <= item < 1 << 62 for item in value
    )


def _refused(kind: type[TesseraError], message: str) -> TesseraError:
    return kind(f"The file {message}", [FieldError("file", message)])
