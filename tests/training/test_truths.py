"""The truth in pictures has the indices that the model was trained on."""

from __future__ import annotations

from itertools import product

import pytest

from training.ml.manifest import labels_of
from training.services.truths import label_values

CLASSES = [
    {"id": "a", "name": "road", "stuff": True},
    {"id": "b", "name": "void", "ignore": True},
    {"id": "c", "name": "car", "ignore": False},
]


@pytest.mark.parametrize(
    ("task", "unlabelled"), list(product(("semantic", "instance", "panoptic"), ("background", "ignore")))
)
def test_indices_are_those_of_training(task: str, unlabelled: str) -> None:
    header = {"task": task, "unlabelled": unlabelled, "classes": CLASSES}
    assert label_values(header) == labels_of(header)[1]
