"""The order in which images are looked at, against sorting by loops."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.scores.made import made_scores
from training.scores.listing import Question, described, listed
from training.scores.store import Scores

SCORES = made_scores(9)
values = st.one_of(st.just(math.nan), st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 9, width=32))


@given(st.lists(values, min_size=9, max_size=9), st.sets(st.integers(0, 8)), st.booleans())
def test_an_order_is_stable_and_ends_with_what_has_no_value(
    loss: list[float], chosen: set[int], down: bool
) -> None:
    scores = replace(SCORES, loss=np.array(loss, np.float32))
    rows = np.array(sorted(chosen), np.intp)
    found = listed(scores, rows, "-loss" if down else "loss", Question()).tolist()
    known = [row for row in sorted(chosen) if not math.isnan(loss[row])]
    expected = sorted(known, key=lambda row: -loss[row] if down else loss[row])
    assert found == expected + [row for row in sorted(chosen) if math.isnan(loss[row])]


@given(st.integers(0, 2), st.integers(0, 2))
def test_a_cell_has_the_images_that_made_it(truth: int, prediction: int) -> None:
    asked = Question(cell=(truth, prediction))
    rows = described(SCORES, listed(SCORES, None, "-pixels", asked), asked)
    assert [row["pixels"] for row in rows] == sorted(_pixels(SCORES, truth, prediction), reverse=True)
    assert all(0 < row["share"] <= 1 for row in rows)


def _pixels(scores: Scores, truth: int, prediction: int) -> list[int]:
    found = []
    for image in range(len(scores)):
        cells = range(scores.start[image], scores.start[image + 1])
        mine = [scores.count[k] for k in cells if scores.cell[k] == truth * len(scores.labels) + prediction]
        found += [int(sum(mine))] if sum(mine) else []
    return found


@pytest.mark.parametrize(
    ("order", "needed"), [("iou", "label"), ("-pixels", "cell"), ("disagreement", "against")]
)
def test_what_an_order_needs_is_named(order: str, needed: str) -> None:
    with pytest.raises(ValueError, match=f"^{needed}$"):
        listed(SCORES, None, order, Question())
