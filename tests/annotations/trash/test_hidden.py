"""What lies in the trash is in no queue, version, export, comment or agreement."""

import pytest
from django.utils import timezone

from annotations.models import Answer, Proposal
from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def trashed(project, owner):
    """Approved, drawn on, assigned and given to somebody: all that would show it."""
    return Asset.everything.create(
        project=project,
        name="a.png",
        width=9,
        height=9,
        review="todo",
        assignee=owner,
        annotation_count=1,
        proposal_count=1,
        deleted_at=timezone.now(),
    )


@pytest.fixture
def get(api, project):
    def ask(path, **query):
        answer = api.get(f"/api/v1/projects/{project.pk}/{path}", query)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    return ask


def test_queue_and_progress(get, trashed):
    assert get("queue")["next"] is None
    progress = get("progress")
    assert sum(progress["total"].values()) == 0
    assert progress["people"] == []


def test_versions(api, project, trashed):
    answer = api.post(f"/api/v1/projects/{project.pk}/snapshots", {}, format="json")

    assert answer.status_code in (409, 422)


def test_answers_and_proposals(get, trashed, owner, classes):
    Answer.objects.create(asset=trashed, user=owner)
    Proposal.objects.create(
        asset=trashed,
        label_class_id=classes["cat"],
        kind="bbox",
        geometry=[0, 0, 1, 1],
        score=0.5,
        deployment="00000000-0000-4000-8000-000000000000",
        deployment_name="d",
        version=1,
        artifact="00000000-0000-4000-8000-000000000000",
    )

    assert get("consensus")["results"] == []
    assert get("proposals")["pending"] == 0


@pytest.mark.parametrize("path", ["annotations", "history", "comments", "proposals", "mask.png"])
def test_nothing_of_it_is_answered(api, trashed, path):
    assert api.get(f"/api/v1/assets/{trashed.pk}/{path}").status_code == 404


def test_its_class_is_deleted_without_asking(api, trashed, classes):
    assert api.delete(f"/api/v1/classes/{classes['cat']}").status_code == 204
