"""Which mask value a class has: the one rule for `mask.png`, training targets and predictions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Protocol

VOID = 255
MAX_CLASSES = 254


class ClassLike(Protocol):
    id: uuid.UUID
    ignore: bool


def first_index(unlabelled: str) -> int:
    """1 where unlabelled pixels are background (value 0), 0 where they are ignored."""
    return 0 if unlabelled == "ignore" else 1


def class_indices(classes: Iterable[ClassLike], unlabelled: str) -> dict[str, int]:
    """Mask value by class id, for classes in their order. Ignored classes are 255 and take no number."""
    indices = {}
    following = first_index(unlabelled)
    for label_class in classes:
        if label_class.ignore:
            indices[str(label_class.id)] = VOID
            continue
        indices[str(label_class.id)] = following
        following += 1
    return indices


def unlabelled_value(unlabelled: str) -> int:
    """The value of pixels that nobody labelled."""
    return VOID if unlabelled == "ignore" else 0
