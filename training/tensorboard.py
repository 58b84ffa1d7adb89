"""Event files as TensorBoard reads them: TFRecords of protocol buffers, of which scalars need very few.

A record is its length (8 bytes), that length's checksum, the data, the data's checksum; checksums are
CRC-32C, turned and shifted ("masked"). https://www.tensorflow.org/tutorials/load_data/tfrecord, event.proto.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

_CASTAGNOLI = 0x82F63B78
_MASK = 0xA282EAD8
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def event_file(metrics: Iterable[tuple[int, float, Mapping[str, float]]], began: float) -> Iterator[bytes]:
    """The file's records in order; `metrics` gives (step, Unix time, {name: value}), values as float32."""
    yield _record(_double(1, began) + _bytes(3, b"brain.Event:2"))
    for step, time, values in metrics:
        summary = b"".join(
            _bytes(1, _bytes(1, name.encode()) + _float(2, value)) for name, value in values.items()
        )
        yield _record(_double(1, time) + _key(2, _VARINT) + _varint(step) + _bytes(5, summary))


def crc32c(data: bytes) -> int:
    """CRC-32 with Castagnoli's polynomial (RFC 3720, section 12.1)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def _row(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ (_CASTAGNOLI if value & 1 else 0)
    return value


_TABLE = [_row(value) for value in range(256)]


def _masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + _MASK) & 0xFFFFFFFF)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _bytes(field: int, value: bytes) -> bytes:
    return _key(field, _LENGTH) + _varint(len(value)) + value


def _double(field: int, value: float) -> bytes:
    return _key(field, _EIGHT_BYTES) + struct.pack("<d", value)


def _float(field: int, value: float) -> bytes:
    # Beyond float32 a value is as good as endless.
    try:
        packed = struct.pack("<f", value)
    except OverflowError:
        packed = struct.pack("<f", float("inf") if value > 0 else float("-inf"))
    return _key(field, _FOUR_BYTES) + packed
