"""Pascal VOC: boxes in XML, classes and objects in PNGs, out and in again."""

import io
import uuid
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import geometry_to_mask
from annotations.painting import index_mask
from annotations.services import store
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.annotations.transfers.test_round_trips import drawn, into, ring  # noqa: F401
from tests.shared import shared

pytestmark = pytest.mark.django_db


def xml(*objects, size=(30, 20)):
    rows = "".join(
        f"<object><name>{name}</name>{more}<bndbox><xmin>{x0}</xmin><ymin>{y0}</ymin><xmax>{x1}</xmax>"
        f"<ymax>{y1}</ymax></bndbox></object>"
        for name, x0, y0, x1, y1, more in objects
    )
    sides = f"<width>{size[0]}</width><height>{size[1]}</height>"
    return f"<annotation><filename>other.jpg</filename><size>{sides}</size>{rows}</annotation>"


def indexed(*boxes, colors=None):
    """An index PNG of 30×20 with rectangles (value, x, y, width, height); by colour with `colors`."""
    values = np.zeros((20, 30), np.uint8)
    for value, x, y, width, height in boxes:
        values[y : y + height, x : x + width] = value
    file = io.BytesIO()
    Image.fromarray(values if colors is None else np.array(colors, np.uint8)[values]).save(file, "PNG")
    return file.getvalue()


CLASS = indexed((8, 0, 0, 10, 10), (8, 10, 0, 5, 5), (12, 20, 0, 5, 5), (255, 0, 15, 30, 2))
OBJECT = indexed((1, 0, 0, 10, 10), (2, 10, 0, 5, 5), (3, 20, 0, 5, 5), (255, 0, 15, 30, 2))
XML = xml(
    ("cat", 1, 1, 10, 10, "<difficult>1</difficult><pose>Left</pose>"),
    ("cat", 11, 1, 15, 5, "<truncated>0</truncated><pose>Unspecified</pose>"),
    ("dog", 21, 1, 25, 5, "<attributes><attribute><name>n</name><value>2.5</value></attribute></attributes>"),
    ("person", 1, 1, 30, 20, ""),
)


def test_objects_get_pixels_classes_and_attributes(bring, instances):
    members = {
        "VOC/JPEGImages/a.jpg": png(),
        "VOC/Annotations/a.xml": XML,
        "VOC/SegmentationClass/a.png": CLASS,
        "VOC/SegmentationObject/a.png": OBJECT,
        "VOC/ImageSets/Segmentation/val.txt": "a\n",
    }
    result = bring("voc", "x.zip", packed(members), create_classes="true")["result"]
    assert result == {"assets": 1, "annotations": 5, "classes": 4, "skipped": []}
    asset = Asset.objects.get()
    assert asset.split == "val"
    rows = {(row["class"], row["area"]): row for row in shapes_of(asset)}
    assert rows["cat", 100]["attributes"] == {"difficult": 1, "pose": "Left"}
    assert rows["cat", 25]["attributes"] == {}
    assert rows["dog", 25]["attributes"] == {"n": 2.5}
    assert rows["person", 600]["bbox"] == [0, 0, 30, 20]
    assert ("void", 60) in rows
    assert LabelClass.objects.get(name="void").ignore
    assert LabelClass.objects.get(name="cat").color == "#400000"


