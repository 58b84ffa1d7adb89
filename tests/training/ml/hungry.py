"""The training child whose second process finds no memory for more than one image at a time."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor

from training.ml import train
from training.ml.data.loader import Batch
from training.ml.engine import Engine
from training.ml.processes import die_with_launcher, place

Set = Callable[[object, str, object], None]


def feed(setter: Set, seen: list[list[int]], most: int, calls: int) -> None:
    """Let each step that is done note its batches' sizes, and fail on batches above `most` after so many
    `calls`.
    """
    step = Engine.step

    def counted(self: Engine, batches: Sequence[Batch]) -> Tensor:
        sizes = [len(batch.images) for batch in batches]
        if len(seen) >= calls and max(sizes) > most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        result = step(self, batches)
        seen.append(sizes)
        return result

    setter(Engine, "step", counted)


if __name__ == "__main__":
    train.leave_on_sigterm()
    die_with_launcher()
    if place().rank == 1:
        feed(setattr, [], most=1, calls=1)
    sys.exit(train.main(Path(sys.argv[1]).resolve()))
