"""COCO files come in: what fits lands, everything else is named."""

import pytest

from annotations.models import Annotation, AnnotationRevision
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import SQUARE, coco, packed, png, polygon, shapes_of

pytestmark = pytest.mark.django_db
MASK = {"size": [20, 30], "counts": [0, 5, 595]}


def test_zip_with_images(bring):
    document = coco(["a.png", "b.png"], [polygon(*SQUARE), polygon(*SQUARE, image_id=2, category_id=2)])
    file = packed(
        {"set/images/a.png": png(), "set/images/b.png": png(grey=9), "set/annotations/x.json": document}
    )
    job = bring("coco", "set.zip", file, create_classes="true")
    assert job["status"] == "succeeded", job
    assert job["result"] == {"assets": 2, "annotations": 2, "classes": 2, "skipped": []}
    asset = Asset.objects.get(name="a.png")
    assert (asset.revision, asset.annotation_count, asset.review) == (1, 1, "in_progress")
    assert asset.class_ids == [str(LabelClass.objects.get(name="cat").pk)]
    assert shapes_of(asset)[0]["polygons"] == [
        {"exterior": [[2.0, 2.0], [10.0, 2.0], [10.0, 10.0], [2.0, 10.0]], "holes": []}
    ]
    assert shapes_of(asset)[0]["area"] == 64
    history = AnnotationRevision.objects.get(asset=asset)
    assert history.changes["created"][0]["source"] == "import"


def test_second_time_changes_nothing(bring, classes, upload):
    upload("a.png", png())
    document = coco(
        ["a.png"], [polygon(*SQUARE), polygon(*SQUARE), {"segmentation": MASK}, {"bbox": [1, 2, 3, 4]}]
    )
    assert bring("coco", "a.json", document)["result"]["annotations"] == 4
    before = list(Annotation.objects.order_by("id").values())
    assert bring("coco", "a.json", document)["result"] == {
        "assets": 0,
        "annotations": 0,
        "classes": 0,
        "skipped": [],
    }
    assert list(Annotation.objects.order_by("id").values()) == before
    assert Asset.objects.get().revision == 1


def test_kinds_of_segmentation(bring, instances, classes, upload):
    upload("a.png", png())
    rows = [
        {"segmentation": MASK, "iscrowd": 1},
        {"segmentation": {"size": [20, 30], "counts": "05cb0"}},
        {"segmentation": [[*SQUARE], [12, 12, 18, 12, 18, 18]]},
        {"segmentation": [], "bbox": [1, 2, 3, 4]},
    ]
    job = bring("coco", "a.json", coco(["a.png"], rows))
    crowd, compressed, parts, box = shapes_of(Asset.objects.get())
    assert crowd["attributes"] == {"iscrowd": 1}
    assert crowd["area"] == 5
    assert "mask" in compressed and compressed["attributes"] == {}
    assert len(parts["polygons"]) == 2
    assert box["bbox"] == [1, 2, 3, 4]
    assert job["result"]["annotations"] == 4


BROKEN = [
    ({"segmentation": [[1, 1, 5, 5]]}, "three different points"),
    ({"segmentation": [[1, 1, 5]]}, "even length"),
    ({"segmentation": [[float("nan"), 1, 5, 5, 5, 1]]}, "finite number"),
    ({"segmentation": [["x", 1, 5, 5, 5, 1]]}, "finite number"),
    ({"segmentation": [[100, 100, 120, 100, 120, 120]]}, "outside"),
    ({"segmentation": {"size": [20, 30], "counts": [0, 5, 5]}}, "cover 10 pixels"),
    ({"segmentation": {"size": [20, 30], "counts": "!!"}}, "no RLE"),
    ({"segmentation": {"size": [30, 20], "counts": [0, 5, 595]}}, "size"),
    ({"segmentation": {"counts": [0, 5]}}, "size"),
    ({"segmentation": "x"}, "neither"),
    ({"bbox": [1, 2, -3, 4]}, "greater than 0"),
    ({}, "neither"),
    (polygon(*SQUARE, category_id=77), "category 77"),
]


