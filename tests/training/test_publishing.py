"""The artifact table follows the index of the run folder."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import events, leases
from core.storage import storage
from tests.training.fake_child import artifact, index
from training.models import Artifact, Run
from training.services import publishing
from training.services.ingestion import Ingestion
from training.services.publishing import Publisher
from training.services.samples import SampleStore
from training.supervision import News, Verdict


@pytest.fixture
def look(make_run: Callable[..., Any], tmp_path: Path) -> Any:
    """`look()` is one look of a worker at the run folder, settled."""
    run = make_run()
    token = leases.claim(Run.objects.filter(pk=run.pk), 600, status="running")
    assert token
    publisher = Publisher(run, tmp_path)
    ingestion = Ingestion(run, token, publisher, SampleStore(run, tmp_path))

    def once() -> dict[str, Artifact]:
        path = tmp_path / "artifacts" / "index.json"
        ingestion(News(index=json.loads(path.read_text())))
        assert ingestion.settle()
        return {row.name: row for row in run.artifacts.all()}

    once.run, once.publisher, once.ingestion = run, publisher, ingestion  # type: ignore[attr-defined]
    yield once
    publisher.close()


def checkpoints(run: Run) -> list[dict[str, Any]]:
    return [e.payload["artifact"] for e in events.replay(f"run:{run.pk}") if e.type == "checkpoint"]


def test_a_kept_checkpoint_is_stored_and_told(look: Any, tmp_path: Path) -> None:
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    row = look()["step-3"]
    assert (row.step, row.architecture, row.variant, row.input_size) == (3, "segformer", "b0", [64, 64])
    assert row.lineage["seed"] == 3 and row.lineage["run"] == str(look.run.pk)
    assert [label["name"] for label in row.classes] == ["background", "squirrel"]
    assert storage.read(f"{row.bundle_prefix}/model.safetensors") == b"weights of step 3"
    assert row.size == sum(
        (tmp_path / "artifacts/step-3" / name).stat().st_size for name in ("bundle.json", "model.safetensors")
    )
    assert [told["id"] for told in checkpoints(look.run)] == [str(row.pk)]


def test_an_evaluation_written_later_is_taken_up(look: Any, tmp_path: Path) -> None:
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    before = look()["step-3"]
    assert not before.evaluations.exists()
    place = tmp_path / "artifacts" / "step-3"
    (place / "predictions").mkdir()
    (place / "predictions" / "abc.png").write_bytes(b"png")
    (place / "scores.npz").write_bytes(b"counts")
    (place / "evaluation.json").write_text('{"miou": 0.7}')
    assert look.ingestion.settle()
    after = Artifact.objects.get(pk=before.pk)
    evaluation = after.evaluations.get()
    assert (evaluation.summary, evaluation.split) == ({"miou": 0.7}, "val")
    assert storage.read(evaluation.scores_key) == b"counts"
    assert storage.read(after.prediction_key("abc")) == b"png"
    assert after.size == before.size
    assert checkpoints(look.run)[-1]["evaluated"] is True


def test_what_the_run_lets_go_of_goes(
    look: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    first = artifact(tmp_path, "step-3", 3)
    index(tmp_path, first)
    old = look()["step-3"]
    index(tmp_path, artifact(tmp_path, "step-6", 6))
    with django_capture_on_commit_callbacks(execute=True):
        assert set(look()) == {"step-6"}
    assert not storage.exists(f"{old.bundle_prefix}/model.safetensors")


def test_what_is_deployed_stays(look: Any, tmp_path: Path) -> None:
    from deployments.models import Deployment

    index(tmp_path, artifact(tmp_path, "step-3", 3))
    old = look()["step-3"]
    Deployment.objects.create(project=look.run.project, name="live", artifact=old)
    index(tmp_path, artifact(tmp_path, "step-6", 6))
    assert set(look()) == {"step-3", "step-6"}
    assert Artifact.objects.get(pk=old.pk).strategies == []
    assert storage.exists(f"{old.bundle_prefix}/model.safetensors")


def test_what_another_run_starts_from_stays(look: Any, tmp_path: Path, make_run: Any) -> None:
    index(tmp_path, artifact(tmp_path, "first", 1))
    first = look()["first"]
    make_run(spec={**look.run.spec, "weights": f"artifact:{first.pk}"})
    index(tmp_path, artifact(tmp_path, "second", 2))
    rows = look()
    assert sorted(rows) == ["first", "second"] and rows["first"].strategies == []
    assert storage.exists(f"{first.bundle_prefix}/model.safetensors")


def test_what_people_gave_a_role_stays(look: Any, tmp_path: Path) -> None:
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    champion = look()["step-3"]
    Artifact.objects.filter(pk=champion.pk).update(role="champion")
    index(tmp_path, artifact(tmp_path, "step-6", 6))
    assert set(look()) == {"step-3", "step-6"}


def test_strategies_move_without_another_upload(look: Any, tmp_path: Path) -> None:
    entry = artifact(tmp_path, "step-3", 3)
    index(tmp_path, entry)
    before = look()["step-3"]
    index(tmp_path, {**entry, "strategies": ["best_metric"]})
    after = look()["step-3"]
    assert after.pk == before.pk and after.strategies == ["best_metric"]


def test_the_next_worker_takes_nothing_twice(look: Any, tmp_path: Path) -> None:
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    row = look()["step-3"]
    publisher = Publisher(Run.objects.get(pk=look.run.pk), tmp_path)
    ingestion = Ingestion(look.run, look.ingestion.token, publisher, SampleStore(look.run, tmp_path))
    ingestion(News(index=json.loads((tmp_path / "artifacts" / "index.json").read_text())))
    assert ingestion.settle()
    assert [a.pk for a in look.run.artifacts.all()] == [row.pk]


def test_a_folder_that_changes_under_the_copy_is_not_taken(look: Any, tmp_path: Path) -> None:
    before = set(storage.keys("artifacts"))
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    stale = json.loads((tmp_path / "artifacts" / "index.json").read_text())
    index(tmp_path)
    look.ingestion(News(index=stale))
    assert look.ingestion.settle()
    assert look.run.artifacts.count() == 0
    assert set(storage.keys("artifacts")) == before
    assert look.publisher.missing() == ["step-3"]


def test_a_slow_store_delays_neither_metrics_nor_cancel(
    look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = publishing._upload

    def slowly(*arguments: Any) -> Any:
        time.sleep(0.5)
        return upload(*arguments)

    monkeypatch.setattr(publishing, "_upload", slowly)
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    listed = json.loads((tmp_path / "artifacts" / "index.json").read_text())
    Run.objects.filter(pk=look.run.pk).update(cancel_requested=True)
    began = time.monotonic()
    assert look.ingestion(News(index=listed, logs=["x"])) is Verdict.CANCEL
    assert time.monotonic() - began < 0.4
    assert look.run.log_lines.count() == 1
    assert look.ingestion.settle()
    assert look.run.artifacts.count() == 1


def test_a_store_that_refuses_is_told_by_name(
    look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(publishing.storage, "put", refuse)
    index(tmp_path, artifact(tmp_path, "step-3", 3))
    look()
    assert look.publisher.missing() == ["step-3"]
    assert "No space left" in look.publisher.failure
