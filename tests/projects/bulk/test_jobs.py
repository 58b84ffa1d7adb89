"""Changes of very many assets are jobs that go on where they were."""

import pytest

from core.jobs import JobHandle
from core.models import Job
from projects.models import Asset, BulkChange
from projects.services import bulk as services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(services, "MAX_AT_ONCE", 3)
    monkeypatch.setattr(services, "BATCH", 2)


def test_many_become_a_job_and_so_does_undoing(api, bulk, undo, make, run_jobs):
    for number in range(5):
        make(f"{number}.jpg")
    job = bulk(202, filters={"split": "none"}, set={"split": "val"})
    run_jobs()

    result = api.get(f"/api/v1/jobs/{job['id']}").json()["result"]
    assert result["changed"] == 5
    assert Asset.objects.filter(split="val").count() == 5

    undone = undo(result, 202)
    run_jobs()
    assert api.get(f"/api/v1/jobs/{undone['id']}").json()["result"]["restored"] == 5
    assert Asset.objects.filter(split=None).count() == 5


def test_a_worker_that_died_is_followed_by_one_that_goes_on(bulk, make, run_jobs, monkeypatch):
    for number in range(5):
        make(f"{number}.jpg")
    job = bulk(202, filters={}, add_tags=["x"])

    def dies(self):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(JobHandle, "kept", dies)
        with pytest.raises(SystemExit):
            run_jobs()
    assert BulkChange.objects.get().changed == 2

    Job.objects.filter(pk=job["id"]).update(lease_token=None, lease_expires_at=None)
    services_job = Job.objects.get(pk=job["id"])
    from core import jobs

    jobs.run(str(services_job.pk))

    assert BulkChange.objects.get().changed == 5
    assert BulkChange.objects.get().items.count() == 5
