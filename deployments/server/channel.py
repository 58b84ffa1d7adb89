"""How images get to an engine and outputs back: memory that both processes map, and a line of JSON that says
what lies in it. Nothing is pickled, and nobody waits by looking again and again.
"""

from __future__ import annotations

import math
import mmap
import os
import tempfile
import weakref
from collections.abc import Sequence
from multiprocessing.connection import Connection

import numpy as np
import orjson
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# What a processor reads best begins at a multiple of this many bytes.
ALIGNMENT = 64
FLOAT_BYTES = 4


class Gone(Exception):
    """The engine ended; `sent` says whether it had been given the work by then."""

    def __init__(self, sent: bool) -> None:
        super().__init__("The engine ended.")
        self.sent = sent


class EngineError(Exception):
    """The forward pass raised an error in the engine, which goes on."""


class Area:
    """A file in memory, mapped where it is needed: it grows with what is put in, on both sides."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._map: mmap.mmap | None = None
        weakref.finalize(self, os.close, descriptor)

    def arrays(self, shapes: Sequence[Sequence[int]]) -> list[Floats]:
        """Arrays float32 of these shapes, one behind the other in the memory that both sides share."""
        sizes = [math.prod(shape) * FLOAT_BYTES for shape in shapes]
        starts = [0]
        for size in sizes:
            starts.append(starts[-1] + -(-size // ALIGNMENT) * ALIGNMENT)
        held = self._held(starts[-1])
        return [
            np.frombuffer(held, np.float32, size // FLOAT_BYTES, start).reshape(tuple(shape))
            for shape, size, start in zip(shapes, sizes, starts, strict=False)
        ]

    def _held(self, size: int) -> mmap.mmap:
        if self._map is None or len(self._map) < size:
            if os.fstat(self.descriptor).st_size < size:
                os.ftruncate(self.descriptor, size)
            self._map = mmap.mmap(self.descriptor, max(size, mmap.PAGESIZE))
        return self._map


def new_area() -> Area:
    """Shared memory without a name, so that nothing is left behind however the processes end."""
    if hasattr(os, "memfd_create"):
        area = Area(os.memfd_create("tessera-images"))
    else:
        with tempfile.TemporaryFile() as file:
            area = Area(os.dup(file.fileno()))
    os.ftruncate(area.descriptor, mmap.PAGESIZE)
    return area


class Port:
    """The front's end of a lane; it closes when nobody holds it any more."""

    def __init__(self, connection: Connection, images: Area, outputs: Area) -> None:
        self._connection = connection
        self._images = images
        self._outputs = outputs

    def forward(self, tensors: Sequence[Floats]) -> tuple[Floats, ...]:
        """Images float32 [3, H, W] of one size to the model's outputs, each [n, …]; waits without the
        interpreter. Raises Gone, or EngineError.
        """
        shape = (len(tensors), *tensors[0].shape)
        [images] = self._images.arrays([shape])
        np.stack(tensors, out=images)
        try:
            self._connection.send_bytes(orjson.dumps(shape))
        except OSError as error:
            raise Gone(sent=False) from error
        try:
            reply = orjson.loads(self._connection.recv_bytes())
        except (EOFError, OSError) as error:
            raise Gone(sent=True) from error
        if isinstance(reply, str):
            raise EngineError(reply)
        return tuple(array.copy() for array in self._outputs.arrays(reply))

    def close(self) -> None:
        """Have the engine's lane end; nobody may be computing on it."""
        self._connection.close()
