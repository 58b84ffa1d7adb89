"""Masks drawn over their image in the colours of their classes, and the boxes round what they show."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.ml.bundle import Label
from training.ml.data.example import Example, void_of
from training.ml.images import Pixels
from training.ml.manifest import Manifest

STRENGTH = 0.45
STRIPES = 8
UNKNOWN = "#9aa0a6"
MOST_BOXES = 200

Numbers = NDArray[np.int32]


def label_indices(example: Example, manifest: Manifest) -> Numbers:
    """The label index of each pixel, `[h, w]`: -1 where nothing counts, -2 where there is nothing to draw."""
    void, mask = void_of(example.mask), example.mask.astype(np.int32)
    if example.labels is None:
        indices = np.where(mask == void, -1, mask)
        return np.where(indices == 0, -2, indices) if manifest.offset else indices
    table = np.full(len(example.labels) + 1, -2, np.int32)
    table[1:] = np.array(example.labels, np.int32) + manifest.offset
    return np.where(mask == void, -1, table[np.where(mask == void, 0, mask)])


def drawn(example: Example, manifest: Manifest) -> Pixels:
    """The image with each label's pixels tinted and outlined; what does not count is striped."""
    indices = label_indices(example, manifest)
    palette = np.array([rgb(label) for label in manifest.labels], np.float32).reshape(-1, 3)
    image = example.image.astype(np.float32)
    labelled = indices >= 0
    colours = palette[np.where(labelled, indices, 0)]
    image[labelled] += STRENGTH * (colours[labelled] - image[labelled])
    ignored = indices == -1
    rows, columns = np.arange(indices.shape[0])[:, None], np.arange(indices.shape[1])
    image[ignored & ((rows + columns) % STRIPES < STRIPES // 2)] *= 0.5
    outline = edges(example.mask.astype(np.int32)) & labelled
    image[outline] = colours[outline]
    return np.rint(image).astype(np.uint8)


def edges(numbers: Numbers) -> NDArray[np.bool_]:
    """The pixels `[h, w]` whose neighbour to one of the four sides has another value."""
    result = np.zeros(numbers.shape, np.bool_)
    down, right = numbers[1:] != numbers[:-1], numbers[:, 1:] != numbers[:, :-1]
    result[1:] |= down
    result[:-1] |= down
    result[:, 1:] |= right
    result[:, :-1] |= right
    return result


def boxes_of(example: Example, manifest: Manifest) -> list[dict[str, Any]]:
    """`class`, `name`, `color` and `box` `[x, y, width, height]` of each object, or of each connected region
    of a class where there are no objects; the largest ones, the largest first.
    """
    found = objects(example, manifest) if example.labels is not None else regions(example, manifest)
    found.sort(key=lambda item: -item[1])
    return [
        {"class": label.id, "name": label.name, "color": label.color or UNKNOWN, "box": box}
        for label, _, box in found[:MOST_BOXES]
    ]


def objects(example: Example, manifest: Manifest) -> list[tuple[Label, int, list[int]]]:
    """Label, area and box of each object that has a pixel."""
    found = []
    for number, output in enumerate(example.labels or (), 1):
        area = (example.mask == number).astype(np.uint8)
        if (count := int(area.sum())) > 0:
            box = [int(value) for value in cv2.boundingRect(area)]
            found.append((manifest.labels[output + manifest.offset], count, box))
    return found


def regions(example: Example, manifest: Manifest) -> list[tuple[Label, int, list[int]]]:
    """Label, area and box of each connected region of a label, the background left out."""
    found = []
    for label in manifest.labels[manifest.offset :]:
        area = (example.mask == label.index).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(area)
        found += [(label, int(row[4]), [int(value) for value in row[:4]]) for row in stats[1:] if row[4]]
    return found


def rgb(label: Label) -> tuple[int, int, int]:
    """The label's colour as numbers of 0…255."""
    text = (label.color or UNKNOWN).lstrip("#")
    try:
        red, green, blue = bytes.fromhex(text)
    except ValueError:
        return rgb(Label(label.index, label.name))
    return red, green, blue
