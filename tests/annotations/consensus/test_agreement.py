"""Numbers of agreement over HTTP: worked by hand, counted once, blind like the answers."""

import pytest

from annotations.models import AnswerPair
from projects.models import Asset
from tests.annotations.consensus.conftest import box

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_asset(asset):
    return f"/api/v1/assets/{asset.pk}/agreement"


@pytest.fixture
def of_project(project):
    return f"/api/v1/projects/{project.pk}/agreement"


def test_three_people_worked_by_hand(ann, ben, cleo, rita, give, classes, of_asset):
    """Boxes of 10×10, shifted by 0, 5 and 10 columns: IoU 50/150, 50/150 and 0."""
    for who, x in ((ann, 0), (ben, 5), (cleo, 10)):
        assert give(who, [box(classes["cat"], x, 0, 10, 10)]).status_code == 200
    body = rita.api.get(of_asset).json()
    assert [row["user"]["name"] for row in body["people"]] == ["Ann", "Ben", "Cleo"]
    users = [row["user"]["id"] for row in body["people"]]
    pairs = {(users.index(p["first"]), users.index(p["second"])): p for p in body["pairs"]}
    assert sorted(pairs) == [(0, 1), (0, 2), (1, 2)]
    assert pairs[0, 1]["mean_iou"] == pytest.approx(1 / 3)
    assert pairs[0, 2]["mean_iou"] == 0
    # 600 pixels, 100 of each: po = 500/600, pe = (1/6)² + (5/6)².
    po, pe = 500 / 600, (1 / 6) ** 2 + (5 / 6) ** 2
    assert pairs[0, 1]["kappa"] == pytest.approx((po - pe) / (1 - pe))
    assert body["overall"]["mean_iou"] == body["score"] == pytest.approx(2 / 9)
    assert [row["mean_iou"] for row in body["people"]] == pytest.approx([1 / 6, 1 / 3, 1 / 6])
    cat = next(row for row in body["classes"] if row["class"] == classes["cat"])
    assert cat["iou"] == pytest.approx(2 / 9)
    assert body["overall"]["f1"] is None
    dog = next(row for row in body["classes"] if row["class"] == classes["dog"])
    assert dog["iou"] is None


def test_objects_worked_by_hand(ann, ben, rita, give, classes, instance, of_asset):
    """Two of three boxes match, with IoU 1 and 80/100."""
    give(ann, [box(classes["cat"], 0, 0, 10, 10), box(classes["cat"], 20, 0, 5, 5)])
    give(
        ben,
        [
            box(classes["cat"], 20, 0, 5, 5),
            box(classes["cat"], 0, 0, 10, 8),
            box(classes["cat"], 0, 15, 3, 3),
        ],
    )
    body = rita.api.get(of_asset).json()
    assert body["overall"]["f1"] == body["score"] == pytest.approx(4 / 5)
    assert body["overall"]["matched_iou"] == pytest.approx(0.9)
    assert body["pairs"][0]["objects"] == {"first": 2, "second": 3, "both": 2}


def test_a_pair_is_counted_when_both_are_in_and_again_when_one_changes(
    ann, ben, rita, give, classes, asset, of_asset
):
    give(ann, [box(classes["cat"], 0, 0, 10, 10)])
    give(ben, [box(classes["cat"], 0, 0, 10, 10)], done=False)
    assert rita.api.get(of_asset).json()["pairs"] == []
    give(ben, [box(classes["cat"], 0, 0, 10, 10)], 1)
    pair = AnswerPair.objects.get(asset=asset)
    assert rita.api.get(of_asset).json()["score"] == 1.0
    assert AnswerPair.objects.get().updated_at == pair.updated_at
    answers = rita.api.get(f"/api/v1/assets/{asset.pk}/answers").json()["results"]
    own = next(row for row in answers if row["user"]["name"] == "Ben")
    rita.api.patch(f"/api/v1/answers/{own['id']}", {"state": "in_progress"})
    assert rita.api.get(of_asset).json()["pairs"] == []
    give(ben, [box(classes["cat"], 0, 0, 10, 5)], 1)
    assert rita.api.get(of_asset).json()["score"] == 0.5


