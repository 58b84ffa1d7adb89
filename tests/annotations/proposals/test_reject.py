"""What is rejected is not proposed again by the same model there; a decision can be taken back."""

import dataclasses
import uuid

import pytest

from annotations.models import Proposal
from core.models import Event
from projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(proposed, guess, listed, project):
    Project.objects.update(task="instance")
    proposed(guess("cat", 0.9, [1, 1, 10, 10]), guess("dog", 0.3, [20, 1, 10, 10]))
    return [row["id"] for row in listed()]


def test_named_below_and_all(ask, two, listed, asset):
    assert ask("reject", below=0.3).json() == {"rejected": [], "proposal_count": 2}
    assert ask("reject", below=0.31).json() == {"rejected": [two[1]], "proposal_count": 1}
    assert ask("reject", ids=two).json()["rejected"] == [two[0]]
    assert listed() == [] and len(listed("rejected")) == 2
    asset.refresh_from_db()
    assert (asset.proposal_count, asset.revision) == (0, 0)
    assert ask("reject").json() == {"rejected": [], "proposal_count": 0}


@pytest.mark.parametrize(
    ("box", "again"),
    [([1, 1, 10, 10], False), ([2, 1, 10, 10], False), ([3, 1, 10, 10], True), ([4, 4, 10, 10], True)],
)
def test_the_same_place_is_not_proposed_again(proposed, guess, ask, two, listed, box, again):
    # One pixel aside the IoU is 9/11, two aside 8/12.
    ask("reject", ids=two[:1])
    outcome = proposed(guess("cat", 0.95, box))
    assert (outcome.proposed, outcome.rejected_before) == (int(again), int(not again))
    assert len(listed()) == int(again)


def test_another_model_or_another_class_is_heard(proposed, guess, ask, two, listed, model):
    ask("reject", ids=two[:1])
    assert proposed(guess("dog", 0.9, [1, 1, 10, 10])).proposed == 1
    newer = dataclasses.replace(model, artifact=uuid.uuid4())
    assert proposed(guess("cat", 0.9, [1, 1, 10, 10]), model=newer).proposed == 1


def test_taken_back(ask, two, listed, shapes, api, asset):
    ask("reject", ids=two[:1])
    ask("accept", ids=two[1:])
    # The shape is there: that decision stands.
    assert ask("reopen", ids=two).json() == {"reopened": [two[0]], "proposal_count": 1}
    [shape] = shapes()
    api.patch(
        f"/api/v1/assets/{asset.pk}/annotations",
        {"delete": [shape["id"]]},
        format="json",
        headers={"If-Match": "1"},
    )
    assert ask("reopen", ids=two[1:]).json() == {"reopened": two[1:], "proposal_count": 2}
    row = Proposal.objects.get(pk=two[1])
    assert (row.state, row.annotation, row.decided_by, row.decided_at) == ("pending", None, None, None)
    # It is a new shape then.
    assert ask("accept", ids=two[1:]).json()["accepted"][0]["annotation"] != shape["id"]


def test_a_rejected_one_that_is_named_is_accepted_after_all(ask, two, shapes):
    ask("reject")
    assert ask("accept").json()["accepted"] == []
    assert len(ask("accept", ids=two[:1]).json()["accepted"]) == 1 == len(shapes())


def test_who_has_the_image_open_is_told(ask, two, asset, project):
    ask("reject", ids=two[:1])
    ask("accept", ids=two[1:])
    ask("reopen", ids=two[:1])
    told = [event.payload for event in Event.objects.filter(topic=f"asset:{asset.pk}", type="proposals")]
    assert [(each["what"], len(each["ids"]), each["proposal_count"]) for each in told] == [
        ("proposed", 2, 2),
        ("rejected", 1, 1),
        ("accepted", 1, 0),
        ("reopened", 1, 1),
    ]
    news = Event.objects.filter(topic=f"project:{project.pk}", type="proposals").last()
    assert news.payload["asset"] == {
        "id": str(asset.pk),
        "proposal_count": 1,
        "uncertainty": 0.5,
        "margin": 0.25,
    }


def test_states_are_listed_apart(ask, two, listed, api, asset):
    ask("reject", ids=two[:1])
    assert [row["id"] for row in listed("all")] == two
    assert [row["id"] for row in listed("rejected")] == two[:1]
    refused = api.get(f"/api/v1/assets/{asset.pk}/proposals", {"state": "odd"})
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "state"
