"""How differently two artifacts see the images of an evaluation."""

from __future__ import annotations

import io
import uuid
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.storage import storage
from training.services import disagreeing
from training.services.evaluations import scores_of


@pytest.fixture
def pair(make_artifact: Any, make_evaluation: Any) -> tuple[Any, Any, list[str]]:
    """Two artifacts of a run that have seen the same three images, and the images."""
    mine = make_artifact()
    its = make_artifact(run=mine.run, name="other", step=8)
    assets = list(scores_of(make_evaluation(mine, 3)).assets)
    for number, asset in enumerate(assets):
        predicted(mine, asset, 10)
        predicted(its, asset, 10 + number * 5)
    return mine, its, assets


def predicted(artifact: Any, asset: str, width: int) -> None:
    mask = np.zeros((20, 40), np.uint8)
    mask[:, :width] = 1
    out = io.BytesIO()
    Image.fromarray(mask, "L").save(out, "PNG")
    storage.put(artifact.prediction_key(asset), out.getvalue())


def rows_of(api: Any, pair: tuple[Any, Any, list[str]], more: str) -> list[dict[str, Any]]:
    mine, its, _ = pair
    answer = api.get(f"/api/v1/artifacts/{mine.pk}/evaluation/images?against={its.pk}&{more}")
    assert answer.status_code == 200, answer.content
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def test_it_is_one_minus_the_mean_iou(api: Any, pair: Any) -> None:
    rows = rows_of(api, pair, "order=-disagreement")
    assert [row["asset"] for row in rows] == pair[2][::-1]
    expected = [1 - (10 / 20 + 20 / 30) / 2, 1 - (10 / 15 + 25 / 30) / 2, 0]
    assert [row["disagreement"] for row in rows] == pytest.approx(expected)


def test_only_its_own_order_waits_for_the_comparison(api: Any, pair: Any) -> None:
    assert [row["disagreement"] for row in rows_of(api, pair, "order=name")] == [None] * 3
    rows_of(api, pair, "order=disagreement")
    assert None not in [row["disagreement"] for row in rows_of(api, pair, "order=name")]


def test_what_was_compared_is_read_no_more(api: Any, pair: Any) -> None:
    first = rows_of(api, pair, "order=disagreement")
    for asset in pair[2]:
        storage.delete(pair[0].prediction_key(asset))
    assert rows_of(api, pair, "order=disagreement") == first


def test_what_the_other_has_not_seen_comes_last_and_may_be_seen_later(api: Any, pair: Any) -> None:
    unseen = pair[2][2]
    storage.delete(pair[1].prediction_key(unseen))
    last = rows_of(api, pair, "order=-disagreement")[-1]
    assert last["asset"] == unseen and last["disagreement"] is None
    predicted(pair[1], unseen, 0)
    assert rows_of(api, pair, "order=-disagreement")[0]["asset"] == unseen


def test_too_many_are_refused_with_what_to_do(api: Any, pair: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disagreeing, "MOST", 2)
    address = f"/api/v1/artifacts/{pair[0].pk}/evaluation/images?against={pair[1].pk}"
    refused = api.get(f"{address}&order=disagreement")
    assert refused.status_code == 422 and "filters" in refused.json()["detail"]
    assert api.get(address).status_code == 200


def test_artifacts_of_other_classes_are_not_compared(api: Any, pair: Any) -> None:
    mine, its, _ = pair
    its.classes = [its.classes[0], {**its.classes[1], "name": "owl"}]
    its.save()
    address = f"/api/v1/artifacts/{mine.pk}/evaluation/images?against={its.pk}"
    assert api.get(f"{address}&order=disagreement").status_code == 422
    assert api.get(address).json()["results"][0]["disagreement"] is None


def test_an_artifact_of_nobody_one_knows_is_not_found(api: Any, pair: Any) -> None:
    address = f"/api/v1/artifacts/{pair[0].pk}/evaluation/images?against={uuid.uuid4()}"
    assert api.get(address).status_code == 404
