"""The objects of many looks at one image: each once, those that a seam cuts in one piece again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from deployments.server.views import Box, View
from training.ml.reading import Found

Pixels = NDArray[np.uint8]

# Masks of one label that two looks at the same part agree on to this degree are the same object.
SAME = 0.5


@dataclass(frozen=True)
class Piece:
    """An object, or what a view shows of it: `mask` uint8 `[h, w]` of 0 and 1 is its box alone, whose corner
    lies at `top` and `left` in the image.
    """

    label: int
    score: float
    top: int
    left: int
    mask: Pixels
    views: tuple[View, ...]

    @property
    def box(self) -> Box:
        return self.top, self.left, self.top + self.mask.shape[0], self.left + self.mask.shape[1]

    def within(self, box: Box) -> Pixels:
        """Its mask in a box of the image."""
        part = np.zeros((box[2] - box[0], box[3] - box[1]), np.uint8)
        shared = _shared(box, self.box)
        if shared is not None:
            part[_slices(shared, box)] = self.mask[_slices(shared, self.box)]
        return part


def piece_of(found: Found, view: View) -> Piece | None:
    """An object at its place in the image, from its mask at the view's size."""
    mask = np.ascontiguousarray(found.mask[:, ::-1]) if view.flip else found.mask
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return None
    crop = mask[y : y + height, x : x + width].copy()
    return Piece(found.label, found.score, view.top + y, view.left + x, crop, (view,))


def merged(pieces: Iterable[Piece], stuff: frozenset[int], apart: bool) -> list[Piece]:
    """Whole objects by falling score.

    Doubles, which two looks at the same box give, are one: the better. Then pieces of one label from
    neighbouring tiles are joined where they agree on what both tiles show, and all pieces of a label of
    `stuff` are. With `apart` a pixel belongs to the best of the objects that claim it.
    """
    kept = _without_doubles(sorted(pieces, key=lambda piece: -piece.score))
    groups: list[list[Piece]] = []
    for piece in kept:
        own = [group for group in groups if any(_joined(piece, other, stuff) for other in group)]
        rest = [group for group in groups if not any(group is one for one in own)]
        groups = [*rest, [piece, *(other for group in own for other in group)]]
    whole = sorted((_union(group) for group in groups), key=lambda piece: -piece.score)
    return _disjoint(whole) if apart else whole


def _without_doubles(pieces: list[Piece]) -> list[Piece]:
    kept: list[Piece] = []
    for piece in pieces:
        [view] = piece.views
        doubled = any(
            other.label == piece.label and _mirrors(view, other.views[0]) and _iou(piece, other) >= SAME
            for other in kept
        )
        if not doubled:
            kept.append(piece)
    return kept


def _mirrors(one: View, other: View) -> bool:
    return one.box == other.box and one.flip != other.flip


def _iou(one: Piece, other: Piece) -> float:
    box = _shared(one.box, other.box)
    if box is None:
        return 0.0
    both = cv2.countNonZero(one.within(box) & other.within(box))
    return both / (cv2.countNonZero(one.mask) + cv2.countNonZero(other.mask) - both)


def _joined(one: Piece, other: Piece, stuff: frozenset[int]) -> bool:
    if one.label != other.label:
        return False
    return one.label in stuff or _agree(one, other)


def _agree(one: Piece, other: Piece) -> bool:
    """Whether two pieces from different tiles are the same object: in what both tiles show, most of the
    smaller lies in the larger; where tiles only touch, most of the shorter edge at the seam meets the other.
    """
    [first], [second] = one.views, other.views
    if (first.top, first.left) == (second.top, second.left):
        return False
    box = _shared(first.box, second.box)
    if box is not None:
        a, b = one.within(box), other.within(box)
    elif first.right == second.left or second.right == first.left:
        before, after = (one, other) if first.right == second.left else (other, one)
        edge = before.views[0].right
        top, bottom = min(one.top, other.top), max(one.box[2], other.box[2])
        a, b = before.within((top, edge - 1, bottom, edge)), after.within((top, edge, bottom, edge + 1))
    elif first.bottom == second.top or second.bottom == first.top:
        above, below = (one, other) if first.bottom == second.top else (other, one)
        edge = above.views[0].bottom
        left, right = min(one.left, other.left), max(one.box[3], other.box[3])
        a, b = above.within((edge - 1, left, edge, right)), below.within((edge, left, edge + 1, right))
    else:
        return False
    smaller = min(cv2.countNonZero(a), cv2.countNonZero(b))
    return smaller > 0 and cv2.countNonZero(a & b) >= SAME * smaller


def _union(group: list[Piece]) -> Piece:
    if len(group) == 1:
        return group[0]
    corners = np.array([piece.box for piece in group])
    (top, left), (bottom, right) = corners[:, :2].min(0).tolist(), corners[:, 2:].max(0).tolist()
    mask = np.zeros((bottom - top, right - left), np.uint8)
    for piece in group:
        mask[_slices(piece.box, (top, left, bottom, right))] |= piece.mask
    views = tuple(view for piece in group for view in piece.views)
    return Piece(group[0].label, max(piece.score for piece in group), top, left, mask, views)


def _disjoint(pieces: list[Piece]) -> list[Piece]:
    """Each piece, best first, without what a better one has; those of which nothing is left are dropped."""
    kept: list[Piece] = []
    for piece in pieces:
        mask = piece.mask.copy()
        for better in kept:
            if _shared(piece.box, better.box):
                mask &= 1 - better.within(piece.box)
        x, y, width, height = cv2.boundingRect(mask)
        if width:
            crop = mask[y : y + height, x : x + width].copy()
            kept.append(replace(piece, top=piece.top + y, left=piece.left + x, mask=crop))
    return kept


def _slices(box: Box, around: Box) -> tuple[slice, slice]:
    """Where a box lies in one round it."""
    top, left = around[:2]
    return slice(box[0] - top, box[2] - top), slice(box[1] - left, box[3] - left)


def _shared(one: Box, other: Box) -> Box | None:
    top, left = max(one[0], other[0]), max(one[1], other[1])
    bottom, right = min(one[2], other[2]), min(one[3], other[3])
    return (top, left, bottom, right) if top < bottom and left < right else None
