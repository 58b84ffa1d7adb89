"""Runs whose training process is a few lines, under real workers, to show what they survive.

python -m tests.tessera.small_runs seed     make a database with two runs; prints their ids
python -m tests.tessera.small_runs worker   a worker of both queues
"""

from __future__ import annotations

import os
import sys
import uuid
from datetime import timedelta
from pathlib import Path
from unittest import mock

import django
from django.core.management import call_command
from django.utils import timezone

FAKE = Path(__file__).parents[1] / "training" / "fake_child.py"


def seed() -> None:
    from accounts.models import User
    from accounts.principals import Principal
    from accounts.services import create_workspace
    from annotations.models import Snapshot
    from core import queue
    from projects.models import Project
    from training.models import Run, Workflow, WorkflowVersion

    call_command("migrate", interactive=False, skip_checks=True, verbosity=0)
    user = User.objects.create(email="owner@example.com")
    project = Project.objects.create(workspace=create_workspace(Principal(user), "Workshop"), name="Park")
    workflow = Workflow.objects.create(project=project, name="Steady")
    spec = {"hyperparameters": {"steps": 40}}
    version = WorkflowVersion.objects.create(workflow=workflow, version=1, spec=spec)
    snapshot = Snapshot.objects.create(
        project=project,
        digest=uuid.uuid4().hex * 2,
        storage_key="snapshots/none",
        counts={},
        classes=[],
        task="semantic",
        unlabelled="background",
    )
    for name in ("First", "Second"):
        now = timezone.now()
        run = Run.objects.create(
            project=project,
            workflow_version=version,
            snapshot=snapshot,
            name=name,
            spec=spec,
            queued_at=now,
            sent_at=now,
        )
        # The message of the second is lost, as with a broker that goes away.
        if name == "First":
            queue.send("training.run", (run.pk,), "gpu")
        print(run.pk)


def worker() -> None:
    from tessera.celery import app
    from training.models import Run
    from training.services import execution, ingestion, runs
    from training.services.preparation import run_folder

    def prepared(run: Run) -> Path:
        folder = run_folder(run.pk)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def command(run: Run, folder: Path) -> list[str]:
        return [sys.executable, str(FAKE), "steady", str(folder)]

    options = ["--queues", "default,gpu", "--pool", "threads", "--concurrency", "1", "--loglevel", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # Real leases last longer than a test may.
    with (
        mock.patch.object(execution, "LEASE_SECONDS", 6.0),
        mock.patch.object(ingestion, "LEASE_SECONDS", 6.0),
        mock.patch.object(ingestion, "RENEW_SECONDS", 1.0),
        mock.patch.object(runs, "RESEND_AFTER", timedelta(seconds=1)),
        mock.patch.object(execution, "prepare", prepared),
        mock.patch.object(execution, "command", command),
    ):
        app.worker_main(["worker", *options, *quiet])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tessera.settings")
    django.setup()
    {"seed": seed, "worker": worker}[sys.argv[1]]()