@pytest.mark.parametrize(("row", "reason"), BROKEN)
def test_a_broken_annotation_is_named_and_the_rest_lands(bring, classes, upload, row, reason):
    upload("a.png", png())
    job = bring("coco", "a.json", coco(["a.png"], [{"id": 7, **row}, polygon(*SQUARE)]))
    assert job["result"]["annotations"] == 1
    (note,) = job["result"]["skipped"]
    assert "annotation 7" in note["item"]
    assert reason in note["reason"]


def test_good_parts_of_a_broken_polygon_stay(bring, classes, upload):
    upload("a.png", png())
    rows = [{"id": 7, "segmentation": [[1, 1, 2, 2], list(SQUARE)]}]
    job = bring("coco", "a.json", coco(["a.png"], rows))
    assert job["result"]["annotations"] == 1
    assert "1 of its parts" in job["result"]["skipped"][0]["reason"]
    assert len(shapes_of(Asset.objects.get())[0]["polygons"]) == 1


def test_missing_image(bring, classes, upload):
    upload("a.png", png())
    document = coco(
        ["a.png", "gone.png"], [polygon(*SQUARE), polygon(*SQUARE, image_id=2), polygon(*SQUARE, image_id=9)]
    )
    job = bring("coco", "a.json", document)
    assert job["result"]["annotations"] == 1
    assert {note["item"] for note in job["result"]["skipped"]} == {"gone.png", "image 9"}


def test_unknown_category(bring, classes, upload):
    upload("a.png", png())
    document = coco(
        ["a.png"],
        [polygon(*SQUARE), polygon(*SQUARE, category_id=5)],
        [{"id": 1, "name": "Cat"}, {"id": 5, "name": "newt"}],
    )
    job = bring("coco", "a.json", document)
    assert job["result"] | {"skipped": []} == {"assets": 0, "annotations": 1, "classes": 0, "skipped": []}
    (note,) = job["result"]["skipped"]
    assert "newt" in note["item"] and "create_classes" in note["reason"] and "annotation 2" in note["reason"]
    assert bring("coco", "a.json", document, create_classes="true")["result"]["classes"] == 1


def test_categories_of_one_name_and_of_id_zero(bring, upload):
    upload("a.png", png())
    categories = [{"id": 0, "name": "facade", "color": [1, 2, 3]}, {"id": 3, "name": "facade"}]
    rows = [polygon(*SQUARE, category_id=0), {"bbox": [1, 1, 5, 5], "category_id": 3}]
    job = bring("coco", "a.json", coco(["a.png"], rows, categories), create_classes="true")
    assert (job["result"]["annotations"], job["result"]["classes"]) == (2, 1)
    assert "merged" in job["result"]["skipped"][0]["reason"]
    assert LabelClass.objects.get().color == "#010203"


def test_two_images_of_one_name(bring, classes):
    document = coco(["train/a.png", "val/a.png"], [polygon(*SQUARE), polygon(*SQUARE, image_id=2)])
    file = packed({"x/train/a.png": png(), "x/val/a.png": png(grey=5), "x/c.json": document})
    job = bring("coco", "x.zip", file)
    assert job["result"]["annotations"] == 2
    names = dict(Asset.objects.values_list("name", "split"))
    assert names == {"x/train/a.png": "train", "x/val/a.png": "val"}
    ambiguous = bring("coco", "a.json", coco(["a.png"], [polygon(*SQUARE)]))
    assert "2 images have this name" in ambiguous["result"]["skipped"][0]["reason"]


def test_another_size_is_left_out(bring, classes, upload):
    upload("a.png", png())
    image = {"id": 1, "file_name": "a.png", "width": 300, "height": 200}
    job = bring("coco", "a.json", coco([image], [polygon(*SQUARE)]))
    assert job["result"]["annotations"] == 0
    assert "300×200" in job["result"]["skipped"][0]["reason"]
