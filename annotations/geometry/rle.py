"""COCO's run-length encoding: column by column, runs of 0 and 1 in turn, starting with 0.

Decoding is written here and not left to pycocotools, whose C code trusts its input: a broken string from an
import must be an error, not a read past the end of a buffer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco

from annotations.geometry.errors import GeometryError

MAX_PIXELS = 1 << 31
# Five bits a character: seven characters hold any run of an image of MAX_PIXELS.
_MAX_CHARACTERS = 7


def mask_to_rle(mask: npt.NDArray[Any]) -> dict[str, Any]:
    """Encode an array [h, w], anything but 0 counting as set, into compressed COCO RLE."""
    encoded = coco.encode(np.asfortranarray(mask != 0, dtype=np.uint8))
    return {"size": [int(mask.shape[0]), int(mask.shape[1])], "counts": encoded["counts"].decode("ascii")}


def crop_to_rle(
    crop: npt.NDArray[np.uint8], corner: tuple[int, int], size: tuple[int, int]
) -> dict[str, Any]:
    """What `mask_to_rle` says of an image of `size` (height, width) that is empty but for `crop` [h, w] of 0
    and 1, whose upper left corner lies at (left, top); only the crop is looked at.
    """
    (left, top), height = corner, size[0]
    # A row of zeros below each column keeps it apart from the next.
    flat = cv2.transpose(cv2.copyMakeBorder(crop, 0, 1, 0, 0, cv2.BORDER_CONSTANT, value=0)).ravel()
    place = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        place = np.concatenate(([0], place))
    column, row = np.divmod(place, crop.shape[0] + 1)
    bounds = (column + left) * height + row + top
    # Where a run ends at the foot of a column and the next begins at its head there is one run.
    inner = np.flatnonzero(bounds[1:-1:2] == bounds[2::2]) * 2 + 1
    if len(inner):
        bounds = np.delete(bounds, np.concatenate((inner, inner + 1)))
    return _from_bounds(bounds, size)


def values_to_rles(index: npt.NDArray[np.uint8], values: Sequence[int]) -> list[dict[str, Any]]:
    """What `mask_to_rle` says of `index == value`, for each of the `values` of an index mask [h, w], which is
    looked at once.
    """
    size = (index.shape[0], index.shape[1])
    flat = cv2.transpose(index).ravel()
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    ends = np.append(starts[1:], flat.size)
    held = flat[starts]
    found = []
    for value in values:
        own = np.flatnonzero(held == value)
        bounds = np.empty(2 * len(own), np.int64)
        bounds[0::2], bounds[1::2] = starts[own], ends[own]
        found.append(_from_bounds(bounds, size))
    return found


def _from_bounds(bounds: npt.NDArray[np.int64], size: tuple[int, int]) -> dict[str, Any]:
    """The RLE of runs that start and end at `bounds`, counted down the columns, no two of which touch."""
    height, width = (int(side) for side in size)
    counts = np.diff(bounds, prepend=0, append=height * width)
    if counts[-1] == 0:
        counts = counts[:-1]
    encoded = coco.frPyObjects({"size": [height, width], "counts": counts.tolist()}, height, width)
    return {"size": [height, width], "counts": encoded["counts"].decode("ascii")}


def rle_to_mask(rle: Mapping[str, Any]) -> npt.NDArray[np.uint8]:
    """Decode compressed or uncompressed COCO RLE into uint8 [h, w]; raises GeometryError."""
    counts = runs(rle)
    height, width = rle["size"]
    values = np.zeros(len(counts), np.uint8)
    values[1::2] = 1
    return np.ascontiguousarray(np.repeat(values, counts).reshape(width, height).T)


def check_rle(rle: Any) -> dict[str, Any]:
    """The RLE in compressed form; raises GeometryError where it is malformed or of the wrong length."""
    counts = runs(rle)
    height, width = (int(side) for side in rle["size"])
    if isinstance(rle["counts"], str):
        return {"size": [height, width], "counts": rle["counts"]}
    if isinstance(rle["counts"], bytes):
        return {"size": [height, width], "counts": rle["counts"].decode("ascii")}
    encoded = coco.frPyObjects({"size": [height, width], "counts": counts.tolist()}, height, width)
    return {"size": [height, width], "counts": encoded["counts"].decode("ascii")}


def runs(rle: Any) -> npt.NDArray[np.int64]:
    """The run lengths of an RLE, checked to fill its size exactly; raises GeometryError."""
    if not isinstance(rle, Mapping) or "size" not in rle or "counts" not in rle:
        raise GeometryError('A mask is {"size": [height, width], "counts": …}.')
    height, width = _size(rle["size"])
    counts = _parse(rle["counts"])
    if len(counts) and counts.min() < 0:
        raise GeometryError("The mask's runs contain a negative length.")
    if int(counts.sum()) != height * width:
        raise GeometryError(f"The mask's runs cover {int(counts.sum())} pixels, its size {height * width}.")
    return counts


def set_runs(rle: Mapping[str, Any]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where the runs of set pixels start and end, counted down the columns; raises GeometryError."""
    counts = runs(rle)
    ends = np.cumsum(counts)[1::2]
    lengths = counts[1::2]
    some = lengths > 0
    return (ends - lengths)[some], ends[some]


