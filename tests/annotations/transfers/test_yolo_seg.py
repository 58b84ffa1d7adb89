"""YOLO: label files of others with datumaro's answers, and holes that survive as cuts without width."""

import io
import uuid
import zipfile

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.formats.keyhole import one_ring
from annotations.geometry import geometry_to_mask, mask_to_polygons
from annotations.services import store
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

YAML = "names: {0: cat, 1: dog}\n"


def in_folder(*parts):
    folder = shared("formats", "datumaro", *parts)
    return packed(
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("folder", ["strict", "labels", "annotations"])
def test_layouts_of_others(bring, instances, folder):
    """datumaro: `label_2` at 0, 2 to 4, 4 and `label_4` at 3, 3 to 5, 6 of 15 × 10 pixels."""
    job = bring("yolo_seg", "x.zip", in_folder("yolo_dataset", folder), create_classes="true")
    assert (job["result"]["assets"], job["result"]["classes"]) == (1, 10)
    two, four = shapes_of(Asset.objects.get())[:2]
    assert (two["class"], four["class"]) == ("label_2", "label_4")
    assert two["bbox"] == pytest.approx([0, 2, 4, 2], abs=1e-4)
    assert four["bbox"] == pytest.approx([3, 3, 2, 3], abs=1e-4)


@pytest.mark.django_db
def test_roboflow(bring, instances):
    """datumaro: three images of 10 × 5 pixels with 1, 1 and 2 boxes."""
    result = bring("yolo_seg", "x.zip", in_folder("roboflow_dataset", "yolo"), create_classes="true")[
        "result"
    ]
    assert (result["annotations"], result["classes"]) == (4, 2)
    found = {asset.name: shapes_of(asset) for asset in Asset.objects.all()}
    boxes = {name: [shape["bbox"] for shape in shapes] for name, shapes in found.items()}
    assert sorted(box for each in boxes.values() for box in each) == [
        [0, 0, 1, 2],
        [0, 0, 2, 4],
        [0, 0, 9, 1],
        [2, 1, 3, 1],
    ]
    assert set(Asset.objects.values_list("split", flat=True)) <= {"train", "val"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 0.1 0.1 0.2", "at least three corners"),
        ("0 0.1 0.1 0.2 0.2 x 0.3", "no number"),
        ("0 0.1 0.1 0.2 nan 0.3 0.3", "no finite number"),
        ("7 0.5 0.5 0.2 0.2", "no class 7"),
        ("-1 0.5 0.5 0.2 0.2", "no number of a class"),
        ("0.5 0.5 0.5 0.2 0.2", "no number of a class"),
        ("0 3 4 10 4 10 12", "not shares"),
        ("0 0.1 0.1 0.1 0.1 0.2 0.2", "three different points"),
    ],
)
def test_bad_lines_are_named_and_the_rest_lands(bring, upload, line, reason):
    upload("a.png", png())
    content = packed({"data.yaml": YAML, "labels/a.txt": f"0 0.5 0.5 0.2 0.2\n{line}\n"})
    result = bring("yolo_seg", "x.zip", content, create_classes="true")["result"]
    assert result["annotations"] == 1
    assert any(reason in note["reason"] for note in result["skipped"]), result["skipped"]


@pytest.mark.django_db
def test_a_number_more_is_a_score(bring, upload):
    upload("a.png", png())
    content = packed({"data.yaml": YAML, "labels/a.txt": "1 0.1 0.1 0.5 0.1 0.5 0.5 0.75\n"})
    bring("yolo_seg", "x.zip", content, create_classes="true")
    (shape,) = shapes_of(Asset.objects.get())
    assert (shape["class"], shape["score"]) == ("dog", 0.75)
    assert shape["polygons"][0]["exterior"] == [[3, 2], [15, 2], [15, 10]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"data.yaml": YAML}, "no label file"),
        ({"labels/a.txt": "0 0.5 0.5 0.2 0.2"}, "no data.yaml"),
        ({"labels/a.txt": "0 0.5 0.5 0.2 0.2", "data.yaml": "names: [a, b"}, "as YAML"),
        ({"labels/a.txt": "0 0.5 0.5 0.2 0.2", "data.yaml": "names: {99999999: a}"}, "names 100000000"),
        ({"data.yaml": YAML, "readme.txt": "Hello", "train.txt": "images/a.jpg"}, "no label file"),
    ],
)
def test_what_is_no_yolo(bring, members, reason):
    job = bring("yolo_seg", "x.zip", packed(members))
    assert job["status"] == "failed"
    assert reason in job["error"]["detail"]


def ring(x, y, side):
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


@pytest.mark.django_db
def test_out_and_in_again(principal, project, classes, upload, take, bring):
    cat, void = (uuid.UUID(classes[name]) for name in ("cat", "void"))
    asset = Asset.objects.get(pk=upload("a.png", png()))
    upload("a.jpg", png(grey=9))
    holed = {"exterior": ring(1, 1, 12.3), "holes": [ring(3, 3, 4)]}
    shapes = [
        {"class": cat, "polygons": [holed, {"exterior": ring(16.7, 2.7, 3), "holes": []}]},
        {"class": cat, "bbox": [1, 2, 3.7, 4]},
        {"class": void, "bbox": [1, 2, 3, 4]},
    ]
    store.patch(principal, asset, 0, create=shapes, update=[], delete=[])
    file, _ = take("yolo_seg")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        content = yaml.safe_load(archive.read("data.yaml"))
        assert content == {
            "path": ".",
            "train": "images/train",
            "val": "images/train",
            "names": {0: "cat", 1: "dog"},
        }
        lines = archive.read("labels/train/a_png.txt").decode().splitlines()
        assert {"images/train/a_png.png", "images/train/a_jpg.jpg"} <= set(archive.namelist())
    assert [line.split()[0] for line in lines] == ["0", "0"]
    before = [geometry_to_mask({"polygons": [holed, shapes[0]["polygons"][1]]}, 20, 30)]
    before.append(geometry_to_mask({"bbox": [1, 2, 3.7, 4]}, 20, 30))
    asset.annotations.all().delete()
    assert bring("yolo_seg", "x.zip", file)["result"]["annotations"] == 2
    after = [geometry_to_mask({"polygons": each["polygons"]}, 20, 30) for each in shapes_of(asset)]
    assert all((one == other).all() for one, other in zip(before, after, strict=True))
    assert LabelClass.objects.filter(project=project).count() == 3


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(2, 24), st.integers(2, 24))
def test_one_ring_covers_what_many_do(seed, height, width):
    mask = (np.random.default_rng(seed).random((height, width)) < 0.6).astype(np.uint8)
    if not mask.any():
        return
    joined = one_ring(mask_to_polygons(mask))
    again = geometry_to_mask({"polygons": [{"exterior": joined, "holes": []}]}, height, width)
    assert (again == mask).all()
