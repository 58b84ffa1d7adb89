"""CVAT's XML: images, tracks on videos or on pictures of their frames, and what covers no area named."""

import io
import uuid
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest

from annotations.geometry import mask_to_rle, rle_to_mask
from annotations.services import store
from projects.models import Asset
from tests.annotations.transfers.conftest import packed, png, shapes_of
from tests.shared import shared

pytestmark = pytest.mark.django_db
REAL = ("formats", "datumaro", "cvat_dataset")


def document(*bodies, meta=""):
    return f"<?xml version='1.0'?><annotations><version>1.1</version>{meta}{''.join(bodies)}</annotations>"


def image(*shapes, name="a.png"):
    return f'<image id="0" name="{name}" width="30" height="20">{"".join(shapes)}</image>'


def reasons(job):
    return {note["item"]: note["reason"] for note in job["result"]["skipped"]}


@pytest.fixture
def video(project):
    fields = {"media": "video", "frames": 30, "fps": 10.0, "duration": 3.0}
    return Asset.objects.create(project=project, name="t.mp4", width=25, height=20, **fields)


def in_folder(folder):
    return packed(
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    )


def test_a_project_of_others(bring, instances):
    """datumaro reads six images with one box or polygon that has an area each."""
    content = in_folder(shared(*REAL, "for_images", "export_project"))
    result = bring("cvat", "x.zip", content, create_classes="true")["result"]
    # The same two pictures lie in every subset.
    assert (result["assets"], result["classes"]) == (2, 2)
    assert set(Asset.objects.values_list("split", flat=True)) == {"test"}
    boxes = [shape for asset in Asset.objects.all() for shape in shapes_of(asset) if "bbox" in shape]
    assert boxes[0]["bbox"] == [0, 2, 4, 2]
    expected = {"a1": True, "a2": "v3", "a3": "0003", "a4": 2.4, "occluded": True}
    assert boxes[0]["attributes"] == expected


def test_tracks_on_the_video(bring, video):
    """datumaro has a box on frame 10, occluded, and none on 13 and 16, where it is outside."""
    content = shared(*REAL, "for_video", "annotations.xml").read_bytes()
    job = bring("cvat", "annotations.xml", content, create_classes="true")
    assert job["result"]["annotations"] == 3
    rows = list(video.annotations.order_by("frame").values_list("frame", "geometry", "attributes"))
    assert rows == [
        (10, [3, 4, 7, 1], {"occluded": True}),
        (13, [7, 6, 7, 2], {"outside": True}),
        (16, [8, 7, 6, 10], {"outside": True}),
    ]
    assert video.annotations.values("track").distinct().count() == 1
    assert len(reasons(job)) == 4
    assert bring("cvat", "annotations.xml", content)["result"]["annotations"] == 0


def test_tracks_on_pictures_of_frames(bring):
    content = in_folder(shared(*REAL, "for_video"))
    job = bring("cvat", "x.zip", content, create_classes="true")
    # The three pictures are one and the same.
    assert (job["result"]["assets"], job["result"]["annotations"]) == (1, 1)
    (shape,) = shapes_of(Asset.objects.get())
    assert shape["bbox"] == [3, 4, 7, 1]


def test_between_keyframes_a_picture_has_what_is_reckoned(bring, upload):
    for frame, grey in ((0, 1), (5, 2), (10, 3)):
        upload(f"frame_{frame:06d}.png", png(grey=grey))
    boxes = "".join(
        f'<box frame="{frame}" keyframe="{key}" outside="0" xtl="{x}" ytl="1" xbr="{x + 4}" ybr="5"/>'
        for frame, key, x in ((0, 1, 2), (5, 0, 20), (10, 1, 12))
    )
    body = document(f'<track id="0" label="cat">{boxes}</track>', meta="<meta><source>t.mp4</source></meta>")
    bring("cvat", "a.xml", body, create_classes="true")
    (shape,) = shapes_of(Asset.objects.get(name="frame_000005.png"))
    assert shape["bbox"] == [7, 1, 4, 4]


def test_masks_go_row_by_row_inside_their_box(bring, upload):
    upload("a.png", png())
    mask = '<mask label="cat" rle="1, 3, 2" left="4" top="5" width="3" height="2"/>'
    bring("cvat", "a.xml", document(image(mask)), create_classes="true")
    (shape,) = shapes_of(Asset.objects.get())
    assert np.argwhere(rle_to_mask(shape["mask"])).tolist() == [[5, 5], [5, 6], [6, 4]]


def test_turned_boxes_are_polygons(bring, upload):
    upload("a.png", png())
    box = '<box label="cat" xtl="4" ytl="6" xbr="12" ybr="10" rotation="90"/>'
    bring("cvat", "a.xml", document(image(box)), create_classes="true")
    (shape,) = shapes_of(Asset.objects.get())
    assert shape["box"] == pytest.approx([6, 4, 4, 8])


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ('<points label="cat" points="1,2"/>', "covers no area"),
        ('<polygon label="cat" points="1,2;3,4"/>', "three different points"),
        ('<polygon label="cat" points="1,2;3,x;4,5"/>', "could not convert"),
        ('<polygon label="cat" points="1,nan;3,4;4,5"/>', "finite number"),
        ('<box label="cat" xtl="4" ytl="6" xbr="12"/>', "no ybr"),
        ('<mask label="cat" rle="1, 4" left="4" top="5" width="3" height="2"/>', "5 pixels, its box has 6"),
        ('<mask label="cat" rle="6" left="4" top="5" width="3" height="2"/>', "empty"),
        ('<mask label="cat" rle="0,6" left="29" top="5" width="3" height="2"/>', "out of the picture"),
    ],
)
def test_bad_shapes_are_named_and_the_rest_lands(bring, upload, shape, reason):
    upload("a.png", png())
    good = '<box label="cat" xtl="1" ytl="1" xbr="5" ybr="5"/>'
    job = bring("cvat", "a.xml", document(image(shape, good)), create_classes="true")
    assert job["result"]["annotations"] == 1
    assert any(reason in each for each in reasons(job).values()), reasons(job)


