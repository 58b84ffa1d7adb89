"""Real masks by others come in whole: run-length codes, Segment Anything, LabelMe."""

import base64
import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image, ImageDraw
from pycocotools import mask as coco_mask

from annotations.geometry import geometry_to_mask
from projects.models import Asset
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.annotations.transfers.test_real_files import agree, subset
from tests.shared import shared

pytestmark = pytest.mark.django_db


def decoded(segmentation):
    """As pycocotools reads either kind of run-length code."""
    if isinstance(segmentation["counts"], list):
        segmentation = coco_mask.frPyObjects(segmentation, *segmentation["size"])
    return coco_mask.decode(segmentation)


def test_nuclei_as_pycocotools_reads_them(bring, instances):
    folder = shared("nuclei", "val")
    document = subset(json.loads((folder / "instances_rle.json").read_text()), 4)
    members = {
        row["file_name"]: (folder / "images" / row["file_name"]).read_bytes() for row in document["images"]
    }
    members["instances_rle.json"] = json.dumps(document)
    result = bring("coco_rle", "nuclei.zip", packed(members), create_classes="true")["result"]
    assert result == {"assets": 4, "annotations": len(document["annotations"]), "classes": 1, "skipped": []}
    for image in document["images"]:
        asset = Asset.objects.get(name=image["file_name"])
        rows = [row for row in document["annotations"] if row["image_id"] == image["id"]]
        for shape, row in zip(shapes_of(asset), rows, strict=True):
            ours = geometry_to_mask({"mask": shape["mask"]}, asset.height, asset.width)
            assert (ours == decoded(row["segmentation"])).all()


def test_nuclei_out_again_are_the_same_codes(bring, take, instances):
    folder = shared("nuclei", "val")
    document = subset(json.loads((folder / "instances_rle.json").read_text()), 2)
    members = {
        row["file_name"]: (folder / "images" / row["file_name"]).read_bytes() for row in document["images"]
    }
    members["instances_rle.json"] = json.dumps(document)
    bring("coco_rle", "nuclei.zip", packed(members), create_classes="true")
    with zipfile.ZipFile(io.BytesIO(take("coco_rle")[0])) as archive:
        written = json.loads(archive.read("annotations/instances.json"))
    names = {row["id"]: row["file_name"] for row in document["images"]}
    ours = {row["id"]: row["file_name"] for row in written["images"]}
    before = sorted(
        (names[row["image_id"]], decoded(row["segmentation"]).tobytes()) for row in document["annotations"]
    )
    after = sorted(
        (ours[row["image_id"]], decoded(row["segmentation"]).tobytes()) for row in written["annotations"]
    )
    assert after == before
    assert all(row["area"] == decoded(row["segmentation"]).sum() for row in written["annotations"])


def test_facade(bring, instances):
    folder = shared("facade", "test")
    document = subset(json.loads((folder / "_annotations.coco.json").read_text()), 2)
    members = {
        row["file_name"]: (folder / "images" / row["file_name"]).read_bytes() for row in document["images"]
    }
    members["_annotations.coco.json"] = json.dumps(document)
    result = bring("coco_rle", "facade.zip", packed(members), create_classes="true")["result"]
    left_out = [note for note in result["skipped"] if note["item"].startswith("annotation")]
    usable = [row for row in document["annotations"] if row["segmentation"]]
    assert result["annotations"] == len(usable) - len(left_out)
    for image in document["images"]:
        asset = Asset.objects.get(name=image["file_name"])
        rows = [row for row in usable if row["image_id"] == image["id"]]
        if asset.annotation_count == len(rows):
            agree(document, asset, rows)


def test_stuff_with_uncompressed_codes(bring, instances):
    folder = shared("formats", "datumaro", "coco_dataset", "coco_stuff", "annotations")
    members = {"train/a.jpg": png(10, 5), "val/b.jpg": png(5, 10)}
    rows = {}
    for split in ("train", "val"):
        members[f"annotations/stuff_{split}.json"] = (folder / f"stuff_{split}.json").read_bytes()
        document = json.loads(members[f"annotations/stuff_{split}.json"])
        for row in document["annotations"]:
            rows.setdefault("a.jpg" if split == "train" else "b.jpg", []).append(row)
    result = bring("coco_rle", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["annotations"], result["skipped"]) == (sum(map(len, rows.values())), [])
    for name, listed in rows.items():
        asset = Asset.objects.get(name=name)
        for shape, row in zip(shapes_of(asset), listed, strict=True):
            ours = geometry_to_mask({"mask": shape["mask"]}, asset.height, asset.width)
            assert (ours == decoded(row["segmentation"])).all()
            assert shape["attributes"].get("iscrowd", 0) == row["iscrowd"]


def test_segment_anything(bring, instances):
    folder = shared("formats", "datumaro", "segment_anything_dataset")
    members = {path.name: path.read_bytes() for path in folder.rglob("*.json")}
    members |= {"a.jpg": png(10, 5), "b.jpg": png(5, 10)}
    result = bring("coco_rle", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["annotations"], result["classes"]) == (2, 1, 1)
    # The other image has 5×10 pixels, its mask 10×5.
    assert [note["item"] for note in result["skipped"]] == ["annotation 1 of b.jpg"]
    (shape,) = shapes_of(Asset.objects.get(name="a.jpg"))
    theirs = decoded(json.loads(members["a.json"])["annotations"][0]["segmentation"])
    assert (geometry_to_mask({"mask": shape["mask"]}, 5, 10) == theirs).all()
    assert (shape["class"], shape["score"]) == ("object", 0.2633798018925796)


def test_labelme_web_tool(bring, instances):
    """Names, kinds and the masks' pixels as datumaro 1.10 reads them."""
    folder = shared("formats", "datumaro", "labelme_dataset")
    members = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    result = bring("labelme_mask", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["annotations"]) == (1, 7)
    found = {row["class"]: row for row in shapes_of(Asset.objects.get())}
    kinds = {
        name: next(kind for kind in ("polygons", "mask", "bbox") if kind in row)
        for name, row in found.items()
    }
    assert kinds == {
        **dict.fromkeys(("window", "o1", "q1", "hg"), "polygons"),
        **dict.fromkeys(("license plate", "m1"), "mask"),
        "b1": "bbox",
    }
    assert (found["license plate"]["area"], found["m1"]["area"], found["b1"]["area"]) == (10, 130, 110)


def test_a_mask_of_the_desktop_program_lies_where_its_points_say(bring, instances, upload):
    """Its mask is as large as its box is, both corners included."""
    image = Image.new("1", (30, 20))
    ImageDraw.Draw(image).ellipse((5, 4, 16, 15), fill=1)
    file = io.BytesIO()
    image.crop((5, 4, 17, 16)).save(file, "PNG")
    encoded = base64.b64encode(file.getvalue()).decode()
    row = {
        "label": "cat",
        "shape_type": "mask",
        "points": [[5, 4], [16, 15]],
        "mask": encoded,
        "flags": {"old": True},
    }
    document = {"imagePath": "..\\a.png", "imageWidth": 30, "imageHeight": 20, "shapes": [row]}
    upload("a.png", png())
    assert (
        bring("labelme_mask", "a.json", json.dumps(document), create_classes="true")["result"]["skipped"]
        == []
    )
    (shape,) = shapes_of(Asset.objects.get())
    assert (geometry_to_mask({"mask": shape["mask"]}, 20, 30) == np.asarray(image)).all()
    assert shape["attributes"] == {"old": True}
