"""Real data sets by others come in whole: counts and pixels agree with pycocotools."""

import io
import json
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from pycocotools.coco import COCO

from annotations.geometry import geometry_to_mask
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

pytestmark = pytest.mark.django_db


def reader_of(document):
    reader = COCO()
    reader.dataset = document
    reader.createIndex()
    return reader


def subset(document, count):
    """The first images of a COCO file, with their annotations."""
    images = document["images"][:count]
    kept = {row["id"] for row in images}
    rows = [row for row in document["annotations"] if row["image_id"] in kept]
    return {**document, "images": images, "annotations": rows}


def agree(document, asset, rows):
    """Every shape of the asset covers the pixels that pycocotools gives for its row."""
    reader = reader_of(document)
    shapes = shapes_of(asset)
    assert len(shapes) == len(rows)
    for shape, row in zip(shapes, rows, strict=True):
        kind = next(kind for kind in ("polygons", "mask") if kind in shape)
        ours = geometry_to_mask({kind: shape[kind]}, asset.height, asset.width)
        theirs = reader.annToMask(row)
        # Points outside the image are cut at its border, which pycocotools does a little differently.
        assert (ours != theirs).sum() <= 0.002 * theirs.sum() + 2


def test_facade_is_painted_large_to_small(bring, api):
    folder = shared("facade", "valid")
    document = subset(json.loads((folder / "_annotations.coco.json").read_text()), 3)
    members = {
        f"{row['file_name']}": (folder / "images" / row["file_name"]).read_bytes()
        for row in document["images"]
    }
    members["_annotations.coco.json"] = json.dumps(document)
    bring("coco", "facade.zip", packed(members), create_classes="true")
    for image in document["images"]:
        asset = Asset.objects.get(name=image["file_name"])
        ours = np.asarray(Image.open(io.BytesIO(api.get(f"/api/v1/assets/{asset.pk}/mask.png").content)))
        theirs = np.asarray(Image.open((folder / "masks" / image["file_name"]).with_suffix(".png")))
        assert (ours == theirs).mean() > 0.99


def test_facade(bring, instances):
    folder = shared("facade", "valid")
    document = subset(json.loads((folder / "_annotations.coco.json").read_text()), 4)
    members = {
        f"valid/{row['file_name']}": (folder / "images" / row["file_name"]).read_bytes()
        for row in document["images"]
    }
    members["valid/_annotations.coco.json"] = json.dumps(document)
    job = bring("coco", "facade.zip", packed(members), create_classes="true")
    result = job["result"]
    usable = [row for row in document["annotations"] if row["segmentation"]]
    dropped = [note for note in result["skipped"] if note["item"].startswith("annotation")]
    assert (result["assets"], result["classes"]) == (4, 10)
    assert result["annotations"] + len(dropped) == len(usable)
    assert any("merged" in note["reason"] for note in result["skipped"])
    names = [row["name"] for row in document["categories"]]
    assert list(LabelClass.objects.values_list("name", flat=True)) == list(dict.fromkeys(names))
    by_asset = Counter()
    for image in document["images"]:
        asset = Asset.objects.get(name=image["file_name"])
        rows = [row for row in usable if row["image_id"] == image["id"]]
        by_asset[asset.name] = asset.annotation_count
        if not dropped:
            agree(document, asset, rows)
    assert sum(by_asset.values()) == result["annotations"]
    assert bring("coco", "facade.zip", packed(members), create_classes="true")["result"]["annotations"] == 0


def test_nuclei_run_lengths(bring, instances):
    folder = shared("nuclei", "val")
    document = subset(json.loads((folder / "instances_rle.json").read_text()), 3)
    members = {
        f"images/{row['file_name']}": (folder / "images" / row["file_name"]).read_bytes()
        for row in document["images"]
    }
    members["instances_rle.json"] = json.dumps(document)
    result = bring("coco", "nuclei.zip", packed(members), create_classes="true")["result"]
    assert result == {"assets": 3, "annotations": len(document["annotations"]), "classes": 1, "skipped": []}
    for image in document["images"]:
        asset = Asset.objects.get(name=image["file_name"])
        rows = [row for row in document["annotations"] if row["image_id"] == image["id"]]
        reader = reader_of(document)
        for shape, row in zip(shapes_of(asset), rows, strict=True):
            ours = geometry_to_mask({"mask": shape["mask"]}, asset.height, asset.width)
            assert (ours == reader.annToMask(row)).all()


def test_datumaro_instances(bring, instances):
    folder = shared("formats", "datumaro", "coco_dataset", "coco")
    members = {"images/train/a.jpg": png(10, 5), "images/val/b.jpg": png(5, 10)}
    for split in ("train", "val"):
        name = f"annotations/instances_{split}.json"
        members[name] = (folder / name).read_bytes()
    result = bring("coco", "coco.zip", packed(members), create_classes="true")["result"]
    assert result["assets"] == 2
    assert set(LabelClass.objects.values_list("name", flat=True)) == {"a", "b", "c"}
    (box,) = shapes_of(Asset.objects.get(name="a.jpg"))
    assert (box["class"], box["bbox"]) == ("b", [2, 2, 3, 1])
    polygon, crowd = shapes_of(Asset.objects.get(name="b.jpg"))
    assert polygon["attributes"] == {"x": 1, "y": "hello"}
    assert crowd["attributes"] == {"iscrowd": 1}
    assert np.isclose(crowd["area"], 20)
    assert result["annotations"] == 3
    assert Asset.objects.get(name="a.jpg").split == "train"
