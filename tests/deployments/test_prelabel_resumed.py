"""Pre-labelling jobs that are killed or cancelled: another worker goes on, nothing is proposed twice."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Proposal
from core import jobs
from core.models import Job
from core.storage import storage
from deployments.services import bulk_folder, bulk_tidying, bulk_work
from tests.deployments.prelabelled import Watcher, image
from tests.deployments.test_bulk_resumed import Killed, killed, run_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(
    api: Any, project: Any, deployment: Any, inference: Any, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Ten images to look at, results kept four by four."""
    Watcher(inference)
    monkeypatch.setattr(bulk_folder, "PART", 4)
    monkeypatch.setattr(bulk_work, "LOOK_AT_ROW_EVERY", 0.0)
    monkeypatch.setattr(jobs, "PROGRESS_EVERY", 0.0)
    for number in range(10):
        image(project, f"{number}.png", 40 + number)
    url = f"/api/v1/projects/{project.pk}/prelabel"
    return dict(api.post(url, {"deployment": deployment["id"]}, format="json").json())


@pytest.mark.parametrize("name", ["add", "finish"])
def test_another_worker_goes_on(
    api: Any, project: Any, job: dict[str, Any], inference: Any, run_jobs: Any, name: str
) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        killed(patch, bulk_folder.Folder, name, 9 if name == "add" else 0)
        run_jobs()
    # What comes later is none of this job's.
    image(project, "late.png", 60)
    inference.predicted.clear()
    run_again(job)
    assert len(inference.predicted) == (2 if name == "add" else 0)
    done = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert done["status"] == "succeeded"
    assert (done["result"]["images"], done["result"]["proposals"]) == (10, 10)
    assert Proposal.objects.count() == 10
    folder = Job.objects.get(pk=job["id"]).payload["folder"]
    bulk_tidying.tidy()
    assert list(storage.keys(folder)) == []


def test_cancelled_it_stops_and_keeps_what_it_proposed(
    api: Any, job: dict[str, Any], run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bulk_work.told

    def told(answer: Any) -> Any:
        if Proposal.objects.count() == 3:
            Job.objects.filter(pk=job["id"]).update(cancel_requested=True)
        return real(answer)

    monkeypatch.setattr(bulk_work, "told", told)
    run_jobs()
    assert api.get(f"/api/v1/jobs/{job['id']}").json()["status"] == "cancelled"
    assert 3 <= Proposal.objects.count() < 10