def test_what_is_behind_the_end_of_the_video_is_named(bring, video):
    body = '<track id="0" label="cat"><box frame="30" xtl="1" ytl="1" xbr="5" ybr="5"/></track>'
    meta = "<meta><source>t.mp4</source></meta>"
    job = bring("cvat", "a.xml", document(body, meta=meta), create_classes="true")
    assert "frames 0 to 29" in next(iter(reasons(job).values()))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html></html>", "not with <annotations>"),
        ("<annotations><version>1.1</version></annotations>", "no CVAT file"),
        ("<annotations><image", "not whole XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>', "document type"),
        ("<annotations>" + "<a>" * 200, "deep"),
        ("", "not whole XML"),
    ],
)
def test_what_is_no_cvat(bring, content, reason):
    job = bring("cvat", "a.xml", content or " ")
    assert job["status"] == "failed"
    assert reason in job["error"]["detail"]


def draw(principal, video, classes):
    cat, dog = (uuid.UUID(classes[name]) for name in ("cat", "dog"))
    one, other = uuid.uuid4(), uuid.uuid4()
    ring = [[1, 1], [9.1, 1], [9, 9.3]]
    holed = {"exterior": [[1, 1], [20, 1], [20, 15], [1, 15]], "holes": [[[3, 3], [6, 3], [6, 6]]]}
    mask = np.zeros((20, 25), np.uint8)
    mask[3:9, 4:8] = 1
    shapes = [
        {"class": cat, "bbox": [1, 2, 3.3, 4.7], "frame": 3, "track": one},
        {"class": dog, "polygons": [{"exterior": ring, "holes": []}], "frame": 0, "track": other},
        {"class": cat, "bbox": [5, 2, 3, 4], "frame": 9, "track": one, "attributes": {"outside": True}},
        {"class": cat, "mask": mask_to_rle(mask), "frame": 29, "score": 0.5},
        {"class": dog, "polygons": [holed], "frame": 0, "z": 2, "attributes": {"a": [1], "occluded": True}},
        {"class": dog, "mask": mask_to_rle(mask), "frame": 7, "track": other},
        {"class": cat, "bbox": [0.1, 0.2, 3, 4], "frame": 0, "track": one},
    ]
    store.patch(principal, video, 0, create=shapes, update=[], delete=[])


def drawn_on(video):
    frames = video.annotations.order_by("z", "created_at", "id").values_list("frame", flat=True)
    return list(zip(frames, shapes_of(video), strict=True))


def test_a_video_comes_back_as_it_was(principal, video, classes, take, bring):
    draw(principal, video, classes)
    before = drawn_on(video)
    file, job = take("cvat", images=False)
    assert (job["result"]["images"], job["result"]["annotations"]) == (1, 7)
    assert bring("cvat", "x.zip", file)["result"] == {
        "assets": 0,
        "annotations": 0,
        "classes": 0,
        "skipped": [],
    }
    video.annotations.all().delete()
    assert bring("cvat", "x.zip", file)["result"]["annotations"] == 7
    assert drawn_on(video) == before


def test_a_shape_of_no_track_ends_behind_its_frame_for_others(principal, video, classes, take):
    draw(principal, video, classes)
    file, _ = take("cvat", images=False)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        root = ElementTree.fromstring(archive.read("t.mp4.xml"))
    holed = next(track for track in root.iter("track") if track.find("polygon[@z_order='2']") is not None)
    assert [(node.get("frame"), node.get("outside")) for node in holed] == [("0", "0"), ("1", "1")]
    assert root.findtext("meta/source") == "t.mp4"


def test_what_other_tools_look_for(principal, project, classes, upload, take):
    """datumaro takes images only of subsets that the head names, and reads 128 pixels of this."""
    asset = Asset.objects.get(pk=upload("a.png", png()))
    Asset.objects.update(split="train")
    ring = [[1, 1], [13, 1], [13, 13], [1, 13]]
    holed = {"exterior": ring, "holes": [[[3, 3], [7, 3], [7, 7], [3, 7]]]}
    shape = {
        "class": uuid.UUID(classes["cat"]),
        "polygons": [holed],
        "attributes": {"occluded": True, "n": 3, "note": "ä", "on": False},
    }
    store.patch(principal, asset, 0, create=[shape], update=[], delete=[])
    file, _ = take("cvat", images=False)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        root = ElementTree.fromstring(archive.read("annotations.xml"))
    assert [node.text for node in root.iter("subset")] == ["train"]
    assert root.find("image").get("subset") == "train"
    mask = root.find("image/mask")
    counts = [int(count) for count in mask.get("rle").split(",")]
    assert (sum(counts), sum(counts[1::2])) == (144, 128)
    assert (mask.get("occluded"), mask.get("left"), mask.get("top")) == ("1", "1", "1")
    kinds = {node.findtext("name"): node.findtext("input_type") for node in root.iter("attribute")}
    assert {name: kind for name, kind in kinds.items() if name} == {
        "n": "number",
        "note": "text",
        "on": "checkbox",
    }
    assert {node.get("name"): node.text for node in mask} == {"n": "3", "note": "ä", "on": "false"}
