"""Tracing a mask along its pixels' edges into polygons that rasterise back to exactly the same mask.

The corners of a mask's outline are found all at once from 2×2 neighbourhoods. Along a lattice row the
corners, taken two by two, bound the outline's horizontal edges; along a column the vertical ones. Following
the edges in turn gives the rings: clockwise on the screen round a part, counter-clockwise round a hole.
Pixels that touch at a corner only are separate parts.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]


class _Edges(NamedTuple):
    """The horizontal edges of an outline, in walking direction; the mask lies on the right-hand side."""

    start: Ints  # node at which an edge starts
    end: Ints  # node at which it ends
    following: Ints  # the edge walked after it
    x: Ints  # coordinates of the nodes
    y: Ints
    vertical: Ints  # nodes in column order: entries 2i and 2i + 1 bound a vertical edge


def mask_to_polygons(
    mask: npt.NDArray[Any], min_area: float = 0, corner: tuple[int, int] = (0, 0)
) -> list[dict[str, Any]]:
    """Trace an array [h, w], anything but 0 counting as set, into polygons with holes.

    Coordinates are whole numbers, counted from where `corner`, the mask's (left, top) in its image, says.
    Parts whose exterior encloses fewer than `min_area` pixels are left out;
    with 0 the polygons rasterise back to the same mask.
    """
    binary = np.not_equal(mask, 0).view(np.uint8)
    left, top, width, height = cv2.boundingRect(binary) if binary.size else (0, 0, 0, 0)
    if not width:
        return []
    crop = binary[top : top + height, left : left + width]
    window = np.asarray(cv2.copyMakeBorder(crop, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), np.uint8)
    edges = _edges(window)
    order, firsts = _rings(edges.following)
    starts, ends = edges.start[order], edges.end[order]
    # Shoelace over the horizontal edges: positive for clockwise rings (y points down).
    areas = np.add.reduceat((edges.x[starts] - edges.x[ends]) * edges.y[starts], firsts)
    points = np.empty((2 * len(order), 2), np.int64)
    points[0::2, 0], points[0::2, 1] = edges.x[starts], edges.y[starts]
    points[1::2, 0], points[1::2, 1] = edges.x[ends], edges.y[ends]
    points += np.array([left + corner[0], top + corner[1]])
    listed, bounds = points.tolist(), [*(2 * firsts).tolist(), len(points)]
    rings = [listed[first:last] for first, last in pairwise(bounds)]
    return _assemble(rings, areas, _owners(window, edges, order, firsts, areas), min_area)


def _edges(window: npt.NDArray[np.uint8]) -> _Edges:
    """Find corners and join them. `window` has a border of zeros; node (x, y) is the upper left corner of its
    pixel (x + 1, y + 1)."""
    # A corner is where the outline runs both ways: to the left or right, and up or down.
    upright, level = window[:, :-1] ^ window[:, 1:], window[:-1] ^ window[1:]
    is_corner = (upright[:-1] | upright[1:]) & (level[:, :-1] | level[:, 1:])
    y, x = np.divmod(np.flatnonzero(is_corner.view(bool)), is_corner.shape[1])
    found = window[y, x] + 2 * window[y, x + 1] + 4 * window[y + 1, x] + 8 * window[y + 1, x + 1]
    # Where two pixels touch diagonally two corners share a place. The first of the pair closes the edge that
    # comes from the left; the vertical edge it belongs to is the upper one when the pixel lies upper left.
    crossing = (found == 6) | (found == 9)
    repeats = np.where(crossing, 2, 1)
    y, x, found = np.repeat(y, repeats), np.repeat(x, repeats), np.repeat(found, repeats)
    second = np.zeros(len(x), bool)
    second[np.cumsum(repeats)[crossing] - 1] = True
    # Nodes stand in row order already; in column order the pair of a crossing is sorted upper before lower.
    upright_order = np.arange(len(x))
    swapped = np.flatnonzero(second & (found == 6))
    upright_order[swapped], upright_order[swapped - 1] = swapped - 1, swapped
    narrow = x.astype(np.uint16) if is_corner.shape[1] <= 1 << 16 else x
    vertical = upright_order[np.argsort(narrow, kind="stable")]
    partner = np.empty(len(x), np.intp)
    partner[vertical[0::2]] = vertical[1::2]
    partner[vertical[1::2]] = vertical[0::2]
    leftmost = np.arange(0, len(x), 2)
    # An edge with the mask below it is walked to the right, one with the mask above it to the left.
    below = window[y[leftmost] + 1, x[leftmost] + 1] != 0
    start = np.where(below, leftmost, leftmost + 1)
    end = np.where(below, leftmost + 1, leftmost)
    return _Edges(start, end, partner[end] // 2, x, y, vertical)


def _rings(following: Ints) -> tuple[Ints, Ints]:
    """Edges in walking order, ring after ring, and the places at which rings begin."""
    ahead = following.tolist()
    seen = bytearray(len(ahead))
    order: list[int] = []
    firsts: list[int] = []
    for begin in range(len(ahead)):
        if seen[begin]:
            continue
        firsts.append(len(order))
        edge = begin
        while True:
            seen[edge] = 1
            order.append(edge)
            edge = ahead[edge]
            if edge == begin:
                break
    return np.array(order, np.intp), np.array(firsts, np.intp)


def _owners(
    window: npt.NDArray[np.uint8], edges: _Edges, order: Ints, firsts: Ints, areas: npt.NDArray[np.int64]
) -> dict[int, int]:
    """The part that each hole lies in, as ring numbers.

    Walking left from a hole's leftmost edge, through the mask, one meets the part's outline or another of its
    holes, which lies further left.
    """
    holes = np.flatnonzero(areas < 0)
    if not len(holes):
        return {}
    ring_of = np.empty(len(order), np.intp)
    ring_of[order] = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, len(order))))
    tops = edges.vertical[0::2]
    height = window.shape[0]
    keys = edges.x[tops] * height + edges.y[tops]
    nodes = edges.start[order]
    lasts = np.append(firsts[1:], len(order))
    leftmost: list[tuple[int, int, int]] = []
    for hole in holes.tolist():
        candidates = nodes[firsts[hole] : lasts[hole]]
        node = candidates[np.argmin(edges.x[candidates])]
        # The vertical edge at this node: the node and its partner in column order; the upper of the two.
        leftmost.append((int(edges.x[node]), hole, int(node)))
    place = np.empty(len(edges.x), np.intp)
    place[edges.vertical] = np.arange(len(edges.vertical))
    owners: dict[int, int] = {}
    for x, hole, node in sorted(leftmost):
        row = int(edges.y[edges.vertical[place[node] & ~1]])
        before = window[row + 1, : x + 1][::-1]
        meets = x - int(np.argmin(before))
        edge = tops[np.searchsorted(keys, meets * height + row, side="right") - 1]
        ring = int(ring_of[edge // 2])
        owners[hole] = owners.get(ring, ring)
    return owners


def _assemble(
    rings: list[list[list[int]]], areas: npt.NDArray[np.int64], owners: dict[int, int], min_area: float
) -> list[dict[str, Any]]:
    parts: dict[int, dict[str, Any]] = {
        ring: {"exterior": rings[ring], "holes": []}
        for ring in range(len(rings))
        if areas[ring] > 0 and areas[ring] >= min_area
    }
    for hole, owner in sorted(owners.items()):
        if owner in parts:
            parts[owner]["holes"].append(rings[hole])
    return list(parts.values())
