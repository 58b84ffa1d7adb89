"""Bytes of assets: in ranges, with validators, small and large."""

import pytest
from PIL import Image

from tests.projects.pictures import body, encoded, jpeg, opened, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(upload):
    return upload(("a.jpg", jpeg(400, 200, 1)))[0]


@pytest.fixture
def image_url(asset):
    return f"/api/v1/assets/{asset['id']}/image"


def test_an_upright_jpeg_is_served_as_it_came(api, image_url):
    answer = api.get(image_url)

    assert body(answer) == jpeg(400, 200, 1)
    assert answer["Content-Type"] == "image/jpeg"


def test_ranges_and_validators(api, image_url):
    whole = jpeg(400, 200, 1)
    part = api.get(image_url, HTTP_RANGE="bytes=10-19")
    same = api.get(image_url, HTTP_IF_NONE_MATCH=part["ETag"])

    assert (part.status_code, body(part)) == (206, whole[10:20])
    assert part["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert same.status_code == 304


@pytest.mark.parametrize(("size", "expected"), [(None, (320, 160)), ("160", (160, 80)), ("640", (400, 200))])
def test_thumbnails_keep_the_shape_and_never_grow(api, asset, size, expected):
    query = {"size": size} if size else {}
    answer = api.get(f"/api/v1/assets/{asset['id']}/thumbnail", query)

    assert answer["Content-Type"] == "image/webp"
    assert opened(body(answer)).size == expected


@pytest.mark.parametrize("size", ["7", "huge", "-160", "²"])
def test_other_thumbnail_sizes_are_refused_by_name(api, asset, size):
    answer = api.get(f"/api/v1/assets/{asset['id']}/thumbnail", {"size": size})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "size"


def test_what_browsers_cannot_show_is_served_as_what_they_can(api, upload):
    tiff = encoded(opened(png(seed=2)), "TIFF")
    (asset,) = upload(("a.tif", tiff))
    shown = api.get(f"/api/v1/assets/{asset['id']}/image")
    original = api.get(f"/api/v1/assets/{asset['id']}/image?original=1")

    assert shown["Content-Type"] == "image/png"
    assert opened(body(shown)).convert("RGB").tobytes() == opened(png(seed=2)).tobytes()
    assert (original["Content-Type"], body(original)) == ("image/tiff", tiff)


def test_an_animation_is_its_first_frame_everywhere(api, upload):
    frames = [Image.new("RGB", (20, 10), color) for color in ("red", "blue")]
    gif = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    (asset,) = upload(("a.gif", gif))
    shown = opened(body(api.get(f"/api/v1/assets/{asset['id']}/image")))

    assert getattr(shown, "n_frames", 1) == 1
    assert shown.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_strangers_find_no_picture(other_api, image_url, asset):
    assert other_api.get(image_url).status_code == 404
    assert other_api.get(f"/api/v1/assets/{asset['id']}/thumbnail").status_code == 404
    assert other_api.get(f"/api/v1/assets/{asset['id']}").status_code == 404
