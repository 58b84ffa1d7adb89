"""What a project's assets and shapes are like, counted."""

import pytest

from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(project):
    return f"/api/v1/projects/{project.pk}/statistics"


@pytest.fixture
def assets(api, project, classes):
    """A large cat and a small dog on one, a cat on the other, nothing on the third."""
    rows = [("a", "train", 0.31), ("b", "val", 1.0), ("c", None, None)]
    made = [
        Asset.objects.create(
            project=project, name=name, width=200, height=100, split=split, brightness=light, sharpness=light
        )
        for name, split, light in rows
    ]
    draw = {
        0: [("cat", [0, 0, 100, 96]), ("dog", [180, 90, 10, 10])],
        1: [("cat", [40, 40, 32, 32])],
    }
    for number, shapes in draw.items():
        body = {"create": [{"class": classes[name], "bbox": box} for name, box in shapes]}
        url = f"/api/v1/assets/{made[number].pk}/annotations"
        assert api.patch(url, body, format="json", HTTP_IF_MATCH="0").status_code == 200
    return made


def test_classes(api, url, assets):
    found = api.get(url).json()["classes"]

    rows = {each["name"]: (each["shapes"], each["images"], each["pixels"]) for each in found}
    assert rows == {"cat": (2, 2, 9600 + 1024), "dog": (1, 1, 100), "void": (0, 0, 0)}


def test_sizes_of_objects_are_those_of_coco(api, url, assets):
    sizes = api.get(url).json()["object_sizes"]

    assert (sizes["small"], sizes["medium"], sizes["large"]) == (1, 1, 1)
    filled = [(each["from"], each["to"]) for each in sizes["bins"] if each["count"]]
    assert filled == [(64, 128), (1024, 2048), (9216, 16384)]


def test_splits_and_classes(api, url, assets, classes):
    rows = {each["split"]: each for each in api.get(url).json()["splits"]}

    assert [(rows[s]["assets"], rows[s]["annotated"]) for s in ("train", "val", "test", None)] == [
        (1, 1),
        (1, 1),
        (0, 0),
        (1, 0),
    ]
    assert rows["val"]["classes"] == [{"class": classes["cat"], "shapes": 1, "images": 1}]


def test_places(api, url, assets):
    places = api.get(url).json()["positions"]

    assert (places["shapes"], places["sampled"]) == (3, False)
    assert len(places["counts"]) == len(places["counts"][0]) == 32
    # The dog's middle is at 185 of 200 and 95 of 100.
    assert places["counts"][30][29] == 1


def test_sizes_of_images_and_how_bright_they_are(api, url, assets):
    answer = api.get(url).json()

    assert answer["image_sizes"]["common"] == [{"width": 200, "height": 100, "count": 3}]
    assert [each["from"] for each in answer["image_sizes"]["aspects"] if each["count"]] == [2.0]
    assert [each["from"] for each in answer["brightness"] if each["count"]] == [0.3, 0.95]
    assert sum(each["count"] for each in answer["sharpness"]) == 2


def test_only_what_passes_the_filters(api, url, assets):
    answer = api.get(url, {"split": "val"}).json()

    assert (answer["assets"], answer["annotations"]) == (1, 1)
    assert api.get(url, {"splitt": "val"}).status_code == 400


def test_what_changes_is_counted_anew(api, url, assets):
    api.get(url)
    api.delete(f"/api/v1/assets/{assets[0].pk}")

    answer = api.get(url).json()
    assert (answer["assets"], answer["annotations"]) == (2, 1)
    assert sum(each["shapes"] for each in answer["classes"]) == 1


def test_of_nothing(api, url, project, other_api):
    answer = api.get(url).json()

    assert answer["assets"] == 0
    assert answer["brightness"] is None
    assert other_api.get(url).status_code == 404
