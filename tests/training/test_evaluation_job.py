"""The real evaluation of a real run's artifact on another split, in a child process."""

from __future__ import annotations

from typing import Any

from core.storage import storage
from projects.models import Asset
from training.models import Evaluation, Run
from training.services.evaluations import scores_of


def test_another_snapshot_is_measured_as_the_run_measured_its_own(
    api: Any, project: Any, workflow: Any, squares: Any, run_jobs: Any
) -> None:
    body = {"hardware": {"device": "cpu"}, "overrides": {"hyperparameters": {"steps": 2}}}
    run_id = api.post(f"/api/v1/workflows/{workflow.pk}/runs", body).json()["id"]
    run_jobs()
    run = Run.objects.get(pk=run_id)
    assert run.status == "succeeded", run.error
    own = Evaluation.objects.get(artifact=run.artifacts.first())
    url = f"/api/v1/artifacts/{own.artifact_id}/evaluations"

    # The same images under another name: the same numbers.
    Asset.objects.filter(project=project, split="val").update(split="test")
    snapshot = api.post(f"/api/v1/projects/{project.pk}/snapshots", {}).json()
    asked = {"snapshot": snapshot["id"], "split": "test"}
    job = api.post(url, asked).json()
    run_jobs()
    job = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert job["status"] == "succeeded", job
    made = Evaluation.objects.get(pk=job["result"]["evaluation"])
    assert made.images == own.images and made.summary["miou"] == own.summary["miou"]
    mine, its = scores_of(own), scores_of(made)
    assert sorted(mine.assets) == sorted(its.assets) and (mine.matrix() == its.matrix()).all()
    artifact = made.artifact
    assert all(storage.exists(artifact.certainty_key(asset)) for asset in its.assets)

    again = api.post(url, asked).json()
    run_jobs()
    assert api.get(f"/api/v1/jobs/{again['id']}").json()["result"]["evaluation"] == str(made.pk)
    storage.delete(made.scores_key)
    api.post(url, asked)
    run_jobs()
    assert storage.exists(made.scores_key)
