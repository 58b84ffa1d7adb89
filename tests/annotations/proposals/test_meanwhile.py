"""Others work in the image while proposals are accepted: nothing of theirs is lost, nothing lands twice."""

import pytest

from annotations.services import deciding
from projects.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(proposed, guess, listed):
    proposed(guess("cat", 0.9, [10, 5, 20, 10]))
    return listed()[0]["id"]


def interrupted(monkeypatch, act, times=1):
    """Have `act` happen between the reading of the image and the writing, so many times."""
    real, left = deciding._places, [times]

    def places(*arguments):
        found = real(*arguments)
        if left[0]:
            left[0] -= 1
            act()
        return found

    monkeypatch.setattr(deciding, "_places", places)


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_somebody_draws(ask, one, api, asset, classes, shapes, monkeypatch, task):
    Project.objects.update(task=task)

    def draw():
        body = {"create": [{"class": classes["dog"], "bbox": [0, 0, 20, 30]}]}
        url = f"/api/v1/assets/{asset.pk}/annotations"
        assert api.patch(url, body, format="json", headers={"If-Match": "0"}).status_code == 200

    interrupted(monkeypatch, draw)
    body = ask("accept", ids=[one]).json()
    assert body["revision"] == 2
    dog, cat = shapes()
    assert (dog["area"], cat["area"]) == (600, 100 if task == "semantic" else 200)


def test_somebody_rejects_or_accepts(ask, one, shapes, monkeypatch):
    interrupted(monkeypatch, lambda: ask("reject", ids=[one]))
    # Named, it is accepted all the same; the later word counts.
    assert len(ask("accept", ids=[one]).json()["accepted"]) == 1 == len(shapes())


def test_somebody_accepts_it_first(ask, one, shapes, monkeypatch):
    interrupted(monkeypatch, lambda: ask("accept", ids=[one]))
    body = ask("accept", ids=[one]).json()
    [shape] = shapes()
    assert body["accepted"] == [{"proposal": one, "annotation": shape["id"]}] and body["revision"] == 1


def test_a_newer_run_replaces_it(ask, one, shapes, proposed, monkeypatch):
    interrupted(monkeypatch, proposed)
    assert ask("accept", ids=[one]).json()["gone"] == [one]
    assert shapes() == []


def test_it_ends(ask, one, api, asset, classes, monkeypatch):
    revisions = iter(range(100))

    def draw():
        body = {"create": [{"class": classes["dog"], "bbox": [0, 0, 2, 2]}]}
        url = f"/api/v1/assets/{asset.pk}/annotations"
        api.patch(url, body, format="json", headers={"If-Match": str(next(revisions))})

    interrupted(monkeypatch, draw, times=100)
    assert ask("accept", ids=[one]).status_code == 409


def test_it_stands_in_the_history_and_can_be_gone_back_on(ask, one, api, asset, shapes, listed):
    ask("accept", ids=[one])
    url = f"/api/v1/assets/{asset.pk}"
    [entry] = [row for row in api.get(f"{url}/history").json()["results"] if row["kind"] == "annotations"]
    assert entry["created"] == 1 and entry["actor"]["name"] == "Olive Owner"
    api.post(f"{url}/restore", {"revision": 0}, format="json", headers={"If-Match": "1"})
    assert shapes() == []
    assert ask("reopen", ids=[one]).json()["reopened"] == [one]
