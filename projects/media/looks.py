"""What a picture looks like, in three numbers: cheap, and enough to find twins and what is unusable."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

# Differences of neighbours in a grid of 8 rows and 9 columns: 64 bits.
_ROWS, _COLUMNS = 8, 9


class Looks(NamedTuple):
    """A 64-bit hash as a signed number, the mean luma in 0…1, the variance of the Laplacian of the luma."""

    phash: int
    brightness: float
    sharpness: float


def measure(image: Image.Image) -> Looks:
    """Measure a thumbnail: RGB, RGBA or L. What is transparent counts as it would look on white."""
    grey = _on_white(image).convert("L")
    luma = np.asarray(grey, np.float32)
    return Looks(difference_hash(grey), float(luma.mean()) / 255, _sharpness(luma))


def difference_hash(grey: Image.Image) -> int:
    """Whether each of 8×9 cells is darker than its right neighbour, row by row, the first the highest bit
    (N. Krawetz, "Kind of Like That", 2013), as a signed number of 64 bits.
    """
    cells = np.asarray(grey.resize((_COLUMNS, _ROWS), Image.Resampling.BOX), np.int16)
    bits = np.packbits(cells[:, :-1] < cells[:, 1:])
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def _sharpness(luma: npt.NDArray[np.float32]) -> float:
    """The variance of the Laplacian over inner pixels (Pech-Pacheco et al., "Diatom autofocusing in
    brightfield microscopy", 2000); 0 where there are none.
    """
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    laplacian = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * middle
    return float(laplacian.var())
