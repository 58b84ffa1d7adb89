"""Files go with their rows."""

import pytest

from core import events
from core.models import Event, Topic
from core.storage import storage
from projects.services.projects import delete_project
from training.models import Artifact
from training.services.preparation import run_folder

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(make_run):
    """A run with an artifact, each with a file and an event."""
    run = make_run(status="succeeded")
    project = run.project
    artifact = Artifact.objects.create(
        run=run,
        project=project,
        name="latest",
        step=1,
        architecture="segformer",
        variant="b0",
        storage_prefix="artifacts/x",
    )
    storage.put("artifacts/x/bundle/model.safetensors", b"weights")
    run_folder(run.pk).mkdir(parents=True)
    events.emit(f"run:{run.pk}", "status", {})
    return project, run, artifact


def test_with_their_project(kept, principal, django_capture_on_commit_callbacks):
    project, run, _ = kept
    with django_capture_on_commit_callbacks(execute=True):
        delete_project(principal, project)
    assert not storage.exists("artifacts/x/bundle/model.safetensors")
    assert not run_folder(run.pk).exists()
    assert not Event.objects.filter(topic=f"run:{run.pk}").exists()
    assert not Topic.objects.filter(name=f"run:{run.pk}").exists()


def test_only_once_the_deletion_is_committed(kept, django_capture_on_commit_callbacks):
    _, _, artifact = kept
    with django_capture_on_commit_callbacks():
        artifact.delete()
    assert storage.exists("artifacts/x/bundle/model.safetensors")
