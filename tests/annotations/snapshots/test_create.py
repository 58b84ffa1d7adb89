"""POST: the project's data, frozen under the digest of its content."""

import uuid

import pytest

from annotations.models import Annotation, Snapshot
from annotations.snapshots import manifest_path, read_manifest

pytestmark = pytest.mark.django_db


def test_counts_classes_and_lines(api, url, project, classes, photo, draw):
    first = draw(photo("a.png", 1))
    draw(draw(photo("b.png", 2), "dog"), "void")
    photo("nothing on it.png", 3)
    answer = api.post(url, {"name": "first"})
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert body["counts"] == {"assets": 2, "annotations": 3, "train": 1, "val": 1, "test": 0}
    assert [(each["name"], each["index"]) for each in body["classes"]] == [
        ("cat", 1),
        ("dog", 2),
        ("void", 255),
    ]
    assert (body["name"], body["task"], body["unlabelled"]) == ("first", "semantic", "background")
    header, assets = read_manifest(manifest_path(Snapshot.objects.get()))
    assert header["digest"] == body["digest"]
    line = next(each for each in assets if each["asset"] == str(first.pk))
    assert (line["name"], line["width"], line["height"], line["orientation"]) == ("a.png", 30, 20, 1)
    assert line["image"] == first.storage_key
    assert line["annotations"][0]["class"] == classes["cat"]
    assert line["annotations"][0]["bbox"] == [1, 2, 5, 4]


def test_same_state_gives_the_same_snapshot(api, url, photo, draw):
    asset = draw(photo("a.png", 1))
    first = api.post(url)
    again = api.post(url, {"name": "other name"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    draw(asset, "dog")
    changed = api.post(url)
    assert changed.status_code == 201
    assert changed.json()["digest"] != first.json()["digest"]
    assert [each["id"] for each in api.get(url).json()["results"]] == [
        changed.json()["id"],
        first.json()["id"],
    ]
    assert api.get(f"/api/v1/snapshots/{first.json()['id']}").json() == first.json()


def test_shapes_come_in_painting_order(api, url, photo, draw):
    asset = draw(draw(photo("a.png", 1)), "dog")
    Annotation.objects.filter(label_class__name="cat").update(z=5)
    api.post(url)
    _, assets = read_manifest(manifest_path(Snapshot.objects.get()))
    assert [shape["z"] for shape in next(assets)["annotations"]] == [0, 5]
    assert asset.annotations.count() == 2


def test_an_approved_empty_image_counts(api, url, photo, draw):
    draw(photo("a.png", 1))
    empty = photo("empty.png", 2)
    empty.review = "approved"
    empty.save()
    assert api.post(url).json()["counts"]["assets"] == 2


@pytest.mark.usefixtures("classes")
def test_nothing_annotated(api, url, photo):
    photo("a.png", 1)
    answer = api.post(url)
    assert answer.status_code == 422
    assert "import annotations" in answer.json()["detail"]


def test_no_classes(api, url, photo):
    photo("a.png", 1)
    answer = api.post(url)
    assert answer.status_code == 422
    assert "add one" in answer.json()["detail"]


@pytest.mark.parametrize("split", [{"train": 0.5}, {"seed": -1}, {"val": 2}])
def test_bad_shares(api, url, split):
    answer = api.post(url, {"split": split})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith("split")


def test_who_may(api, other_api, client_for, url, photo, draw):
    draw(photo("a.png", 1))
    made = api.post(url).json()
    assert other_api.get(url).status_code == 404
    assert other_api.post(url).status_code == 404
    assert other_api.get(f"/api/v1/snapshots/{made['id']}").status_code == 404
    assert client_for("viewer").get(url).status_code == 200
    assert client_for("annotator").post(url).status_code == 403
    assert client_for("engineer").post(url).status_code == 200
    assert api.get(f"/api/v1/snapshots/{uuid.uuid4()}").status_code == 404


def test_a_new_version_keeps_who_judged_in_the_last(api, url, photo, draw):
    for number in range(10):
        draw(photo(f"{number}.png", number))
    split = {"train": 0.5, "val": 0.3, "test": 0.2, "seed": 4}
    first = api.post(url, {"split": split}).json()
    assert first["division"] == {**split, "stratify": True}
    for number in range(10, 30):
        draw(photo(f"{number}.png", number), "dog")
    before, after = (
        {row["name"]: row["split"] for row in read_manifest(manifest_path(snapshot))[1]}
        for snapshot in (
            Snapshot.objects.get(),
            Snapshot.objects.get(pk=api.post(url, {"split": split}).json()["id"]),
        )
    )
    assert len(after) == 30
    assert before.items() <= after.items()


def test_each_class_is_divided(api, url, photo, draw):
    for number in range(20):
        draw(photo(f"{number}.png", number), "dog" if number < 4 else "cat")
    api.post(url, {"split": {"train": 0.5, "val": 0.5, "test": 0}})
    _, assets = read_manifest(manifest_path(Snapshot.objects.get()))
    dogs = [row["split"] for row in assets if int(row["name"].removesuffix(".png")) < 4]
    assert sorted(dogs) == ["train", "train", "val", "val"]