def test_a_class_that_becomes_ignored_changes_the_scores_without_counting(
    api, ann, ben, rita, give, classes, of_asset
):
    give(ann, [box(classes["cat"], 0, 0, 10, 10)])
    give(ben, [box(classes["cat"], 0, 0, 10, 5), box(classes["dog"], 0, 5, 10, 5)])
    assert rita.api.get(of_asset).json()["overall"]["mean_iou"] == pytest.approx(0.25)
    before = AnswerPair.objects.get().updated_at
    api.patch(f"/api/v1/classes/{classes['dog']}", {"ignore": True})
    body = rita.api.get(of_asset).json()
    assert body["overall"]["mean_iou"] == 1.0
    assert body["overall"]["coverage"] == pytest.approx(550 / 600)
    assert AnswerPair.objects.get().updated_at == before


def test_numbers_are_blind_like_the_answers(ann, ben, cleo, rita, give, classes, of_asset, of_project):
    give(ann, [box(classes["cat"], 0, 0, 10, 10)])
    give(ben, [box(classes["cat"], 0, 0, 10, 5)])
    assert cleo.api.get(of_asset).json()["pairs"] == []
    assert cleo.api.get(of_asset).json()["score"] is None
    give(cleo, [])
    assert len(cleo.api.get(of_asset).json()["pairs"]) == 3
    assert cleo.api.get(of_project).status_code == 403


def test_a_project_pools_pixels_and_lists_the_worst_first(
    ann, ben, rita, give, classes, project, asset, of_project
):
    """One image of perfect agreement, one of IoU 1/2: pooled 150/200 and not the mean of both."""
    other = Asset.objects.create(project=project, name="b.png", width=30, height=20)
    for to, height in ((asset, 10), (other, 5)):
        give(ann, [box(classes["cat"], 0, 0, 10, 10)], to=to)
        give(ben, [box(classes["cat"], 0, 0, 10, height)], to=to)
    body = rita.api.get(of_project).json()
    assert body["pairs"][0]["mean_iou"] == pytest.approx(150 / 200)
    assert body["pairs"][0]["assets"] == body["compared"] == 2
    assert [(row["asset"]["name"], row["score"], row["people"]) for row in body["assets"]] == [
        ("b.png", 0.5, 2),
        ("a.png", 1.0, 2),
    ]
    assert body["uncounted"] == 0


def test_what_was_not_counted_is_counted_by_the_look(
    ann, ben, rita, give, classes, project, of_project, monkeypatch
):
    from annotations.services import scoring

    assets = [Asset.objects.create(project=project, name=f"{n}.png", width=5, height=5) for n in range(3)]
    for to in assets:
        give(ann, [box(classes["cat"], 0, 0, 2, 2)], to=to)
        give(ben, [box(classes["cat"], 0, 0, 2, 2)], to=to)
    AnswerPair.objects.all().delete()
    monkeypatch.setattr(scoring, "MAX_AT_ONCE", 2)
    first, second = (rita.api.get(of_project).json() for _ in range(2))
    assert (first["uncounted"], first["compared"]) == (1, 2)
    assert (second["uncounted"], second["compared"]) == (0, 3)


def test_a_project_without_answers_is_empty(rita, of_project, classes):
    body = rita.api.get(of_project).json()
    assert body["people"] == body["pairs"] == body["classes"] == body["assets"] == []
    assert body["overall"]["kappa"] is None


def test_a_class_that_becomes_stuff_is_counted_again(
    api, ann, ben, rita, give, classes, project, of_asset, of_project
):
    """Ann draws the ground in two halves, Ben at once: two objects against one, or one against one."""
    project.task = "panoptic"
    project.save()
    give(ann, [box(classes["dog"], 0, 0, 15, 20), box(classes["dog"], 15, 0, 15, 20)])
    give(ben, [box(classes["dog"], 0, 0, 30, 20)])
    assert rita.api.get(of_asset).json()["pairs"][0]["objects"] == {"first": 2, "second": 1, "both": 1}
    api.patch(f"/api/v1/classes/{classes['dog']}", {"stuff": True})
    body = rita.api.get(of_project).json()
    assert body["pairs"][0]["objects"] == {"first": 1, "second": 1, "both": 1}
    assert body["overall"]["f1"] == body["overall"]["matched_iou"] == 1.0


def test_what_is_hidden_in_a_panoptic_picture_is_no_object(ann, ben, rita, give, classes, project, of_asset):
    project.task = "panoptic"
    project.save()
    give(ann, [box(classes["dog"], 2, 2, 3, 3), box(classes["cat"], 0, 0, 9, 9)])
    give(ben, [box(classes["cat"], 0, 0, 9, 9)])
    assert rita.api.get(of_asset).json()["overall"]["f1"] == 1.0
