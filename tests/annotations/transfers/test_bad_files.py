"""Files by careless and by hostile hands, in every format: refused or repaired by a rule, and named."""

import json
import time

import psutil
import pytest

from annotations.formats import FORMATS
from annotations.formats.records import Known
from core.errors import TesseraError
from core.notes import Notes
from projects.archives import Source
from projects.models import Asset, LabelClass
from tests.annotations.transfers.conftest import SQUARE, coco, packed, png, polygon, shapes_of

SEGMENT = {"id": 1, "category_id": 1}
CATEGORIES = [{"id": 1, "name": "Käse"}]
POINTS = [[2, 2], [10, 2], [10, 10]]
IMAGE = {"id": 1, "file_name": "a.png", "width": 30, "height": 20}
# Text that is good in UTF-8, and the files beside it.
GOOD = {
    "coco": ("a.json", coco(["a.png"], [polygon(*SQUARE)], CATEGORIES), {}),
    "coco_rle": ("a.json", coco(["a.png"], [polygon(*SQUARE)], CATEGORIES), {}),
    "coco_mask": (
        "a.json",
        {
            "images": [IMAGE],
            "categories": CATEGORIES,
            "annotations": [{"image_id": 1, "file_name": "a.png", "segments_info": [SEGMENT]}],
        },
        {"a/a.png": png(grey=1)},
    ),
    "labelme": ("a.json", {"imagePath": "a.png", "shapes": [{"label": "Käse", "points": POINTS}]}, {}),
    "labelme_mask": ("a.json", {"imagePath": "a.png", "shapes": [{"label": "Käse", "points": POINTS}]}, {}),
    "cityscapes": ("a_gtFine_polygons.json", {"objects": [{"label": "Käse", "polygon": POINTS}]}, {}),
}


def text_of(format):
    _, content, _ = GOOD[format]
    document = json.loads(content) if isinstance(content, str) else content
    return json.dumps(document, ensure_ascii=False)


def archive_of(format, content):
    name, _, others = GOOD[format]
    return packed({name: content, "images/a.png": png(), **others})


@pytest.mark.django_db
@pytest.mark.parametrize("format", GOOD)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_with_a_mark_and_without(bring, format, encoding):
    file = archive_of(format, text_of(format).encode(encoding))
    result = bring(format, "x.zip", file, create_classes="true")["result"]
    assert (result["annotations"], LabelClass.objects.get().name) == (1, "Käse"), result


@pytest.mark.django_db
@pytest.mark.parametrize("format", GOOD)
@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_other_encodings_are_refused_with_what_to_do(bring, format, encoding):
    job = bring(format, "x.zip", archive_of(format, text_of(format).encode(encoding)), create_classes="true")
    reasons = [note["reason"] for note in (job["result"] or {}).get("skipped", ())]
    reasons += [job["error"]["detail"]] if job["error"] else []
    assert any("save it as UTF-8" in reason for reason in reasons), job
    assert LabelClass.objects.count() == 0


SHAPES = ["[]", "null", "7", '"x"', "{}", '{"images": 3, "shapes": {}, "objects": {}}', "[[[[", '{"a": '] + [
    json.dumps(
        {"images": [rows], "annotations": [rows], "categories": [rows], "shapes": rows, "objects": rows}
    )
    for rows in (
        None,
        7,
        [7],
        [None],
        {"id": {}},
        [{"segments_info": 7, "points": 7, "polygon": 7, "label": "x"}],
    )
]


@pytest.mark.django_db
@pytest.mark.parametrize("format", GOOD)
def test_json_of_the_wrong_shape_is_named_and_the_rest_lands(bring, format):
    name, _, others = GOOD[format]
    broken = {f"{number}_{name}": text for number, text in enumerate(SHAPES)}
    members = {name: text_of(format), "images/a.png": png(), **others, **broken}
    result = bring(format, "x.zip", packed(members), create_classes="true")["result"]
    assert result["annotations"] == 1
    named = " ".join(note["item"] + note["reason"] for note in result["skipped"])
    assert all(f"{number}_" in named for number, _ in enumerate(SHAPES[:5])), result["skipped"]


