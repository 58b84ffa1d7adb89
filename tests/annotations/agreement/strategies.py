"""Pictures small enough to count by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from annotations.geometry.rle import mask_to_rle

HEIGHT, WIDTH = 7, 9


def of_mask(mask: Any, label: str = "cat", z: int = 0) -> dict[str, Any]:
    return {"class": label, "mask": mask_to_rle(np.asarray(mask)), "z": z}


def box(label: str, x: float, y: float, w: float, h: float, z: int = 0) -> dict[str, Any]:
    return {"class": label, "bbox": [x, y, w, h], "z": z}


def masks() -> st.SearchStrategy[Any]:
    bits = st.lists(st.booleans(), min_size=HEIGHT * WIDTH, max_size=HEIGHT * WIDTH)
    return bits.map(lambda values: np.array(values, np.uint8).reshape(HEIGHT, WIDTH))


def boxes(labels: tuple[str, ...] = ("cat", "dog", "sky")) -> st.SearchStrategy[dict[str, Any]]:
    """Boxes of whole pixels inside the picture."""

    def build(label: str, x: int, y: int, w: int, h: int, z: int) -> dict[str, Any]:
        return box(label, x, y, min(w, WIDTH - x), min(h, HEIGHT - y), z)

    return st.builds(
        build,
        st.sampled_from(labels),
        st.integers(0, WIDTH - 1),
        st.integers(0, HEIGHT - 1),
        st.integers(1, WIDTH),
        st.integers(1, HEIGHT),
        st.integers(-1, 1),
    )


def answers(least: int = 0, most: int = 5) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(boxes(), min_size=least, max_size=most)


def drawn(shapes: list[dict[str, Any]]) -> list[list[str]]:
    """What each pixel is by the plainest reading of the rule: the last shape on it by (z, place)."""
    picture = [["" for _ in range(WIDTH)] for _ in range(HEIGHT)]
    for _, _, shape in sorted((shape["z"], n, shape) for n, shape in enumerate(shapes)):
        x, y, w, h = shape["bbox"]
        for row in range(y, y + h):
            for column in range(x, x + w):
                picture[row][column] = shape["class"]
    return picture


def cells(shape: dict[str, Any]) -> set[tuple[int, int]]:
    x, y, w, h = map(int, shape["bbox"])
    return {(row, column) for row in range(y, y + h) for column in range(x, x + w)}
