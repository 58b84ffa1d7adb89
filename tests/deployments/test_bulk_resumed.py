"""Prediction jobs that are killed, cancelled or made to wait: nothing twice, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from core import jobs
from core.models import Job
from core.storage import storage
from deployments.models import Deployment
from deployments.services import bulk_folder, bulk_packing, bulk_tidying, bulk_work
from tests.deployments.bulk import PROBLEM, answer_with_squirrel, lines, picture, result
from tests.deployments.videos import video


class Killed(BaseException):
    """The worker's process is gone: nothing of it runs any more, no `except Exception` either."""


@pytest.fixture
def url(deployment: Any, inference: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    inference.answers = answer_with_squirrel
    monkeypatch.setattr(bulk_folder, "PART", 4)
    monkeypatch.setattr(bulk_work, "LOOK_AT_ROW_EVERY", 0.0)
    monkeypatch.setattr(jobs, "PROGRESS_EVERY", 0.0)
    return f"/api/v1/deployments/{deployment['id']}/jobs"


@pytest.fixture
def inbox(workspace: Any) -> Any:
    prefix = f"folders/{workspace.pk}/inbox"
    for number in range(10):
        storage.put(f"{prefix}/{number}.png", picture(40 + number))
    yield prefix
    storage.delete_tree(f"folders/{workspace.pk}")


def killed(monkeypatch: pytest.MonkeyPatch, where: Any, name: str, after: int) -> None:
    """The worker dies at the call after so many."""
    real, calls = getattr(where, name), [0]

    def call(*arguments: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] == after + 1:
            raise Killed
        return real(*arguments, **options)

    monkeypatch.setattr(where, name, call)


def run_again(job: dict[str, Any]) -> None:
    """What another worker does once the lease of the dead one has run out."""
    Job.objects.filter(pk=job["id"]).update(lease_expires_at=timezone.now())
    jobs.run(job["id"])


def start(api: Any, url: str, kind: str, tmp_path: Path) -> dict[str, Any]:
    if kind == "folder":
        return dict(api.post(url, {"folder": "inbox"}).json())
    file = SimpleUploadedFile("walk.mp4", video(tmp_path / "walk.mp4", frames=20))
    return dict(api.post(url, {"video": file, "every": 2}, format="multipart").json())


@pytest.mark.parametrize("kind", ["folder", "video"])
def test_another_worker_goes_on_where_a_killed_one_was(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path, kind: str
) -> None:
    job = start(api, url, kind, tmp_path)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed(patch, bulk_folder.Folder, "add", 9)
        run_jobs()
    assert 9 <= len(inference.predicted) <= 10
    storage.put(f"{inbox}/late.png", picture())
    inference.predicted.clear()
    run_again(job)
    # Two parts of four were kept; what came later is none of this job's.
    assert len(inference.predicted) == 2
    said, archive = result(api, job)
    assert said["predictions"] == 10 and said["failed"] == []
    found = [line.get("item", line.get("frame")) for line in lines(archive)]
    assert found == ([f"{n}.png" for n in range(10)] if kind == "folder" else list(range(0, 20, 2)))


@pytest.mark.parametrize(("where", "name"), [(bulk_packing, "_store"), (bulk_folder.Folder, "finish")])
def test_killed_while_packing(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path, where: Any, name: str
) -> None:
    job = start(api, url, "video", tmp_path)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed(patch, where, name, 0)
        run_jobs()
    inference.predicted.clear()
    run_again(job)
    said, archive = result(api, job)
    assert inference.predicted == [] and said["frames"] == len(lines(archive)) == 10


def test_killed_when_all_but_the_row_is_written(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path
) -> None:
    job = start(api, url, "folder", tmp_path)
    run_jobs()
    said, _ = result(api, job)
    inference.predicted.clear()
    Job.objects.filter(pk=job["id"]).update(status="running", result=None)
    jobs.run(job["id"])
    assert result(api, job)[0] == said and inference.predicted == []


def test_deaths_before_what_was_kept_do_not_count(
    api: Any, url: str, inbox: str, run_jobs: Any, tmp_path: Path
) -> None:
    job = start(api, url, "folder", tmp_path)
    Job.objects.update(attempts=2)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed(patch, bulk_folder.Folder, "add", 5)
        run_jobs()
    assert Job.objects.get(pk=job["id"]).attempts == 1


def test_a_cancelled_job_stops_asking(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path
) -> None:
    job = start(api, url, "folder", tmp_path)

    real = bulk_folder.Folder.add

    def add(folder: Any, line: Any) -> bool:
        Job.objects.filter(pk=job["id"]).update(cancel_requested=True)
        return real(folder, line)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk_folder.Folder, "add", add)
        run_jobs()
    assert api.get(f"/api/v1/jobs/{job['id']}").json()["status"] == "cancelled"
    assert len(inference.predicted) < 10


