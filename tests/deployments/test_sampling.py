"""Requests that become unlabelled assets, with what the model said of them."""

from __future__ import annotations

import io
import json
import logging
import time
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core import events
from core.storage import storage
from deployments.models import Deployment, DeploymentSample
from deployments.services import sampling
from projects.models import Asset
from projects.services.assets import add_asset


def picture(seed: int) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def answer(*scores: float | None) -> bytes:
    regions = [
        {"id": n, "score": score, "png": "iVBOR", "bbox": [0, 0, 1, 1]} for n, score in enumerate(scores)
    ]
    body = {"id": "p", "deployment": {"version": 1}, "predictions": regions, "overlay": "iVBOR"}
    return json.dumps(body).encode()


@pytest.fixture(autouse=True)
def _a_new_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "_passed", sampling._Passed())


@pytest.fixture
def keeping(api: Any, deployment: Any, run_jobs: Any) -> Any:
    """`keeping(percent=…, …)` switches sampling on; `keeping.send(image, answer)` considers and settles."""

    class Keeping:
        def __call__(self, **values: Any) -> None:
            wanted = {"percent": 100, "per_day": 5, "below": None, **values}
            done = api.patch(f"/api/v1/deployments/{deployment['id']}", {"sampling": wanted})
            assert done.status_code == 200, done.content

        def send(self, image: bytes, said: bytes, version: int | None = 1) -> None:
            sampling.consider(Deployment.objects.get(), version, image, said)
            sampling._thread.submit(int).result(5)
            run_jobs()

    return Keeping()


def test_a_request_becomes_an_unlabelled_asset(api: Any, deployment: Any, keeping: Any) -> None:
    keeping()
    keeping.send(picture(0), answer(0.9, 0.4), version=7)
    asset = Asset.objects.get()
    assert asset.tags == ["sampled"] and asset.annotation_count == 0 and asset.split is None
    assert asset.name.startswith("live/") and asset.name.endswith(".png")
    assert storage.read(asset.storage_key) == picture(0)
    (row,) = api.get(f"/api/v1/deployments/{deployment['id']}/samples").json()["results"]
    assert (row["asset"], row["asset_name"], row["version"], row["score"]) == (
        str(asset.pk),
        asset.name,
        7,
        0.4,
    )
    kept = row["prediction"]
    assert [region["score"] for region in kept["predictions"]] == [0.9, 0.4]
    assert "overlay" not in kept and "png" not in kept["predictions"][0]
    assert list(storage.keys("samples")) == []


def test_without_sampling_nothing_is_kept(deployment: Any, keeping: Any) -> None:
    keeping.send(picture(0), answer(0.1))
    keeping(percent=0)
    keeping.send(picture(0), answer(0.1))
    assert not Asset.objects.exists()


def test_the_share_is_that_of_the_requests(keeping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    considered: list[Any] = []
    monkeypatch.setattr(sampling._thread, "submit", lambda *work: considered.append(work))
    monkeypatch.setattr(sampling._room, "acquire", lambda blocking: True)
    row = Deployment(sampling={"percent": 20.0, "per_day": 1, "below": None})
    for _ in range(5000):
        sampling.consider(row, 1, b"", b"")
    assert 0.17 < len(considered) / 5000 < 0.23


def test_only_what_the_model_is_unsure_of(keeping: Any) -> None:
    keeping(below=0.5)
    keeping.send(picture(0), answer(0.9, 0.5))
    keeping.send(picture(1), answer())
    keeping.send(picture(2), answer(0.9, 0.49))
    assert DeploymentSample.objects.get().score == 0.49


def test_the_day_is_full_after_so_many(keeping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping(per_day=2)
    for seed in range(4):
        # Every process has its own count of what it let through; the table's is the one that holds.
        monkeypatch.setattr(sampling, "_passed", sampling._Passed())
        keeping.send(picture(seed), answer(0.9))
    assert DeploymentSample.objects.count() == Asset.objects.count() == 2
    assert list(storage.keys("samples")) == []


def test_who_finds_the_day_full_in_the_end_takes_the_asset_back(
    keeping: Any, monkeypatch: pytest.MonkeyPatch, project: Any
) -> None:
    keeping()
    looks = iter([True, False])
    monkeypatch.setattr(sampling, "_has_room", lambda deployment: next(looks))
    keeping.send(picture(0), answer(0.9))
    assert not Asset.objects.exists() and not DeploymentSample.objects.exists()
    assert "assets_deleted" in [event.type for event in events.replay(f"project:{project.pk}")]


def test_a_full_day_stores_nothing_more(keeping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping(per_day=1)
    keeping.send(picture(0), answer(0.9))
    monkeypatch.setattr(storage, "put", lambda *_: pytest.fail("stored"))
    keeping.send(picture(1), answer(0.9))
    assert DeploymentSample.objects.count() == 1


def test_the_same_image_is_kept_once(keeping: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping()
    for _ in range(3):
        keeping.send(picture(0), answer(0.9))
    monkeypatch.setattr(sampling, "_passed", sampling._Passed())
    keeping.send(picture(0), answer(0.2))
    assert (Asset.objects.count(), DeploymentSample.objects.get().score) == (1, 0.9)


def test_an_image_that_was_there_keeps_its_tags(keeping: Any, project: Any) -> None:
    known = add_asset(project, "labelled.png", picture(0), tags=["gold"]).asset
    keeping()
    keeping.send(picture(0), answer(0.9))
    assert DeploymentSample.objects.get().asset == known
    assert Asset.objects.get().tags == ["gold"]


@pytest.mark.parametrize(
    ("image", "said"), [(b"no image", answer(0.9)), (b"", answer(0.9)), (picture(0), b"\x89PNG picture")]
)
def test_what_cannot_be_kept_costs_a_line_in_the_log(
    keeping: Any, caplog: pytest.LogCaptureFixture, image: bytes, said: bytes
) -> None:
    keeping()
    with caplog.at_level(logging.WARNING):
        keeping.send(image, said)
    assert not Asset.objects.exists() and len(caplog.records) == 1
    assert list(storage.keys("samples")) == []


def test_no_answer_waits_for_slow_storage(
    keeping: Any, monkeypatch: pytest.MonkeyPatch, deployment: Any
) -> None:
    keeping()
    monkeypatch.setattr(storage, "put", lambda *_: time.sleep(0.02))
    row = Deployment.objects.get()
    began = time.perf_counter()
    for seed in range(100):
        sampling.consider(row, 1, bytes([seed]), answer(0.9))
    assert time.perf_counter() - began < 0.1
    sampling._thread.submit(int).result(10)


def test_what_nobody_took_up_is_dropped_after_a_while(
    keeping: Any, monkeypatch: pytest.MonkeyPatch, sent: list[Any]
) -> None:
    keeping()
    sampling.consider(Deployment.objects.get(), 1, picture(0), answer(0.9))
    sampling._thread.submit(int).result(5)
    sampling.clear_left_behind()
    assert len(list(storage.keys("samples"))) == 2
    monkeypatch.setattr(sampling, "LEFT_BEHIND", -sampling.LEFT_BEHIND)
    sampling.clear_left_behind()
    assert list(storage.keys("samples")) == []
