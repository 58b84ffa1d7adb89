"""Videos in formats for images: frames that were drawn on go out as pictures, and come back to the video."""

import io
import uuid
import zipfile

import pytest

from annotations.services import store
from annotations.services.outgoing import Outgoing
from projects.models import Asset
from projects.services.projects import create_project
from tests.annotations.transfers.conftest import packed, png, shapes_of

pytestmark = pytest.mark.django_db
ROUND = ("coco", "coco_rle", "datumaro", "labelme", "labelme_mask")


@pytest.fixture
def video(principal, project, classes):
    """Ten frames; a box moves from frame 0 to 4 and is gone from 6 on, an outline is on frame 4 alone."""
    fields = {"media": "video", "frames": 10, "fps": 10.0, "duration": 1.0}
    video = Asset.objects.create(project=project, name="night.mp4", width=30, height=20, **fields)
    cat, dog = (uuid.UUID(classes[name]) for name in ("cat", "dog"))
    track = uuid.uuid4()
    ring = [[1, 1], [9, 1], [9, 9]]
    shapes = [
        {"class": cat, "bbox": [0, 2, 4, 4], "frame": 0, "track": track},
        {"class": cat, "bbox": [8, 2, 4, 4], "frame": 4, "track": track},
        {"class": cat, "bbox": [8, 2, 4, 4], "frame": 6, "track": track, "attributes": {"outside": True}},
        {"class": dog, "polygons": [{"exterior": ring, "holes": []}], "frame": 2, "score": 0.5},
    ]
    store.patch(principal, video, 0, create=shapes, update=[], delete=[])
    return video


def drawn_on(video):
    """Frames and shapes; the painting order is that of each frame."""
    frames = video.annotations.order_by("z", "created_at", "id").values_list("frame", flat=True)
    return sorted(zip(frames, shapes_of(video), strict=True), key=lambda pair: pair[0])


def test_a_frame_shows_what_is_to_be_seen(video, classes, project):
    outgoing = Outgoing(project, {pk: name for name, pk in classes.items()}, False, False)
    found = {image.frame: image for image in outgoing.images()}
    assert sorted(found) == [0, 2, 4, 6]
    assert found[2].name == "night_000002.jpg"
    reckoned, outline = sorted(found[2].shapes, key=lambda shape: shape.label)
    assert (reckoned.geometry, reckoned.reckoned) == ({"bbox": [4, 2, 4, 4]}, True)
    assert (outline.label, outline.reckoned) == ("dog", False)
    assert (found[6].shapes, len(found[6].hidden)) == ([], 1)
    assert outgoing.count() == 4
    assert list(outgoing.titles()) == [image.name for image in outgoing.images()]


@pytest.mark.parametrize("name", ROUND)
def test_keyframes_come_back_onto_the_video(video, take, bring, name):
    before = drawn_on(video)
    file, job = take(name, images=False)
    assert job["result"]["images"] == 4
    assert bring(name, "x.zip", file)["result"]["annotations"] == 0
    video.annotations.all().delete()
    job = bring(name, "x.zip", file)
    assert job["result"]["annotations"] == 4, job
    assert drawn_on(video) == before


@pytest.mark.parametrize("name", ROUND)
def test_elsewhere_they_are_pictures(video, take, principal, workspace, api, run_jobs, bring, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file, _ = take(name, images=False)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        members = {member: archive.read(member) for member in archive.namelist()}
    folder = "images/default" if name == "datumaro" else "images"
    for frame in (0, 2, 4, 6):
        members[f"{folder}/night_{frame:06d}.jpg"] = png(grey=frame)
    other = create_project(principal, workspace, name="Elsewhere", task="instance")
    form = {"format": name, "file": SimpleUploadedFile("x.zip", packed(members)), "create_classes": "true"}
    api.post(f"/api/v1/projects/{other.pk}/imports", form, format="multipart")
    run_jobs()
    found = {asset.name: asset.annotation_count for asset in Asset.objects.filter(project=other)}
    assert found == {
        "night_000000.jpg": 1,
        "night_000002.jpg": 2,
        "night_000004.jpg": 1,
        "night_000006.jpg": 0,
    }
    # Where the video is, its frames are no pictures of their own.
    assert bring(name, "x.zip", packed(members))["result"]["assets"] == 0


@pytest.mark.parametrize("name", ["mask_png", "yolo_seg"])
def test_other_formats_take_the_pictures(video, take, name):
    file, job = take(name, images=False)
    assert (job["result"]["images"], job["result"]["annotations"]) == (4, 4)
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert any("night_000002" in member for member in archive.namelist())


def test_a_frame_that_is_an_image_already_has_another_name(video, upload, project, classes):
    upload("night_000002.jpg", png())
    outgoing = Outgoing(project, {pk: name for name, pk in classes.items()}, False, False)
    names = [image.name for image in outgoing.images()]
    assert sorted(names) == [
        "night.mp4/000002.jpg",
        "night_000000.jpg",
        "night_000002.jpg",
        "night_000004.jpg",
        "night_000006.jpg",
    ]