RINGS = [
    ([[1, 1], [5, 5]], "three different points"),
    ([[1, 1], [1, 1], [5, 5], [1, 1]], "three different points"),
    ([[1, 1], [3, 3], [5, 5]], "on one line"),
    ([[float("nan"), 1], [5, 5], [5, 1]], None),
    ([[1e400, 1], [5, 5], [5, 1]], None),
    ([[100, 100], [120, 100], [120, 120]], "outside"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["coco_rle", "labelme_mask", "cityscapes"])
def test_rings_that_cannot_be_are_named(bring, format):
    name, content, _ = GOOD[format]
    rings = [ring for ring, _ in RINGS]
    if format == "coco_rle":
        rows = [{"segmentation": [[number for point in ring for number in point]]} for ring in rings]
        content = coco(["a.png"], rows, CATEGORIES)
    elif format == "labelme_mask":
        content = {"imagePath": "a.png", "shapes": [{"label": "x", "points": ring} for ring in rings]}
    else:
        content = {"objects": [{"label": "x", "polygon": ring} for ring in rings]}
    text = content if isinstance(content, str) else json.dumps(content)
    result = bring(format, "x.zip", archive_of(format, text), create_classes="true")["result"]
    assert (result["assets"], result["annotations"]) == (1, 0)
    reasons = [note["reason"] for note in result["skipped"]]
    assert len(reasons) == len(RINGS)
    for (_, reason), told in zip(RINGS, reasons, strict=True):
        assert (reason or "finite number") in told


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["coco_rle", "labelme_mask", "cityscapes"])
def test_rings_that_leave_the_image_or_cross_themselves_are_repaired(bring, format):
    """The rule: what lies outside is cut off; inside is where a ray crosses it an odd number of times."""
    outside, bow = [[20, 5], [50, 5], [50, 15], [20, 15]], [[2, 2], [10, 10], [10, 2], [2, 10]]
    if format == "coco_rle":
        rows = [{"segmentation": [[number for point in ring for number in point]]} for ring in (outside, bow)]
        content = coco(["a.png"], rows, CATEGORIES)
    elif format == "labelme_mask":
        rows = [{"label": "x", "points": ring} for ring in (outside, bow)]
        content = json.dumps({"imagePath": "a.png", "shapes": rows})
    else:
        rows = [{"label": "x", "polygon": ring} for ring in (outside, bow)]
        content = json.dumps({"objects": rows})
    result = bring(format, "x.zip", archive_of(format, content), create_classes="true")["result"]
    assert (result["annotations"], result["skipped"]) == (2, [])
    areas = sorted(row["area"] for row in shapes_of(Asset.objects.get(name="a.png")))
    assert areas[1] == 100
    assert 24 <= areas[0] <= 40


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("counts", "reason"),
    [([0, 5, 5], "cover 10 pixels"), ([0, -5, 605], "negative"), ("!!", "no RLE"), ([1.5], "whole numbers")],
)
def test_run_lengths_that_do_not_fit_are_named(bring, counts, reason):
    rows = [{"segmentation": {"size": [20, 30], "counts": counts}}, polygon(*SQUARE)]
    single = {"image": IMAGE, "annotations": [{"id": 1, **rows[0]}]}
    file = packed({"a.json": coco(["a.png"], rows), "a.png": png(), "sa.json": json.dumps(single)})
    result = bring("coco_rle", "x.zip", file, create_classes="true")["result"]
    assert result["annotations"] == 1
    assert [reason in note["reason"] for note in result["skipped"]] == [True, True]


@pytest.mark.django_db
@pytest.mark.parametrize("format", ["coco_rle", "coco_mask"])
def test_categories_of_one_name_of_one_id_and_of_id_zero(bring, format):
    """The rule: one name is one class; the first of an id stays; 0 is an id as any other."""
    categories = [{"id": 0, "name": "cat"}, {"id": 3, "name": "cat"}, {"id": 3, "name": "dog"}]
    rows = [{"category_id": 0, "bbox": [1, 1, 5, 5]}, {"category_id": 3, "bbox": [1, 1, 6, 6]}]
    if format == "coco_mask":
        document = json.loads(coco(["a.png"], [], categories))
        infos = [{"id": 1, "category_id": 0}]
        document["annotations"] = [{"image_id": 1, "file_name": "a.png", "segments_info": infos}]
        file = packed({"p.json": json.dumps(document), "p/a.png": png(grey=1), "images/a.png": png()})
    else:
        file = packed({"p.json": coco(["a.png"], rows, categories), "a.png": png()})
    result = bring(format, "x.zip", file, create_classes="true")["result"]
    assert (result["classes"], result["annotations"]) == (1, 1 if format == "coco_mask" else 2)
    assert ["merged" in note["reason"] for note in result["skipped"]] == [True, False]
    assert "left out" in result["skipped"][1]["reason"]


@pytest.mark.django_db
def test_two_images_of_one_name(bring):
    """The rule: the folder decides; where it cannot, neither is guessed at."""
    text = json.dumps({"imagePath": "x.png", "shapes": [{"label": "cat", "points": POINTS}]})
    file = packed({"a/x.json": text, "b/x.json": text, "a/x.png": png(grey=1), "b/x.png": png(grey=2)})
    assert bring("labelme_mask", "x.zip", file, create_classes="true")["result"]["annotations"] == 2
    result = bring("labelme_mask", "x.json", text)["result"]
    assert result["annotations"] == 0
    assert "2 images have this name" in result["skipped"][0]["reason"]


NAMES = {
    **dict.fromkeys(FORMATS, "a.json"),
    "cityscapes": "a_gtFine_polygons.json",
    "cvat": "a.xml",
    "voc": "a.xml",
    "mask_png": "a.png",
    "yolo_seg": "a.txt",
}
STARTS = {"cvat": b"<annotations>", "voc": b"<annotation>", "mask_png": b"\x89PNG\r\n\x1a\n"}


@pytest.mark.parametrize("format", FORMATS)
def test_two_gigabytes_are_refused_without_reading_them(tmp_path, format):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.write(STARTS.get(format, b'{"images": [], "items": [], "annotations": ['))
        file.truncate(2 << 30)
    process, begin = psutil.Process(), time.process_time()
    before, notes = process.memory_info().rss, Notes()
    with Source(path, NAMES[format], notes) as source:
        try:
            read = FORMATS[format].read
            assert read
            assert list(read(source, Known(), notes).records()) == []
            assert notes.as_list()
        except TesseraError as error:
            assert error.detail
    assert process.memory_info().rss - before < 300 << 20
    assert time.process_time() - begin < 5
