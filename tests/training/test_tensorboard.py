"""Event files, read back by a reader that knows nothing of the writer."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from training.tensorboard import crc32c, event_file

FIELD = descriptor_pb2.FieldDescriptorProto


@pytest.mark.parametrize(
    ("data", "checksum"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
)
def test_checksums_are_those_of_the_standard(data: bytes, checksum: int) -> None:
    assert crc32c(data) == checksum


def event_class() -> Any:
    """The message `tensorflow.Event` as far as scalars need it, by the published numbers of its fields."""
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorflow", syntax="proto3")
    shapes = {
        "Value": [("tag", 1, FIELD.TYPE_STRING, ""), ("simple_value", 2, FIELD.TYPE_FLOAT, "")],
        "Summary": [("value", 1, FIELD.TYPE_MESSAGE, "Value")],
        "Event": [
            ("wall_time", 1, FIELD.TYPE_DOUBLE, ""),
            ("step", 2, FIELD.TYPE_INT64, ""),
            ("file_version", 3, FIELD.TYPE_STRING, ""),
            ("summary", 5, FIELD.TYPE_MESSAGE, "Summary"),
        ],
    }
    for name, fields in shapes.items():
        message = file.message_type.add(name=name)
        for field, number, kind, target in fields:
            repeated = FIELD.LABEL_REPEATED if field == "value" else FIELD.LABEL_OPTIONAL
            added = message.field.add(name=field, number=number, type=kind, label=repeated)
            if target:
                added.type_name = f".tensorflow.{target}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.Event"))


def records(content: bytes) -> list[bytes]:
    """The data of each TFRecord, its checksums verified bit by bit."""
    found = []
    while content:
        (length,) = struct.unpack("<Q", content[:8])
        for start, size in ((0, 8), (12, length)):
            (masked,) = struct.unpack("<I", content[start + size : start + size + 4])
            unmasked = (masked - 0xA282EAD8) & 0xFFFFFFFF
            turned = ((unmasked >> 17) | (unmasked << 15)) & 0xFFFFFFFF
            assert turned == slow_crc(content[start : start + size])
        found.append(content[12 : 12 + length])
        content = content[16 + length :]
    return found


def slow_crc(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 * (crc & 1))
    return crc ^ 0xFFFFFFFF


def test_a_reader_finds_every_value() -> None:
    metrics = [
        (1, 100.5, {"train/loss": 2.0, "val/iou/Straße": 0.25}),
        (300, 101.25, {"train/loss": 1e-3}),
        (2**40, 102.0, {"big": 1e300, "small": -1e300}),
    ]
    Event = event_class()
    events = [Event.FromString(data) for data in records(b"".join(event_file(metrics, 99.0)))]
    assert (events[0].wall_time, events[0].file_version) == (99.0, "brain.Event:2")
    read = [
        (event.step, event.wall_time, {value.tag: value.simple_value for value in event.summary.value})
        for event in events[1:]
    ]
    assert read[0] == (1, 100.5, {"train/loss": 2.0, "val/iou/Straße": 0.25})
    assert read[1][2]["train/loss"] == pytest.approx(1e-3)
    assert read[2] == (2**40, 102.0, {"big": float("inf"), "small": float("-inf")})
