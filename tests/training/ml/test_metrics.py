"""Metrics are torchmetrics' on any masks."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torchmetrics.functional.classification import (
    multiclass_accuracy,
    multiclass_confusion_matrix,
    multiclass_f1_score,
    multiclass_jaccard_index,
    multiclass_precision,
    multiclass_recall,
)

from training.ml.metrics import confusion_matrix, summarise

SHAPE = (6, 9)


@st.composite
def masks(draw: st.DrawFn) -> tuple[int, np.ndarray, np.ndarray]:
    labels = draw(st.sampled_from([2, 3, 15, 16, 40]))
    truth = draw(arrays(np.uint8, SHAPE, elements=st.sampled_from([*range(labels), 255])))
    given_mask = draw(arrays(np.uint8, SHAPE, elements=st.integers(0, labels - 1)))
    truth[0, 0] = 0
    return labels, truth, given_mask


@settings(max_examples=80, deadline=None)
@given(masks())
def test_equal_to_torchmetrics(example: tuple[int, np.ndarray, np.ndarray]) -> None:
    labels, truth, prediction = example
    matrix = confusion_matrix(truth, prediction, labels)
    p, t = torch.from_numpy(prediction.astype(np.int64)), torch.from_numpy(truth.astype(np.int64))
    wanted = multiclass_confusion_matrix(p, t, labels, ignore_index=255)
    assert np.array_equal(matrix, wanted.numpy())
    got = summarise(matrix)
    options = {"num_classes": labels, "ignore_index": 255}
    for ours, theirs in (
        (got.iou, multiclass_jaccard_index(p, t, average="none", **options)),
        (got.f1, multiclass_f1_score(p, t, average="none", **options)),
        (got.precision, multiclass_precision(p, t, average="none", **options)),
        (got.recall, multiclass_recall(p, t, average="none", **options)),
    ):
        assert np.allclose(np.nan_to_num(ours), theirs.numpy(), atol=1e-6)
    assert got.miou == pytest.approx(
        float(multiclass_jaccard_index(p, t, average="macro", **options)), abs=1e-6
    )
    assert got.mean_f1 == pytest.approx(
        float(multiclass_f1_score(p, t, average="macro", **options)), abs=1e-6
    )
    accuracy = multiclass_accuracy(p, t, average="micro", **options)
    assert got.pixel_accuracy == pytest.approx(float(accuracy), abs=1e-6)


def test_nothing_counted_is_zero_and_not_nan() -> None:
    summary = summarise(confusion_matrix(np.full((4, 4), 255, np.uint8), np.zeros((4, 4), np.uint8), 3))
    assert summary.miou == 0.0 and summary.pixel_accuracy == 0.0
    assert np.isnan(summary.iou).all()
