"""datumaro's own JSON: as datumaro 1.13 wrote it, with its own answers."""

import io
import json
import zipfile

import pytest

from annotations.geometry import rle_to_mask
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

pytestmark = pytest.mark.django_db

RLE = {"counts": "c2<800FL44LL44LL44LL446000000000000000000U6", "size": [20, 30]}


def shape(kind, label=0, **fields):
    return {"id": 0, "type": kind, "attributes": {}, "group": 0, "label_id": label, **fields}


def document(annotations, path="sub_a.png", **more):
    """What `Dataset.export(…, "datumaro")` of datumaro 1.13.12 writes."""
    labels = [
        {"name": "cat", "parent": "animal", "attributes": []},
        {"name": "dog", "parent": "", "attributes": []},
    ]
    return json.dumps(
        {
            "dm_format_version": "1.0",
            "media_type": 2,
            "infos": {},
            "categories": {"label": {"labels": labels, "label_groups": [], "attributes": []}, **more},
            "items": [
                {
                    "id": "sub/a",
                    "annotations": annotations,
                    "image": {"path": path, "size": [20, 30]},
                }
            ],
        }
    )


EVERYTHING = [
    shape(
        "polygon",
        points=[1.0, 1.0, 10.0, 1.0, 10.0, 9.5],
        z_order=2,
        group=4,
        attributes={"occluded": True, "n": 3, "score": 0.5},
    ),
    shape("mask", 1, rle=RLE, z_order=1),
    shape("bbox", 1, bbox=[2.0, 3.0, 10.5, 4.0], z_order=0),
    shape("label", 1),
    {"id": 0, "type": "caption", "attributes": {}, "group": 0, "caption": "hello"},
    shape("polyline", points=[1.0, 2.0, 3.0, 4.0], z_order=0),
    shape("points", points=[1.0, 2.0, 3.0, 4.0], z_order=0, visibility=[2, 2]),
    shape("ellipse", points=[2.0, 2.0, 8.0, 6.0], z_order=0),
]


def test_every_kind_of_annotation(bring, instances):
    content = packed(
        {"annotations/train.json": document(EVERYTHING), "images/train/sub_a.png": png(), "notes.json": "{}"}
    )
    result = bring("datumaro", "x.zip", content, create_classes="true")["result"]
    assert (result["assets"], result["annotations"], result["classes"]) == (1, 4, 2)
    asset = Asset.objects.get()
    assert (asset.name, asset.split) == ("sub_a.png", "train")
    box, ellipse, mask, polygon = shapes_of(asset)
    assert (box["class"], box["bbox"]) == ("dog", [2, 3, 10.5, 4])
    assert ellipse["box"] == pytest.approx([2, 2, 6, 4])
    # As datumaro says: 12 × 16 pixels without a hole of 4 × 4.
    assert rle_to_mask(mask["mask"]).sum() == 176
    assert polygon["polygons"] == [{"exterior": [[1, 1], [10, 1], [10, 9.5]], "holes": []}]
    assert (polygon["z"], polygon["score"]) == (2, 0.5)
    assert polygon["attributes"] == {"occluded": True, "n": 3, "group": 4}
    reasons = [note["reason"] for note in result["skipped"]]
    assert sum("covers no area" in reason for reason in reasons) == 4
    assert any("categories" in reason for reason in reasons)


def test_colours(bring):
    colors = {"mask": {"colormap": [{"label_id": 1, "r": 1, "g": 2, "b": 255}], "attributes": []}}
    bring("datumaro", "train.json", document([], **colors), create_classes="true")
    assert LabelClass.objects.get(name="dog").color == "#0102ff"


def test_labels_of_whole_images(bring):
    """The example of datumaro: four images in three subsets, seven labels and no shape."""
    folder = shared("formats", "datumaro", "datumaro_dataset", "legacy")
    content = packed(
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    )
    result = bring("datumaro", "x.zip", content, create_classes="true")["result"]
    assert (result["annotations"], result["classes"]) == (0, 4)
    assert sum("whole image" in note["reason"] for note in result["skipped"]) == 7
    assert list(LabelClass.objects.values_list("name", flat=True)) == ["car", "bicycle", "tom", "mary"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (shape("bbox", 7, bbox=[1, 1, 2, 2]), "label 7 is not among"),
        (shape("bbox", None, bbox=[1, 1, 2, 2]), "label None is not among"),
        (shape("bbox", bbox=[1, 1, 2]), "[x, y, width, height]"),
        (shape("mask", rle={"counts": [1, 2], "size": [20, 30]}), "cover 3 pixels"),
        (shape("mask"), "Give exactly one"),
        (shape("polygon", points=[1, 2, 3]), "even length"),
        (shape("polygon", points=[1, 2, 3, 4]), "three different points"),
        (shape("ellipse", points=[1, 2, "x", 4]), "cannot be read"),
        (7, "no object"),
    ],
)
def test_bad_shapes_are_named_and_the_rest_lands(bring, upload, bad, reason):
    upload("sub_a.png", png())
    good = shape("bbox", bbox=[1, 1, 5, 5])
    job = bring("datumaro", "train.json", document([bad, good]), create_classes="true")
    assert job["result"]["annotations"] == 1, job
    assert any(reason in note["reason"] for note in job["result"]["skipped"]), job["result"]["skipped"]


@pytest.mark.parametrize("content", ["{}", '{"categories": [], "items": []}', "[]", '{"items": [{}]}'])
def test_what_is_no_datumaro(bring, content):
    assert bring("datumaro", "a.json", content)["status"] == "failed"


def test_splits_have_a_file_each(take, upload, project):
    for name, split in (("a.png", "train"), ("b.png", "val"), ("c.png", None)):
        upload(name, png(grey=ord(name[0])))
        Asset.objects.filter(name=name).update(split=split)
    file, _ = take("datumaro")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert {name for name in archive.namelist() if name.endswith("json")} == {
            "annotations/train.json",
            "annotations/val.json",
            "annotations/default.json",
        }
        assert archive.read("images/val/b.png") == png(grey=ord("b"))
        (item,) = json.loads(archive.read("annotations/val.json"))["items"]
    assert (item["id"], item["image"]) == ("b", {"path": "b.png", "size": [20, 30]})
