"""A safetensors file is judged by its header; pickles and damaged files are refused with a reason."""

from __future__ import annotations

import io
import json
import pickle
import struct
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from core.errors import TesseraError, UnsupportedMedia, Unusable
from training.safetensors_header import MOST_HEADER_BYTES, read_header


def judged(data: bytes) -> Any:
    return read_header(io.BytesIO(data), len(data))


def made(header: Any, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(shape: Any = (2,), place: Any = (0, 8), dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": place}


def test_tensors_and_numbers_are_counted() -> None:
    tensors = {"a": np.zeros((3, 4), np.float32), "b": np.zeros((), np.int64), "c": np.zeros((0, 5), bool)}
    assert judged(save(tensors, metadata={"format": "pt"})) == (3, 13)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04\x14\x00\x00\x00" + bytes(200), "torch.load"),
        (pickle.dumps({"a": 1}) + bytes(20), "safetensors"),
        (b"\x80\x02}q\x00." + bytes(20), "pickle"),
        (b"\x89HDF\r\n\x1a\n" + bytes(20), "HDF5"),
        (b"\x1f\x8b\x08\x00" + bytes(20), "compressed"),
    ],
)
def test_other_formats_are_refused_with_a_way_out(data: bytes, says: str) -> None:
    with pytest.raises(UnsupportedMedia) as caught:
        judged(data)
    assert says in caught.value.detail and caught.value.errors[0].field == "file"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "cut off"),
        (b"abc", "cut off"),
        (bytes(8), "cut off"),
        (struct.pack("<Q", 1 << 62) + b"{}", "cut off"),
        (made(b"[1]"), "no object"),
        (made(b"{" + b" " * 20), "damaged header"),
        (made(b'{"a": ' + b"[" * 100_000), "nested too deeply"),
        (made(b"{\xff}"), "damaged header"),
        (made({}), "no tensor"),
        (made({"__metadata__": {"a": "b"}}), "no tensor"),
        (made({"a": 1}), "no object"),
        (made({"a": tensor(dtype="F33")}, bytes(8)), "not known"),
        (made({"a": tensor(dtype=["F32"])}, bytes(8)), "not known"),
        (made({"a": tensor(shape=[-1])}, bytes(8)), "no shape"),
        (made({"a": tensor(shape=[True])}, bytes(8)), "no shape"),
        (made({"a": tensor(shape=[1 << 63])}, bytes(8)), "no shape"),
        (made({"a": tensor(shape=[1] * 17)}, bytes(8)), "no shape"),
        (made({"a": tensor(place=[8, 0])}, bytes(8)), "no place"),
        (made({"a": tensor(place=[0])}, bytes(8)), "no place"),
        (made({"a": tensor(shape=[3])}, bytes(8)), "another size"),
        (made({"a": tensor()}, bytes(7)), "cut off"),
        (made({"a": tensor()}, bytes(9)), "damaged"),
        (made({"a": tensor(), "b": tensor(place=[4, 12])}, bytes(12)), "overlap"),
        (made({"a": tensor(), "b": tensor(place=[9, 17])}, bytes(17)), "gap"),
        (made(b'{"a": 1, "a": 2}'), "twice"),
        (made(b'{"a": ' + b"9" * 5000 + b"}"), "damaged header"),
    ],
)
def test_a_damaged_file_says_how(data: bytes, says: str) -> None:
    with pytest.raises(Unusable) as caught:
        judged(data)
    assert says in caught.value.detail and caught.value.errors[0].field == "file"


def test_a_header_is_not_read_beyond_a_bound() -> None:
    class Endless(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert size is not None and 0 <= size <= MOST_HEADER_BYTES
            return super().read(size)

    length = MOST_HEADER_BYTES + 1
    with pytest.raises(TesseraError, match="header of more than"):
        read_header(Endless(struct.pack("<Q", length)), 8 + length)
