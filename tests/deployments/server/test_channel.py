"""Images and outputs between two processes' ends of a lane."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import numpy as np
import pytest

from deployments.server.channel import Area, EngineError, Gone, Port, new_area
from deployments.server.engine import serve


class Lane:
    """Both ends of a lane, the engine's in a thread; `fail` is what its next forward pass raises."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        images, outputs = new_area(), new_area()
        self.fail: Exception | None = None
        self.port = Port(Connection(ours.detach()), images, outputs)
        copies = [os.dup(area.descriptor) for area in (images, outputs)]
        self.thread = threading.Thread(target=serve, args=(self.run, theirs.detach(), *copies))
        self.thread.start()

    def run(self, batch: np.ndarray) -> tuple[np.ndarray, ...]:
        if self.fail:
            raise self.fail
        return batch.mean(axis=(2, 3)), batch * 2


@pytest.fixture
def lane() -> Iterator[Lane]:
    made = Lane()
    yield made
    made.port.close()
    made.thread.join(5)
    assert not made.thread.is_alive()


def images(count: int, size: int) -> list[np.ndarray]:
    return [np.random.default_rng(i).random((3, size, size), np.float32) for i in range(count)]


def test_every_batch_and_size_comes_back_whole(lane: Lane) -> None:
    kept = []
    for count, size in ((1, 5), (3, 64), (2, 200), (1, 5)):
        batch = images(count, size)
        means, doubled = lane.port.forward(batch)
        assert means.shape == (count, 3) and np.allclose(means, [image.mean(axis=(1, 2)) for image in batch])
        assert (doubled == np.stack(batch) * 2).all()
        kept.append((doubled, np.stack(batch) * 2))
    assert all((doubled == expected).all() for doubled, expected in kept)


def test_an_error_in_the_engine_is_told_and_the_lane_goes_on(lane: Lane) -> None:
    lane.fail = ValueError("no such size")
    with pytest.raises(EngineError, match="ValueError: no such size"):
        lane.port.forward(images(1, 8))
    lane.fail = None
    assert len(lane.port.forward(images(1, 8))) == 2


def test_an_end_that_is_gone_is_noticed_before_and_after_sending() -> None:
    ours, theirs = socket.socketpair()
    port = Port(Connection(ours.detach()), new_area(), new_area())
    other = Connection(theirs.detach())

    def read_and_die() -> None:
        other.recv_bytes()
        other.close()

    reader = threading.Thread(target=read_and_die)
    reader.start()
    with pytest.raises(Gone) as during:
        port.forward(images(1, 8))
    reader.join()
    with pytest.raises(Gone) as after:
        port.forward(images(1, 8))
    assert (during.value.sent, after.value.sent) == (True, False)


def test_shared_memory_goes_with_its_last_reader() -> None:
    area = new_area()
    descriptor = area.descriptor
    array = area.arrays([(1000, 1000)])[0]
    array[...] = 1
    assert Area(os.dup(descriptor)).arrays([(1000, 1000)])[0].sum() == 1_000_000
    del area
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    assert array.sum() == 1_000_000
