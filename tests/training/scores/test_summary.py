"""The metrics of chosen images are those of these images alone, with the intervals of a plain bootstrap."""

import numpy as np
import pytest

from tests.training.scores.made import labels_of, made_masks, made_scores
from training.ml.metrics import BoundaryCounts, confusion_matrix, summarise
from training.ml.predictor import upsampled_argmax
from training.scores import bootstrap
from training.scores.boundary import boundary_f1
from training.scores.calibration import calibration_error
from training.scores.summary import summary_of


def counted(chosen: list[int], images: int) -> tuple[np.ndarray, np.ndarray]:
    matrix, edges = np.zeros((3, 3), np.int64), BoundaryCounts(3)
    masks = made_masks(images, 3)
    for number in chosen:
        truth, logits = masks[number]
        prediction = upsampled_argmax(logits, *truth.shape)
        matrix += confusion_matrix(truth, prediction, 3)
        edges.add(truth, prediction)
    return matrix, edges.f1()


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3, 4, 5], [1, 4], [3]])
def test_a_choice_is_measured_alone(chosen: list[int]) -> None:
    scores = made_scores(6)
    matrix, edges = counted(chosen, 6)
    summary = summary_of(scores, scores.rows([scores.assets[i] for i in chosen]))
    found = summarise(matrix)
    assert summary["confusion_matrix"]["counts"] == matrix.tolist()
    assert summary["images"] == len(chosen)
    assert summary["miou"] == found.miou and summary["recall"] == found.mean_recall
    assert summary["boundary_f1"] == pytest.approx(edges.mean())
    share = matrix.sum(1) / matrix.sum()
    assert summary["frequency_weighted_iou"] == pytest.approx((share * found.iou).sum())
    assert (summary["intervals"] is None) == (len(chosen) < 2)


def test_intervals_are_those_of_a_plain_bootstrap() -> None:
    scores = made_scores(8)
    intervals = summary_of(scores)["intervals"]
    values: dict[str, list[float]] = {"miou": [], "boundary_f1": [], "ece": [], "squirrel": []}
    for block in bootstrap.weights(8):
        for times in block:
            drawn = np.repeat(np.arange(8), times.astype(int))
            assert len(drawn) == 8
            matrix = sum(scores.matrix(np.array([i])) for i in drawn)
            found = summarise(np.asarray(matrix))
            values["miou"].append(found.miou)
            values["squirrel"].append(found.iou[1])
            values["boundary_f1"].append(np.nanmean(boundary_f1(scores.boundary[drawn].sum(0))))
            values["ece"].append(float(calibration_error(scores.bins[drawn].sum(0))))
    for name in ("miou", "boundary_f1", "ece"):
        assert intervals[name] == pytest.approx(np.quantile(values[name], [0.025, 0.975]))
    assert intervals["per_class_iou"]["squirrel"] == pytest.approx(
        np.quantile(values["squirrel"], [0.025, 0.975])
    )
    low, high = intervals["miou"]
    assert low < summary_of(scores)["miou"] < high


def test_the_same_question_has_the_same_answer() -> None:
    assert summary_of(made_scores(5)) == summary_of(made_scores(5))


def test_without_an_image_there_are_numbers_and_no_intervals() -> None:
    scores = made_scores(3)
    summary = summary_of(scores, scores.rows(["nobody"]))
    assert (summary["images"], summary["miou"], summary["intervals"]) == (0, 0.0, None)
    assert summary["loss"] is None and summary["calibration"]["ece"] is None


def test_a_class_that_is_nowhere_has_nulls() -> None:
    names = ("background", "squirrel", "butterfly")
    scores = made_scores(4, labels=[*labels_of(names)])
    rows = np.flatnonzero(scores.sums[:, 2].sum(1) == 0)
    summary = summary_of(scores, rows)
    if len(rows):
        assert summary["classes"][2]["iou"] is None
