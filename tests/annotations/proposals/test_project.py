"""What models proposed all over a project: counted by model, and forgotten at once where that is wanted."""

import dataclasses
import uuid

import pytest

from annotations.models import Proposal
from annotations.services.proposing import propose
from projects.models import Asset, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/proposals"


@pytest.fixture
def newer(model):
    return dataclasses.replace(model, version=4, artifact=uuid.uuid4(), deployment=uuid.uuid4(), name="b")


@pytest.fixture
def filled(project, asset, proposed, guess, listed, ask, model, newer):
    """Of the first model one each pending, accepted and rejected; of the newer two on another image."""
    Project.objects.update(task="instance")
    proposed(*(guess("cat", 0.9 - n / 10, [10 * n, 1, 5, 5]) for n in range(3)))
    ids = [row["id"] for row in listed()]
    ask("accept", ids=ids[:1])
    ask("reject", ids=ids[1:2])
    other = Asset.objects.create(project=project, name="b.jpg", width=40, height=30)
    propose(other.pk, newer, [guess("dog", 0.5, [1, 1, 5, 5]), guess("dog", 0.4, [9, 9, 5, 5])], None)
    return other


def test_counted_by_model(api, url, filled, model, newer):
    body = api.get(url).json()
    assert (body["pending"], body["accepted"], body["rejected"], body["assets"]) == (3, 1, 1, 2)
    assert [(each["artifact"], each["name"], each["version"]) for each in body["models"]] == [
        (str(newer.artifact), "b", 4),
        (str(model.artifact), "watcher", 3),
    ]
    last, first = body["models"]
    assert (last["pending"], last["accepted"], last["rejected"]) == (2, 0, 0)
    assert (first["pending"], first["accepted"], first["rejected"]) == (1, 1, 1)


def test_forgotten_they_may_be_proposed_again(api, url, filled, asset, newer, proposed, guess):
    assert api.delete(f"{url}?deployment={newer.deployment}").json() == {"discarded": 2, "assets": 1}
    filled.refresh_from_db()
    assert filled.proposal_count == 0
    assert api.delete(url).json() == {"discarded": 1, "assets": 1}
    assert api.delete(url).json() == {"discarded": 0, "assets": 0}
    # What was decided is remembered.
    assert set(Proposal.objects.values_list("state", flat=True)) == {"accepted", "rejected"}
    assert proposed(guess("cat", 0.7, [20, 1, 5, 5])).proposed == 1


def test_who_may(api, url, filled, member):
    assert member("annotator", "Anna")[1].delete(url).status_code == 403
    assert member("viewer", "Vera")[1].get(url).status_code == 200
    refused = api.delete(f"{url}?deployment=x")
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "deployment"


def test_of_an_empty_project(api, url):
    assert api.get(url).json() == {"pending": 0, "accepted": 0, "rejected": 0, "assets": 0, "models": []}
