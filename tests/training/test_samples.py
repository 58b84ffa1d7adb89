"""Validation images predicted at each evaluation: stored once, bounded, shown, and gone with their run."""

from __future__ import annotations

import io
import json
import os
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core import events, leases
from core.storage import storage
from training.models import Run
from training.records import shown_of
from training.services import samples as module
from training.services.ingestion import Ingestion
from training.services.publishing import Publisher
from training.services.samples import SampleStore, thinned
from training.supervision import Watcher

ASSETS = [str(uuid.UUID(int=number)) for number in range(1, 13)]


def evaluate(folder: Path, *steps: int, assets: list[str] = ASSETS[:2], side: int = 6) -> None:
    """Write what a child writes at its evaluations."""
    entries = []
    for step in steps:
        place = folder / "samples" / f"step-{step:08d}"
        place.mkdir(parents=True, exist_ok=True)
        for asset in assets:
            mask = np.zeros((side, side), np.uint8)
            mask[:2] = 1
            Image.fromarray(mask).save(place / f"{asset}.png")
        shown = [{"asset": asset, "name": f"{asset[-1]}.jpg", "miou": 0.5} for asset in assets]
        entries.append({"step": step, "epoch": step / 10, "samples": shown})
    beside = folder / "samples" / ".index"
    beside.write_text(json.dumps(entries))
    os.replace(beside, folder / "samples" / "index.json")


@pytest.fixture
def worker(make_run: Any, tmp_path: Path) -> Any:
    """`worker()` is a worker that takes the run and what is in its folder; the next call its successor."""
    run = make_run()

    def work() -> Run:
        Run.objects.filter(pk=run.pk).update(lease_token=None)
        token = leases.claim(Run.objects.filter(pk=run.pk), 600, status="running")
        assert token
        row = Run.objects.get(pk=run.pk)
        publisher, store = Publisher(row, tmp_path), SampleStore(row, tmp_path)
        ingestion = Ingestion(row, token, publisher, store)
        ingestion(Watcher(tmp_path).look())
        assert ingestion.settle()
        publisher.close()
        store.close()
        return Run.objects.get(pk=run.pk)

    return work


def keys(run: Run) -> list[str]:
    return sorted(storage.keys(f"runs/{run.pk}/samples"))


def told(run: Run) -> list[int]:
    return [event.payload["step"] for event in events.replay(f"run:{run.pk}") if event.type == "samples"]


def test_what_a_child_predicts_is_stored_and_shown(worker: Any, tmp_path: Path, api: Any) -> None:
    evaluate(tmp_path, 10, 20)
    run = worker()
    answer = api.get(f"/api/v1/runs/{run.pk}/samples").json()
    assert [(row["step"], row["epoch"]) for row in answer["results"]] == [(10, 1.0), (20, 2.0)]
    first = answer["results"][0]["samples"][0]
    assert (first["asset"], first["name"], first["miou"]) == (ASSETS[0], "1.jpg", 0.5)
    overlay = api.get(first["overlay_url"])
    assert overlay.status_code == 200 and overlay["Content-Type"] == "image/png"
    drawn = np.array(Image.open(io.BytesIO(overlay.content)).convert("RGBA"))
    assert tuple(drawn[0, 0]) == (0xFF, 0x88, 0x00, 140) and drawn[5, 5, 3] == 0
    assert api.get(first["overlay_url"], HTTP_IF_NONE_MATCH=overlay["ETag"]).status_code == 304
    assert told(run) == [10, 20]


def test_the_next_worker_goes_on_where_the_last_one_stopped(
    worker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluate(tmp_path, 10)
    worker()
    evaluate(tmp_path, 10, 20)
    put: list[str] = []
    real = storage.put

    def watched(key: str, content: Any) -> str:
        put.append(key)
        return real(key, content)

    monkeypatch.setattr(storage, "put", watched)
    run = worker()
    assert [entry["step"] for entry in run.samples] == [10, 20]
    assert put == [f"runs/{run.pk}/samples/20/{asset}.png" for asset in ASSETS[:2]]
    assert told(run) == [10, 20]


def test_old_evaluations_make_room_evenly(
    worker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(module, "MOST_EVALUATIONS", 4)
    evaluate(tmp_path, *range(10, 110, 10), assets=ASSETS[:1])
    with django_capture_on_commit_callbacks(execute=True):
        run = worker()
    steps = [entry["step"] for entry in run.samples]
    assert len(steps) == 4 and steps[0] == 10 and steps[-1] == 100
    assert {int(key.split("/")[3]) for key in keys(run)} == set(steps) and len(keys(run)) == 4


def test_thinning_keeps_both_ends_and_even_gaps() -> None:
    kept: list[dict[str, Any]] = []
    for step in range(1, 1001):
        kept = thinned([*kept, {"step": step}], 50)
    steps = [entry["step"] for entry in kept]
    gaps = np.diff(steps)
    assert len(steps) == 50 and steps[0] == 1 and steps[-1] == 1000
    assert gaps.max() <= 4 * gaps[:-1].min()


def test_more_images_than_agreed_are_left_out(worker: Any, tmp_path: Path) -> None:
    evaluate(tmp_path, 10, assets=ASSETS)
    run = worker()
    assert len(run.samples[0]["samples"]) == 8 and len(keys(run)) == 8


def test_files_that_are_no_masks_are_not_taken(worker: Any, tmp_path: Path) -> None:
    evaluate(tmp_path, 10, assets=ASSETS[:3])
    place = tmp_path / "samples" / "step-00000010"
    (place / f"{ASSETS[0]}.png").write_bytes(b"<svg onload=alert(1)>")
    (place / f"{ASSETS[1]}.png").unlink()
    run = worker()
    assert [sample["asset"] for sample in run.samples[0]["samples"]] == [ASSETS[2]]


def test_a_store_that_refuses_costs_the_samples_and_not_the_run(
    worker: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    evaluate(tmp_path, 10)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "put", full)
        assert worker().samples == []
    assert [entry["step"] for entry in worker().samples] == [10]


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {},
        {"step": "x", "samples": []},
        {"step": 0, "samples": []},
        {"step": 1, "samples": [{"asset": "../../etc/passwd", "name": "x"}]},
        {"step": 1, "samples": [{"asset": ASSETS[0]}]},
    ],
)
def test_nonsense_is_no_evaluation(entry: Any) -> None:
    assert shown_of(entry) is None


def test_samples_go_with_their_run(
    worker: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    evaluate(tmp_path, 10)
    run = worker()
    prefix = f"runs/{run.pk}/samples"
    assert keys(run)
    with django_capture_on_commit_callbacks(execute=True):
        run.delete()
    assert list(storage.keys(prefix)) == []


def test_strangers_see_no_samples(
    worker: Any, tmp_path: Path, api: Any, other_api: Any, client_for: Any
) -> None:
    evaluate(tmp_path, 10)
    run = worker()
    url = f"/api/v1/runs/{run.pk}/samples"
    overlay = f"{url}/10/{ASSETS[0]}/overlay.png"
    assert other_api.get(url).status_code == other_api.get(overlay).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(url).status_code == viewer.get(overlay).status_code == 200
    assert api.get(f"{url}/11/{ASSETS[0]}/overlay.png").status_code == 404
    assert api.get(f"{url}/10/{ASSETS[5]}/overlay.png").status_code == 404
