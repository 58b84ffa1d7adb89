"""What an object is between two keyframes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.geometry import geometry_to_mask, interpolate, mask_to_rle, rle_to_mask
from annotations.geometry.interpolate import depth
from tests.annotations.geometry.strategies import masks

SIZE = (40, 50)
SHARES = st.floats(0.01, 0.99)


def square(x, y, side, holes=()):
    return {"exterior": [[x, y], [x + side, y], [x + side, y + side], [x, y + side]], "holes": list(holes)}


def polygons(*parts):
    return {"polygons": list(parts)}


def disc(x, y, radius):
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    return {"mask": mask_to_rle((columns - x) ** 2 + (rows - y) ** 2 <= radius**2)}


def test_boxes_go_linearly():
    found = interpolate({"bbox": [0, 0, 10, 20]}, {"bbox": [10, 4, 20, 10]}, 0.25, *SIZE)
    assert found == {"bbox": [2.5, 1.0, 12.5, 17.5]}


def test_vertices_go_to_their_own_wherever_the_ring_begins_and_runs():
    end = square(10, 10, 8)
    turned = {"exterior": [*end["exterior"][2:], *end["exterior"][:2]][::-1], "holes": []}
    for after in (end, turned):
        (part,) = interpolate(polygons(square(0, 0, 8)), polygons(after), 0.5, *SIZE)["polygons"]
        assert part["exterior"] == square(5, 5, 8)["exterior"]


def test_more_vertices_are_met_on_the_edges():
    finer = {"exterior": [[0, 0], [4, 0], [8, 0], [8, 8], [0, 8]], "holes": []}
    for before, after in ((square(0, 0, 8), finer), (finer, square(0, 0, 8))):
        (part,) = interpolate(polygons(before), polygons(after), 0.5, *SIZE)["polygons"]
        assert len(part["exterior"]) == 5
        np.testing.assert_allclose(part["exterior"], finer["exterior"], atol=1e-9)


def test_parts_go_to_the_nearest_and_the_odd_one_goes_at_half_time():
    before = polygons(square(0, 0, 4), square(30, 30, 4))
    after = polygons(square(32, 30, 4), square(2, 0, 4), square(20, 5, 4))
    early = interpolate(before, after, 0.25, *SIZE)["polygons"]
    assert [part["exterior"][0] for part in early] == [[0.5, 0], [30.5, 30]]
    late = interpolate(before, after, 0.5, *SIZE)["polygons"]
    assert [part["exterior"][0] for part in late] == [[1, 0], [31, 30], [20, 5]]
    back = interpolate(after, before, 0.25, *SIZE)["polygons"]
    assert [part["exterior"][0] for part in back] == [[31.5, 30], [1.5, 0], [20, 5]]


def test_holes_go_along():
    before = polygons(square(0, 0, 20, [square(5, 5, 4)["exterior"]]))
    after = polygons(square(10, 0, 20, [square(15, 5, 4)["exterior"]]))
    (part,) = interpolate(before, after, 0.5, *SIZE)["polygons"]
    assert part["holes"] == [square(10, 5, 4)["exterior"]]


def test_a_disc_keeps_its_size_on_its_way():
    for share in (0.25, 0.5, 0.75):
        found = rle_to_mask(interpolate(disc(10, 10, 6), disc(38, 28, 6), share, *SIZE)["mask"])
        rows, columns = np.nonzero(found)
        assert len(rows) == geometry_to_mask(disc(10, 10, 6), *SIZE).sum()
        assert abs(columns.mean() - 10 - 28 * share) <= 0.5
        assert abs(rows.mean() - 10 - 18 * share) <= 0.5


def test_a_disc_grows_evenly():
    found = rle_to_mask(interpolate(disc(20, 20, 4), disc(20, 20, 12), 0.5, *SIZE)["mask"])
    assert abs(int(found.sum()) - np.pi * 8**2) < 15


def test_unlike_kinds_meet_as_masks_and_boxes_as_polygons():
    found = interpolate({"bbox": [5, 5, 10, 10]}, disc(10, 10, 5), 0.5, *SIZE)
    assert list(found) == ["mask"]
    found = interpolate({"bbox": [5, 5, 8, 8]}, polygons(square(7, 5, 8)), 0.5, *SIZE)
    assert found == polygons({**square(6, 5, 8), "holes": []})


def test_an_empty_mask_is_there_for_its_half():
    empty = {"mask": mask_to_rle(np.zeros(SIZE, np.uint8))}
    assert interpolate(empty, disc(10, 10, 4), 0.4, *SIZE) == empty
    assert interpolate(empty, disc(10, 10, 4), 0.6, *SIZE) == disc(10, 10, 4)


@given(masks, SHARES)
def test_what_does_not_change_stays(mask, share):
    geometry = {"mask": mask_to_rle(mask)}
    assert interpolate(geometry, geometry, share, *mask.shape) == geometry


@given(st.lists(st.tuples(st.floats(0, 40), st.floats(0, 40)), min_size=3, max_size=9), SHARES)
def test_an_outline_that_does_not_change_stays(ring, share):
    part = {"exterior": [list(point) for point in ring], "holes": []}
    (found,) = interpolate(polygons(part), polygons(part), share, *SIZE)["polygons"]
    np.testing.assert_allclose(found["exterior"], part["exterior"], atol=1e-6)


@given(masks.filter(lambda mask: 0 < mask.sum() < mask.size))
def test_depth_is_the_distance_to_the_other_kind(mask):
    found = depth(mask)
    inside, outside = np.argwhere(mask != 0), np.argwhere(mask == 0)
    for (row, column), value in np.ndenumerate(found):
        others = outside if mask[row, column] else inside
        nearest = np.sqrt(((others - (row, column)) ** 2).sum(axis=1).min())
        assert value == pytest.approx(nearest - 0.5 if mask[row, column] else 0.5 - nearest)
