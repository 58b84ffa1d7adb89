"""What every engine behind the smart tool offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
# x, y, and 1 for what belongs to the object or 0 for what does not.
Point = tuple[float, float, int]
# x, y, width, height.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Answer:
    """The object meant: `mask` bool [h, w] of the image's size, how sure the engine is (0…1), and what it
    wants to be told with the next click.
    """

    mask: Mask
    score: float
    previous: Any = None


class State(Protocol):
    """What an engine keeps of an image."""

    @property
    def nbytes(self) -> int: ...


class Engine(Protocol):
    """Finds objects by clicks. Both methods may be called by several threads at once."""

    def prepare(self, image: Pixels) -> State:
        """Look at an RGB image uint8 [h, w, 3]; what clicks on it need."""
        ...

    def segment(
        self, state: Any, points: Sequence[Point], box: Box | None = None, previous: Any = None
    ) -> Answer:
        """The object that the clicks and the box mean; `previous` is that of the answer to all clicks but
        the last, None where there is none. There is a click or a box.
        """
        ...
