"""What goes wrong while an export is made leaves nothing behind, and says what it was."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from core import jobs
from core.models import Job
from core.storage import Storage, storage
from deployments.models import Export
from deployments.services import exports, thinning
from training.services import children

REPORT = {"latency": {"milliseconds": 1.0}, "export": None}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every export is done at once: a model of one file, and a ZIP."""

    def done(work: exports.Work) -> exports.Made:
        bundle = work.folder / "bundle"
        bundle.mkdir()
        for name in ("bundle.json", "README.md", "model.safetensors"):
            (bundle / name).write_text(name)
        archive = work.folder / "export.zip"
        archive.write_bytes(b"zip")
        return exports.Made(bundle, bundle, archive, dict(REPORT))

    monkeypatch.setattr(exports.Work, "done", done)


def asked(api: Any, artifact: Any) -> Job:
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/exports", {"format": "torch"})
    return Job.objects.get(pk=answer.json()["id"])


def left(job: Job) -> list[str]:
    """What is left of an export on the disk and in storage."""
    folder = Path(settings.TESSERA_RUNS_DIR) / "exports" / str(job.pk)
    return [*map(str, folder.rglob("*")), *storage.keys(f"exports/{job.pk}")]


def full(*_: Any, **__: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device", "/data/somewhere")


def test_a_disk_that_is_full_while_it_is_stored(
    api: Any, artifact: Any, run_jobs: Any, made: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Storage.put

    def nearly_full(self: Storage, key: str, content: Any) -> str:
        return real(self, key, content) if key.endswith(("export.zip", "README.md")) else full()

    job = asked(api, artifact)
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "put", nearly_full)
        run_jobs()
    job.refresh_from_db()
    assert job.status == "failed" and job.error is not None
    assert "disk is full" in job.error["detail"] and "bug" not in job.error["detail"]
    assert not left(job) and not Export.objects.exists()
    again = asked(api, artifact)
    run_jobs()
    again.refresh_from_db()
    assert again.status == "succeeded" and Export.objects.get().pk == again.pk
    assert any(name.endswith("bundle.json") for name in left(again))


def test_a_disk_that_is_full_while_it_is_made(
    api: Any, artifact: Any, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def begun(work: exports.Work) -> exports.Made:
        (work.folder / "manifest.jsonl").write_text("half")
        return full()  # type: ignore[no-any-return]

    monkeypatch.setattr(exports.Work, "done", begun)
    job = asked(api, artifact)
    run_jobs()
    job.refresh_from_db()
    assert job.error is not None and "disk is full" in job.error["detail"]
    assert not left(job)


def test_an_artifact_that_goes_while_its_export_is_stored(
    api: Any, artifact: Any, run_jobs: Any, made: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = exports._store_bundle

    def deleted(export: Export, done: exports.Made) -> None:
        real(export, done)
        artifact.delete()

    monkeypatch.setattr(exports, "_store_bundle", deleted)
    job = asked(api, artifact)
    run_jobs()
    job.refresh_from_db()
    assert job.status == "failed" and not left(job) and not Export.objects.exists()


def test_a_job_that_went_to_another_worker_leaves_it_its_files(
    api: Any, artifact: Any, run_jobs: Any, made: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any) -> Any:
        raise jobs.LeaseLost

    monkeypatch.setattr(exports, "_store", lost)
    job = asked(api, artifact)
    run_jobs()
    assert any(name.endswith("export.zip") for name in left(job))


def test_what_a_child_leaves_behind_goes_with_it(tmp_path: Path) -> None:
    note = tmp_path / "where"
    script = (
        "import pathlib, tempfile, time; folder = tempfile.mkdtemp(); "
        f"pathlib.Path({str(note)!r}).write_text(folder); time.sleep(60)"
    )

    def cancelled(share: float, message: str) -> None:
        if note.exists() and note.read_text():
            raise jobs.Cancelled

    with pytest.raises(jobs.Cancelled):
        children.run_command([sys.executable, "-c", script], cancelled)
    assert not Path(note.read_text()).exists()


def test_a_pruned_copy_trains_what_its_origin_held_still(artifact: Any) -> None:
    given = artifact.run.spec["hyperparameters"]
    artifact.run.spec["hyperparameters"] = {**given, "freeze_backbone": True, "classifier_only": True}
    wanted = {"pruning": 0.5, "pruning_method": "structured"}
    changed = thinning._spec(artifact, wanted, 20)["hyperparameters"]
    assert not changed["freeze_backbone"] and not changed["classifier_only"], json.dumps(changed)
