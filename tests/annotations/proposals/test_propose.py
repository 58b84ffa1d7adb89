"""What a model saw becomes proposals: not what is drawn already, not what cannot be stored."""

import dataclasses
import uuid

import numpy as np
import pytest

from annotations.geometry import mask_to_rle
from annotations.models import Annotation, Proposal
from annotations.services import proposing
from projects.models import Asset, LabelClass, Project

pytestmark = pytest.mark.django_db


def draw(asset, classes, name, bbox):
    x, y, width, height = bbox
    return Annotation.objects.create(
        asset=asset,
        label_class_id=classes[name],
        kind="bbox",
        geometry=bbox,
        bbox=bbox,
        area=width * height,
    )


@pytest.mark.parametrize("task", ["instance", "semantic"])
def test_what_is_drawn_is_not_proposed(proposed, guess, asset, classes, task):
    Project.objects.update(task=task)
    draw(asset, classes, "cat", [1, 1, 10, 5])
    draw(asset, classes, "cat", [1, 6, 10, 5])
    outcome = proposed(guess("cat", 0.9, [1, 1, 10, 10]), guess("dog", 0.9, [1, 1, 10, 10]))
    # One cat of two halves: in a semantic project the same pixels, of objects another one.
    assert outcome.drawn == (1 if task == "semantic" else 0)
    assert outcome.proposed == (1 if task == "semantic" else 2)


def test_a_region_of_a_class_that_has_its_pixels_is_not_proposed(proposed, guess, asset, classes):
    draw(asset, classes, "cat", [0, 0, 30, 20])
    inside, half, other = [2, 2, 5, 5], [28, 10, 6, 6], [2, 2, 5, 5]
    outcome = proposed(guess("cat", 0.9, inside), guess("cat", 0.8, half), guess("dog", 0.7, other))
    assert (outcome.proposed, outcome.drawn) == (2, 1)


def test_what_cannot_be_stored_is_counted(proposed, guess, asset, monkeypatch):
    Project.objects.update(task="instance")
    monkeypatch.setattr(proposing, "MOST", 3)
    odd = dataclasses.replace(guess("cat", 0.8, []), geometry={"mask": {"size": [3, 3], "counts": "9"}})
    outside = guess("cat", 0.7, [100, 100, 5, 5])
    outcome = proposed(odd, outside, guess("cat", 0.9, [1, 1, 5, 5]), guess("dog", 0.1, [1, 1, 5, 5]))
    assert (outcome.proposed, outcome.broken, outcome.too_many) == (1, 2, 1)


def test_doing_it_again_changes_nothing(proposed, guess, asset):
    for _ in range(2):
        proposed(guess("cat", 0.9, [1, 1, 5, 5]), guess("dog", 0.4, [9, 1, 5, 5]))
    assert Proposal.objects.count() == 2
    asset.refresh_from_db()
    assert asset.proposal_count == 2
    # Less is seen now.
    proposed()
    asset.refresh_from_db()
    assert asset.proposal_count == 0 and not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "processing"}, "processing"),
        ({"media": "video"}, "video"),
        ({"review": "approved"}, "approved"),
        ({"annotation_count": 1}, "annotations"),
    ],
)
def test_left_alone(proposed, guess, asset, fields, why):
    Asset.objects.filter(pk=asset.pk).update(**fields)
    outcome = proposed(guess("cat", 0.9, [1, 1, 5, 5]), only_unannotated=True)
    assert why in outcome.skipped and not Proposal.objects.exists()
    asset.refresh_from_db()
    assert asset.uncertainty is None


def test_a_deleted_image(model, guess):
    assert "deleted" in proposing.propose(uuid.uuid4(), model, [], None).skipped


def test_proposals_touch_nothing_else(proposed, guess, asset, api):
    before = api.get(f"/api/v1/assets/{asset.pk}").json()
    proposed(guess("cat", 0.9, [1, 1, 5, 5]))
    after = api.get(f"/api/v1/assets/{asset.pk}").json()
    told = {"proposal_count": 1, "uncertainty": 0.5, "margin": 0.25}
    assert after == {**before, **told}


@pytest.mark.parametrize("keep", [True, False])
def test_a_class_goes_with_its_proposals_or_gives_them_away(
    proposed, guess, asset, classes, api, listed, keep
):
    proposed(guess("cat", 0.9, [1, 1, 5, 5]), guess("dog", 0.8, [9, 1, 5, 5]))
    query = f"?annotations={classes['dog']}" if keep else ""
    assert api.delete(f"/api/v1/classes/{classes['cat']}{query}").status_code == 204
    assert [row["class"] for row in listed()] == [classes["dog"]] * (2 if keep else 1)
    asset.refresh_from_db()
    assert asset.proposal_count == (2 if keep else 1)


def test_a_class_that_went_while_the_model_looked(proposed, guess, asset, classes):
    gone = guess("cat", 0.9, [1, 1, 5, 5])
    LabelClass.objects.filter(pk=classes["cat"]).delete()
    assert proposed(gone, guess("dog", 0.9, [9, 1, 5, 5])).proposed == 1


def test_masks_are_kept_as_they_are(proposed, asset, classes, listed):
    mask = np.zeros((30, 40), np.uint8)
    mask[3:9, 5:20] = 1
    rle = mask_to_rle(mask)
    proposed(proposing.Guess(uuid.UUID(classes["cat"]), 0.5, {"mask": rle}))
    [row] = listed()
    assert (row["mask"], row["box"], row["area"]) == (rle, [5, 3, 15, 6], 90)