def rle_to_places(rle: Mapping[str, Any]) -> npt.NDArray[np.int64]:
    """Where the set pixels are, counted down the columns, in order. Costs what they are, however large the
    image is; raises GeometryError.
    """
    starts, ends = set_runs(rle)
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)


def places_to_rle(places: npt.NDArray[np.int64], size: tuple[int, int]) -> dict[str, Any]:
    """The RLE of pixels of an image of `size` (height, width), counted as `rle_to_places` does."""
    breaks = np.flatnonzero(np.diff(places) > 1)
    starts = np.concatenate((places[:1], places[breaks + 1]))
    ends = np.concatenate((places[breaks], places[-1:])) + 1
    return _from_bounds(np.stack((starts, ends), axis=1).ravel(), size)


def _size(size: Any) -> tuple[int, int]:
    good = (
        isinstance(size, (list, tuple))
        and len(size) == 2
        and all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in size)
    )
    if not good or size[0] * size[1] > MAX_PIXELS:
        raise GeometryError("A mask's size is [height, width], two positive whole numbers.")
    return size[0], size[1]


def _parse(counts: Any) -> npt.NDArray[np.int64]:
    if isinstance(counts, (str, bytes)):
        return _decompress(counts)
    if isinstance(counts, list) and all(type(count) is int and abs(count) <= MAX_PIXELS for count in counts):
        return np.array(counts, np.int64)
    raise GeometryError("A mask's counts are a compressed string or a list of whole numbers.")


def _decompress(counts: str | bytes) -> npt.NDArray[np.int64]:
    try:
        raw = counts.encode("ascii") if isinstance(counts, str) else counts
    except UnicodeEncodeError as error:
        raise GeometryError("The mask's counts contain characters that no RLE has.") from error
    codes = np.frombuffer(raw, np.uint8).astype(np.int64) - 48
    if not len(codes):
        return codes
    if codes.min() < 0 or codes.max() > 63 or codes[-1] & 0x20:
        raise GeometryError("The mask's counts are cut off or contain characters that no RLE has.")
    last = np.flatnonzero((codes & 0x20) == 0)
    first = np.concatenate(([0], last[:-1] + 1))
    length = last - first + 1
    if length.max() > _MAX_CHARACTERS:
        raise GeometryError("The mask's counts hold a run longer than any image.")
    place = np.arange(len(codes)) - np.repeat(first, length)
    values: npt.NDArray[np.int64] = np.add.reduceat((codes & 0x1F) << (5 * place), first)
    negative = (codes[last] & 0x10) != 0
    values = np.where(negative, values - (np.int64(1) << (5 * length)), values)
    # From the fourth on, a count is stored as the difference to the one two places before it.
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values