def test_colours_instead_of_indices(bring, instances):
    from annotations.formats.voc_names import palette

    colors = palette()
    colors[255] = (224, 224, 192)
    members = {
        "JPEGImages/a.jpg": png(),
        "SegmentationClass/a.png": indexed((8, 0, 0, 10, 10), (255, 0, 15, 30, 2), colors=colors),
        "SegmentationObject/a.png": indexed((1, 0, 0, 10, 5), (2, 0, 5, 10, 5), colors=colors),
    }
    result = bring("voc", "x.zip", packed(members), create_classes="true")["result"]
    assert result["skipped"] == []
    rows = shapes_of(Asset.objects.get())
    assert sorted((row["class"], row["area"]) for row in rows) == [("cat", 50), ("cat", 50), ("void", 60)]


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        (("nan", 1, 5, 5), "finite number"),
        ((5, 5, 3, 8), "greater than 0"),
        ((40, 1, 50, 5), "outside the image"),
        (("x", 1, 2, 3), "has no bndbox"),
    ],
)
def test_a_broken_box_is_named_and_the_rest_lands(bring, instances, upload, box, reason):
    upload("a.png", png())
    text = xml(("cat", *box, ""), ("cat", 1, 1, 4, 4, ""), ("", 1, 1, 4, 4, ""))
    result = bring("voc", "a.xml", text, create_classes="true")["result"]
    assert result["annotations"] == 1
    notes = {note["item"]: note["reason"] for note in result["skipped"]}
    assert any(reason in each for each in notes.values()), notes
    assert notes["object 3 in a.xml"] == "has no name"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<annotations/>", "not with <annotation>"),
        ("<annotation><object>", "not whole XML"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><annotation/>', "declares entities"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><annotation/>'.encode("utf-16"), "declares entities"),
        ("<annotation><object><name>K\xe4se</name></object></annotation>".encode("latin-1"), "not whole XML"),
    ],
)
def test_a_broken_xml_fails_alone_and_is_named_among_others(bring, instances, text, reason):
    job = bring("voc", "a.xml", text)
    assert job["status"] == "failed"
    assert reason in job["error"]["detail"]
    members = {"a.xml": text, "a.jpg": png(), "b.xml": xml(("cat", 1, 1, 4, 4, "")), "b.jpg": png(grey=3)}
    result = bring("voc", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["annotations"]) == (2, 1)
    assert [note["item"] for note in result["skipped"]] == ["a.xml"]


def test_encodings_that_are_declared_are_read(bring, instances, upload):
    upload("a.png", png())
    head = '<?xml version="1.0" encoding="{}"?>'
    for name in ("latin-1", "utf-16", "utf-8-sig"):
        declared = {"latin-1": "ISO-8859-1", "utf-16": "UTF-16", "utf-8-sig": "UTF-8"}[name]
        text = head.format(declared) + xml((f"Käse {declared}", 1, 1, 4, 4, ""))
        assert bring("voc", "a.xml", text.encode(name), create_classes="true")["result"]["skipped"] == []
    assert LabelClass.objects.filter(name__startswith="Käse").count() == 3


def test_damaged_and_strange_masks_are_named(bring, instances):
    members = {
        "JPEGImages/a.jpg": png(),
        "JPEGImages/b.jpg": png(grey=1),
        "JPEGImages/c.jpg": png(grey=2),
        "SegmentationClass/a.png": CLASS[:60],
        "SegmentationClass/b.png": indexed((77, 0, 0, 4, 4), (8, 5, 5, 2, 2)),
        "SegmentationClass/c.png": CLASS,
        "SegmentationObject/c.png": png(3, 3),
    }
    result = bring("voc", "x.zip", packed(members), create_classes="true")["result"]
    assert (result["assets"], result["annotations"]) == (3, 1)
    notes = {note["item"]: note["reason"] for note in result["skipped"]}
    assert "another size" in notes["SegmentationClass/c.png"]
    assert "damaged" in notes["SegmentationClass/a.png"]
    assert notes["value 77"] == "is no class of the list: left out in 1 masks"


def test_every_pixel_and_box_comes_back(drawn, take, into, principal):  # noqa: F811
    file, _ = take("voc")
    copy, result = into("voc", file)
    assert result["skipped"] == []
    for asset in Asset.objects.filter(project=copy):
        original = Asset.objects.get(project=drawn, name=asset.name)
        ours, theirs = shapes_of(asset), shapes_of(original)
        assert [row for row in ours if "bbox" in row] == [
            {**row, "z": 0, "score": None, "track": None} for row in theirs if "bbox" in row
        ]
        for each in (asset, original):
            each.annotations.filter(kind="bbox").delete()
        assert (index_mask(asset) == index_mask(original)).all()
    columns = ("name", "color", "ignore")
    assert list(LabelClass.objects.filter(project=copy).values_list(*columns)[:2]) == list(
        LabelClass.objects.filter(project=drawn).values_list(*columns)[:2]
    )