def test_a_busy_server_is_waited_for(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path
) -> None:
    refused: set[bytes] = set()

    def answer(body: bytes) -> Any:
        if body not in refused and len(refused) < 3:
            refused.add(body)
            return 429, {"title": "Too many requests"}, {**PROBLEM, "Retry-After": "0"}
        return answer_with_squirrel(body)

    inference.answers = answer
    job = start(api, url, "folder", tmp_path)
    run_jobs()
    assert result(api, job)[0]["predictions"] == 10 and len(inference.predicted) == 13


def test_a_server_that_restarts_is_waited_for_and_one_that_stays_away_is_not(
    api: Any,
    url: str,
    inbox: str,
    inference: Any,
    run_jobs: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk_work, "PAUSE", 0.05)
    asked: list[bytes] = []

    def answer(body: bytes) -> Any:
        asked.append(body)
        return (404, {}, {}) if len(asked) < 6 else answer_with_squirrel(body)

    inference.answers = answer
    job = start(api, url, "folder", tmp_path)
    run_jobs()
    assert result(api, job)[0]["failed"] == []

    monkeypatch.setattr(bulk_work, "PATIENCE", 0.2)
    inference.answers = lambda body: (404, {}, {})
    job = start(api, url, "folder", tmp_path)
    run_jobs()
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "failed" and seen["error"]["status"] == 503


def test_a_deployment_that_is_stopped_or_deleted_ends_its_jobs(
    api: Any, url: str, inbox: str, inference: Any, run_jobs: Any, tmp_path: Path
) -> None:
    job = start(api, url, "folder", tmp_path)
    Deployment.objects.update(status="stopped")
    run_jobs()
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "failed" and "stopped" in seen["error"]["detail"]
    Deployment.objects.update(status="ready")
    job = start(api, url, "folder", tmp_path)
    Deployment.objects.all().delete()
    run_jobs()
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "failed" and "deleted" in seen["error"]["detail"]


def test_what_is_left_is_tidied(
    api: Any, url: str, inbox: str, run_jobs: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = start(api, url, "video", tmp_path)
    run_jobs()
    waiting = start(api, url, "video", tmp_path)
    storage.put("predictions/nobodys/video.mp4", b"x")
    rows = Job.objects.filter(kind="deployments.predict")
    folders = {str(row.pk): row.payload["folder"] for row in rows}
    bulk_tidying.tidy()
    assert list(storage.keys(folders[done["id"]])) == [f"{folders[done['id']]}/result.zip"]
    assert storage.exists(f"{folders[waiting['id']]}/video.mp4")
    assert storage.exists("predictions/nobodys/video.mp4")
    assert api.get(f"{url}/{done['id']}/file").status_code == 200

    monkeypatch.setattr(bulk_tidying, "RESULTS_LAST", timedelta(0))
    monkeypatch.setattr(bulk_tidying, "UNNAMED_LASTS", timedelta(0))
    bulk_tidying.tidy()
    assert list(storage.keys(folders[done["id"]])) == []
    assert list(storage.keys("predictions/nobodys")) == []
    assert storage.exists(f"{folders[waiting['id']]}/video.mp4")
    assert api.get(f"{url}/{done['id']}/file").status_code == 404
