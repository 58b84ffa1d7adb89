"""Accepted proposals are shapes of the image: one revision, once, with the model's score."""

import uuid

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def instances(project):
    project.task = "instance"
    project.save()


@pytest.fixture
def three(proposed, guess, listed):
    """Ids of a cat of 0.9, a dog of 0.6 and a cat of 0.3, by falling score."""
    proposed(
        guess("cat", 0.9, [1, 1, 5, 5]), guess("cat", 0.3, [20, 1, 5, 5]), guess("dog", 0.6, [3, 3, 5, 5])
    )
    return [row["id"] for row in listed()]


def test_named_ones_become_shapes(ask, three, listed, shapes, classes, asset, model):
    body = ask("accept", ids=three[:2]).json()
    assert body["revision"] == 1 and body["gone"] == [] and body["proposal_count"] == 1
    assert [each["proposal"] for each in body["accepted"]] == three[:2]
    made = {shape["id"]: shape for shape in shapes()}
    cat, dog = (made[each["annotation"]] for each in body["accepted"])
    assert (cat["class"], cat["bbox"], cat["score"], cat["source"]) == (
        classes["cat"],
        [1, 1, 5, 5],
        0.9,
        "model",
    )
    assert dog["score"] == 0.6
    # Later covers earlier.
    assert [shape["score"] for shape in shapes()] == [0.6, 0.9]
    decided = listed("accepted")
    assert [row["annotation"] for row in decided] == [cat["id"], dog["id"]]
    assert decided[0]["decided_by"]["name"] == "Olive Owner"
    assert decided[0]["model"] == {
        "deployment": str(model.deployment),
        "name": "watcher",
        "version": 3,
        "artifact": str(model.artifact),
    }
    asset.refresh_from_db()
    assert (asset.proposal_count, asset.annotation_count, asset.revision) == (1, 2, 1)


def test_twice_changes_nothing_and_is_answered_the_same(ask, three, shapes):
    first = ask("accept", ids=three).json()
    assert ask("accept", ids=three).json() == first
    assert len(shapes()) == 3


@pytest.mark.parametrize(("score", "count"), [(0.5, 2), (0.6, 2), (0.61, 1), (0, 3), (1, 0)])
def test_all_over_a_score(ask, three, shapes, score, count):
    body = ask("accept", min_score=score).json()
    assert len(body["accepted"]) == len(shapes()) == count
    assert body["revision"] == (1 if count else 0)


def test_everything(ask, three, shapes):
    assert len(ask("accept").json()["accepted"]) == 3
    assert ask("accept").json()["accepted"] == []


def test_edited(ask, three, shapes, classes):
    place = {"class": classes["dog"], "polygons": [{"exterior": [[2, 2], [9, 2], [9, 9]], "holes": []}]}
    body = ask("accept", edits={three[0]: place}).json()
    [shape] = shapes()
    assert body["accepted"] == [{"proposal": three[0], "annotation": shape["id"]}]
    assert shape["class"] == classes["dog"] and shape["polygons"] == place["polygons"]
    assert (shape["score"], shape["source"]) == (0.9, "model")


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"polygons": [{"exterior": [[0, 0]]}]}, "polygons"),
        ({"class": str(uuid.uuid4())}, "class"),
        ({"bbox": [1, 1, 2, 2], "mask": {"size": [30, 40], "counts": []}}, "mask"),
    ],
)
def test_a_bad_edit_is_named_and_nothing_lands(ask, three, shapes, listed, edit, field):
    answer = ask("accept", ids=three, edits={three[1]: edit})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(f"edits.{three[1]}.")
    assert shapes() == [] and len(listed()) == 3


def test_what_a_newer_run_replaced_is_told(ask, three, proposed, guess, listed):
    proposed(guess("dog", 0.8, [9, 9, 5, 5]))
    new = [row["id"] for row in listed()]
    body = ask("accept", ids=[three[0], *new]).json()
    assert body["gone"] == [three[0]] and len(body["accepted"]) == 1


def test_who_may(ask, three, member, asset):
    _, viewer = member("viewer", "Vera")
    assert ask("accept", client=viewer, ids=three).status_code == 403
    Asset.objects.update(review="approved")
    _, annotator = member("annotator", "Anna")
    for verb in ("accept", "reject"):
        refused = ask(verb, client=annotator, ids=three)
        assert refused.status_code == 409 and "reopen" in refused.json()["detail"]


@pytest.mark.parametrize("body", [{"ids": ["x"]}, {"min_score": 2}, {"ids": [], "min_score": 0.5}])
def test_not_understood(ask, three, body):
    assert ask("accept", **body).status_code == 400
