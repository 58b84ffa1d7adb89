"""Which frame a shape lies on: required of videos, refused of images, one keyframe a track and frame."""

import uuid

import pytest

from annotations.models import Annotation
from projects.models import Asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def shape(classes):
    return {"class": classes["cat"], "bbox": [1, 1, 5, 5]}


def test_a_shape_of_a_video_keeps_its_frame_and_track(api, patch, video, shape):
    track = str(uuid.uuid4())
    answer = patch(video, create=[{**shape, "frame": 3, "track": track}])
    assert answer.status_code == 200
    (row,) = answer.data["results"]
    assert (row["frame"], row["track"]) == (3, track)
    history = api.get(f"/api/v1/assets/{video.pk}/annotations/history").data["results"]
    assert history[0]["changes"]["created"][0]["frame"] == 3


def test_a_frame_that_does_not_fit_is_named(patch, video, project, shape):
    def problem(asset, **more):
        answer = patch(asset, create=[{**shape, **more}])
        assert answer.status_code == 400
        return answer.data["errors"][0]["field"], answer.data["detail"]

    assert problem(video)[0] == "create.0.frame"
    assert problem(video, frame=None)[0] == "create.0.frame"
    assert "last frame, 9" in problem(video, frame=10)[1]
    assert problem(video, frame=-1)[0] == "create.0.frame"
    image = Asset.objects.create(project=project, name="a.png", width=40, height=30)
    assert problem(image, frame=0)[0] == "create.0.frame"


def test_a_track_has_one_keyframe_a_frame(patch, video, shape):
    track = str(uuid.uuid4())
    assert patch(video, create=[{**shape, "frame": 3, "track": track}]).status_code == 200
    assert patch(video, 1, create=[{**shape, "frame": 4, "track": track}]).status_code == 200
    assert patch(video, 2, create=[{**shape, "frame": 3}, {**shape, "frame": 3}]).status_code == 200
    assert patch(video, 3, create=[{**shape, "frame": 3, "track": track}]).status_code == 409
    assert Annotation.objects.filter(asset=video).count() == 4


def operation(api, video, **body):
    where = f"/api/v1/assets/{video.pk}/changes"
    return api.post(where, {"op": str(uuid.uuid4()), **body}, format="json")


def test_the_second_of_two_who_make_the_same_keyframe_is_shown_the_first(api, video, shape):
    track, first, second, third = (str(uuid.uuid4()) for _ in range(4))
    key = {**shape, "frame": 3, "track": track}
    assert operation(api, video, create=[{**key, "id": first}]).data["refused"] == []
    answer = operation(api, video, create=[{**key, "id": second}, {**key, "id": third, "frame": 5}])
    assert answer.status_code == 200
    (refusal,) = answer.data["refused"]
    assert refusal["id"] == second and refusal["reason"] == "taken"
    assert refusal["current"]["id"] == first
    assert set(map(str, Annotation.objects.values_list("pk", flat=True))) == {first, third}


def test_a_keyframe_is_replaced_in_one_operation(api, video, shape):
    track, first, second = (str(uuid.uuid4()) for _ in range(3))
    key = {**shape, "frame": 3, "track": track}
    operation(api, video, create=[{**key, "id": first}])
    answer = operation(api, video, create=[{**key, "id": second}], delete=[{"id": first, "base": 1}])
    assert answer.data["refused"] == []
    assert str(Annotation.objects.get().pk) == second


def test_going_back_brings_the_frame_back(api, patch, video, shape):
    patch(video, create=[{**shape, "frame": 3}])
    key = str(Annotation.objects.get().pk)
    patch(video, 1, update=[{"id": key, "frame": 7}])
    answer = api.post(
        f"/api/v1/assets/{video.pk}/restore", {"revision": 1}, format="json", headers={"If-Match": "2"}
    )
    assert answer.status_code == 200 and Annotation.objects.get().frame == 3
