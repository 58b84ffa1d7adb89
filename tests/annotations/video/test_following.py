"""A shape is followed by flow: of every kind, to where the thing really is, and ends where it is lost."""

import cv2
import numpy as np
import pytest

from annotations.flow import grey_of, motion, step_between
from annotations.following import Followed, Keyframes
from annotations.geometry import geometry_to_mask, interpolate, mask_to_rle
from tests.annotations.video.scenes import HEIGHT, HIGH, WIDE, WIDTH, iou, place, scene

SIZE = (HEIGHT, WIDTH)


def first(kind):
    left, top = place(0)
    if kind == "bbox":
        return {"bbox": [left, top, WIDE, HIGH]}
    ring = [[left, top], [left + WIDE, top], [left + WIDE, top + HIGH], [left, top + HIGH]]
    polygons = {"polygons": [{"exterior": ring, "holes": []}]}
    return polygons if kind == "polygons" else {"mask": mask_to_rle(geometry_to_mask(polygons, *SIZE))}


def follow(kind, frames, **options):
    """The shape, its keyframes, and the frame and reason of its end."""
    shape = Followed(first(kind), SIZE, SIZE)
    keyframes = Keyframes(shape, 0)
    before = grey_of(scene(0, **options))
    for frame in range(1, frames):
        after = grey_of(scene(frame, **options))
        if reason := shape.go(step_between(before, after)):
            keyframes.end()
            return shape, keyframes, frame, reason
        keyframes.add(frame)
        before = after
    keyframes.end()
    return shape, keyframes, frames, None


@pytest.mark.parametrize("kind", ["mask", "polygons", "bbox"])
def test_it_is_where_the_thing_is(kind):
    shape, keyframes, _, reason = follow(kind, 20)
    assert reason is None
    assert iou(geometry_to_mask(shape.geometry(), *SIZE), 19) > 0.87
    assert shape.quality > 0.7
    # A straight way needs no keyframes but its end.
    assert len(keyframes.found) <= 4 and keyframes.found[-1][0] == 19


@pytest.mark.parametrize("kind", ["mask", "polygons", "bbox"])
def test_between_the_keyframes_it_is_there_too(kind):
    _, keyframes, _, _ = follow(kind, 20)
    begin, before = 0, first(kind)
    for frame, geometry, _ in keyframes.found:
        for between in range(begin + 1, frame):
            share = (between - begin) / (frame - begin)
            found = interpolate(before, geometry, share, *SIZE)
            assert iou(geometry_to_mask(found, *SIZE), between) > 0.85
        begin, before = frame, geometry


@pytest.mark.parametrize("kind", ["mask", "polygons", "bbox"])
def test_it_ends_where_the_thing_vanishes(kind):
    _, keyframes, frame, reason = follow(kind, 20, hidden_from=8)
    assert reason == "lost" and frame == 8
    assert keyframes.found[-1][0] == 7


def test_an_outline_keeps_its_vertices():
    shape, _, _, _ = follow("polygons", 10)
    (part,) = shape.geometry()["polygons"]
    left, top = place(9)
    assert len(part["exterior"]) == 4
    assert np.abs(np.array(part["exterior"][0]) - (left, top)).max() < 1.5


def test_it_is_followed_on_smaller_frames_at_the_images_own_size():
    shape = Followed(first("mask"), SIZE, (HEIGHT // 2, WIDTH // 2))
    small = [grey_of(np.ascontiguousarray(scene(frame)[::2, ::2])) for frame in (0, 1)]
    assert shape.go(step_between(*small)) is None
    assert iou(geometry_to_mask(shape.geometry(), *SIZE), 1) > 0.9


def test_a_turn_is_seen_as_one_and_a_box_stays_upright():
    before = grey_of(scene(0))
    middle = (WIDTH / 2, HEIGHT / 2)

    turn = cv2.getRotationMatrix2D(middle, 4, 1.0)
    after = cv2.warpAffine(before, turn, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
    step = step_between(before, after)
    region = np.zeros(SIZE, bool)
    region[30:90, 60:140] = True
    found = motion(step, region, turns=True)
    np.testing.assert_allclose(found[:, :2], turn[:, :2], atol=0.01)
    upright = motion(step, region, turns=False)
    assert upright[0, 1] == upright[1, 0] == 0 and upright[0, 0] == upright[1, 1]