def test_the_layout_is_that_of_the_development_kit(principal, project, classes, upload, take):
    cat, void = (uuid.UUID(classes[name]) for name in ("cat", "void"))
    asset = Asset.objects.get(pk=upload("a.png", png()))
    Asset.objects.filter(pk=asset.pk).update(split="val")
    upload("b.png", png(grey=4))
    shapes = [
        {
            "class": cat,
            "polygons": [{"exterior": ring(2, 2, 5), "holes": []}],
            "attributes": {"difficult": 1},
        },
        {
            "class": cat,
            "polygons": [{"exterior": ring(20, 2, 5), "holes": []}],
            "attributes": {"a": "5", "b": 5},
        },
        {"class": void, "polygons": [{"exterior": ring(20, 10, 5), "holes": []}]},
        {"class": cat, "bbox": [0.5, 1, 9, 9]},
    ]
    store.patch(principal, asset, 0, create=shapes, update=[], delete=[])
    with zipfile.ZipFile(io.BytesIO(take("voc")[0])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"JPEGImages/a.png", "JPEGImages/b.png", "Annotations/b.xml"} <= set(files)
    assert files["ImageSets/Segmentation/val.txt"] == b"a\n"
    assert files["ImageSets/Main/trainval.txt"] == b"a\nb\n"
    values = np.asarray(Image.open(io.BytesIO(files["SegmentationClass/a.png"])))
    objects = np.asarray(Image.open(io.BytesIO(files["SegmentationObject/a.png"])))
    assert (values[4, 4], values[4, 22], values[12, 22], values[19, 0]) == (1, 1, 255, 0)
    assert (objects[4, 4], objects[4, 22], objects[12, 22], objects[19, 0]) == (1, 2, 255, 0)
    root = ElementTree.fromstring(files["Annotations/a.xml"])
    boxes = [
        [node.findtext(f"bndbox/{side}") for side in ("xmin", "ymin", "xmax", "ymax")]
        for node in root.iter("object")
    ]
    assert boxes == [["3", "3", "7", "7"], ["21", "3", "25", "7"], ["1.5", "2", "9.5", "10"]]
    assert [node.findtext("difficult") for node in root.iter("object")] == ["1", "0", "0"]
    values = [(node.findtext("name"), node.findtext("value")) for node in root.iter("attribute")]
    assert values == [("a", '"5"'), ("b", "5")]
    assert root.findtext("segmented") == "1"


def test_more_objects_than_a_byte_holds_stay_in_their_class(principal, project, classes, upload, take, into):  # noqa: F811
    cat = uuid.UUID(classes["cat"])
    asset = Asset.objects.get(pk=upload("a.png", png()))
    pixels = [[x, y] for y in range(0, 20, 2) for x in range(30)]
    shapes = [{"class": cat, "polygons": [{"exterior": ring(x, y, 1), "holes": []}]} for x, y in pixels]
    store.patch(principal, asset, 0, create=shapes, update=[], delete=[])
    copy, result = into("voc", take("voc")[0])
    assert (result["annotations"], result["skipped"]) == (255, [])
    assert (index_mask(Asset.objects.get(project=copy)) == index_mask(asset)).all()


def test_datumaro_sample(bring, instances):
    """Numbers as datumaro 1.10 reads them; boxes as the development kit defines them."""
    folder = shared("formats", "datumaro", "voc_dataset", "voc_dataset1")
    members = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    members["JPEGImages/2007_000001.jpg"] = png(20, 10)
    result = bring("voc", "voc.zip", packed(members), create_classes="true")["result"]
    assert result["assets"] == 2
    assert [note["item"] for note in result["skipped"]] == ["object 2 in 2007_000001.xml"]
    asset = Asset.objects.get(name="2007_000001.jpg")
    assert asset.split == "train"
    mask, cat, person = shapes_of(asset)
    assert (mask["class"], mask["area"]) == ("bicycle", 200)
    assert geometry_to_mask({"mask": mask["mask"]}, 10, 20).all()
    assert (cat["class"], cat["bbox"], cat["attributes"]) == ("cat", [0, 1, 3, 3], {"truncated": 1})
    assert (person["class"], person["bbox"]) == ("person", [3, 4, 3, 3])


def test_roboflow_sample(bring, instances):
    folder = shared("formats", "datumaro", "roboflow_dataset", "voc")
    members = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}
    for number, name in enumerate(sorted(name for name in members if name.endswith(".jpg"))):
        members[name] = png(10, 5, number)
    result = bring("voc", "voc.zip", packed(members), create_classes="true")["result"]
    assert result["assets"] == 3
    assert Asset.objects.get(name="val_001.jpg").split == "val"
    (box,) = shapes_of(Asset.objects.get(name="train_001.jpg"))
    assert (box["class"], box["bbox"]) == ("label_0", [1, 0, 4, 2])
