"""Pages of documents and frames of animations become images: each once, by the document's name and number."""

import io

import numpy as np
import pytest
from PIL import Image

from core.models import Job
from core.storage import storage
from projects.models import Asset
from projects.services.assets import add_asset
from tests.projects.pictures import encoded, opened, png

pytestmark = pytest.mark.django_db
COLOURS = [(200, 0, 0), (0, 200, 0), (0, 0, 200), (200, 200, 0), (0, 200, 200)]


@pytest.fixture
def document(project):
    pages = [Image.new("RGB", (24, 16), colour) for colour in COLOURS]
    content = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return add_asset(project, "scans/plan.tif", content).asset


@pytest.fixture
def extract(api, run_jobs):
    def run(asset, **body):
        answer = api.post(f"/api/v1/assets/{asset.pk}/extract", {"every": 1, **body})
        assert answer.status_code == 202, answer.json()
        run_jobs()
        return Job.objects.get(pk=answer.json()["id"])

    return run


def made():
    images = Asset.objects.filter(metadata__has_key="document").order_by("name")
    return {image.name: image for image in images}


def test_the_first_page_is_the_picture_and_the_others_are_told(document, api):
    row = api.get(f"/api/v1/assets/{document.pk}").json()
    assert row["metadata"] == {"pages": 5}
    assert "5 pages" in row["warning"]


def test_every_page_is_an_image(document, extract):
    assert extract(document).result == {"created": 5, "skipped": 0, "duplicates": 0, "failed": []}
    images = made()
    assert list(images) == [f"scans/plan_p{number:04d}.png" for number in range(1, 6)]
    for number, (image, colour) in enumerate(zip(images.values(), COLOURS, strict=True), 1):
        assert image.metadata == {"document": str(document.pk), "page": number}
        assert opened(storage.read(image.storage_key)).getpixel((3, 3)) == colour


def test_some_pages_of_a_part(document, extract):
    extract(document, every=2, **{"from": 2, "to": 5})
    assert [image.metadata["page"] for image in made().values()] == [2, 4]


def test_doing_it_again_makes_only_what_is_missing(document, extract):
    extract(document, every=2)
    assert extract(document).result == {"created": 2, "skipped": 3, "duplicates": 0, "failed": []}


def test_frames_of_an_animation_are_whole_pictures(project, extract):
    """Behind the first, a GIF stores only what changes."""
    frames = [Image.new("RGB", (40, 30), "white") for _ in range(3)]
    for number, frame in enumerate(frames):
        frame.paste("black", (10 * number, 0, 10 * number + 8, 8))
    content = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    extract(add_asset(project, "blink.gif", content).asset)

    for frame, image in zip(frames, made().values(), strict=True):
        shown = opened(storage.read(image.storage_key)).convert("RGB")
        assert np.array_equal(np.asarray(shown), np.asarray(frame))


def test_a_damaged_page_is_named_and_the_others_land(project, extract):
    # Noise: a page's end is not known before it is read.
    pages = [Image.open(io.BytesIO(png(60, 50, seed))) for seed in range(3)]
    content = bytearray(
        encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    )
    offset = tiff_strip(bytes(content), 1)
    content[offset : offset + 3000] = b"\xff" * 3000
    job = extract(add_asset(project, "worn.tif", bytes(content)).asset)

    assert [failure["item"] for failure in job.result["failed"]] == ["worn_p0002.png"]
    assert "damaged" in job.result["failed"][0]["reason"]
    assert list(made()) == ["worn_p0001.png", "worn_p0003.png"]


def tiff_strip(content, page):
    with Image.open(io.BytesIO(content)) as image:
        image.seek(page)
        return image.tag_v2[273][0]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"from": 6}, "from"), ({"from": 4, "to": 3}, "from"), ({"to": 9}, "to")],
)
def test_pages_that_are_not_there_are_refused(document, api, body, field):
    answer = api.post(f"/api/v1/assets/{document.pk}/extract", {"every": 1, **body})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_an_image_of_one_page_has_none_to_take_out(project, api):
    asset = add_asset(project, "one.png", png()).asset
    answer = api.post(f"/api/v1/assets/{asset.pk}/extract", {"every": 1})
    assert answer.status_code == 422
    assert "one page" in answer.json()["detail"]
