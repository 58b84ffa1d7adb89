"""What is to be seen on a frame of a video: keyframes, what lies between them, and its mask."""

import io
import uuid

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(classes):
    """A keyframe: a box at `x` on a frame of a track."""

    def make(frame, x, track=None, name="cat", **more):
        return {"class": classes[name], "bbox": [x, 4, 6, 6], "frame": frame, "track": track, **more}

    return make


def at(api, video, frame):
    answer = api.get(f"/api/v1/assets/{video.pk}/annotations?frame={frame}")
    assert answer.status_code == 200, answer.data
    return [(shape["bbox"][0], shape["interpolated"]) for shape in answer.data["results"]]


def test_between_keyframes_and_behind_the_last(api, patch, video, key):
    track = str(uuid.uuid4())
    patch(video, create=[key(2, 0, track), key(6, 20, track)])
    assert at(api, video, 1) == []
    assert at(api, video, 2) == [(0, False)]
    assert at(api, video, 3) == [(5, True)]
    assert at(api, video, 6) == [(20, False)]
    assert at(api, video, 9) == [(20, True)]


def test_outside_it_is_not_to_be_seen_until_its_next_keyframe(api, patch, video, key):
    track = str(uuid.uuid4())
    gone = {"attributes": {"outside": True}}
    patch(video, create=[key(0, 0, track), key(4, 8, track, **gone), key(8, 2, track)])
    # The way to where it leaves is not known: it stays until it is gone.
    assert at(api, video, 3) == [(0, True)]
    assert at(api, video, 4) == at(api, video, 7) == []
    assert at(api, video, 8) == [(2, False)]


def test_a_shape_of_no_track_is_on_its_frame_only(api, patch, video, key):
    patch(video, create=[key(5, 1)])
    assert [len(at(api, video, frame)) for frame in (4, 5, 6)] == [0, 1, 0]


def test_painting_order_is_that_of_the_keyframes_before(api, patch, video, key):
    one, two = str(uuid.uuid4()), str(uuid.uuid4())
    patch(video, create=[key(0, 1, one, z=2), key(9, 1, one, z=2), key(0, 2, two), key(9, 2, two)])
    assert at(api, video, 5) == [(2, True), (1, True)]


def test_the_mask_of_a_frame(api, patch, video, key):
    track = str(uuid.uuid4())
    patch(video, create=[key(2, 0, track, "dog"), key(6, 20, track, "dog")])
    answer = api.get(f"/api/v1/assets/{video.pk}/mask.png?frame=4")
    found = np.asarray(Image.open(io.BytesIO(answer.content)))
    wanted = np.zeros((30, 40), np.uint8)
    wanted[4:10, 10:16] = 2
    np.testing.assert_array_equal(found, wanted)
    other = api.get(f"/api/v1/assets/{video.pk}/mask.png?frame=5", headers={"If-None-Match": answer["ETag"]})
    assert other.status_code == 200


def test_a_frame_that_is_not_there_is_named(api, video, project):
    from projects.models import Asset

    where = f"/api/v1/assets/{video.pk}"
    for address in (
        f"{where}/annotations?frame=10",
        f"{where}/annotations?frame=x",
        f"{where}/mask.png",
        f"{where}/mask.png?frame=-1",
    ):
        answer = api.get(address)
        assert answer.status_code == 400 and answer.data["errors"][0]["field"] == "frame", address
    image = Asset.objects.create(project=project, name="a.png", width=40, height=30)
    assert api.get(f"/api/v1/assets/{image.pk}/annotations?frame=0").status_code == 400
