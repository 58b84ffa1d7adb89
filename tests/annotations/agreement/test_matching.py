"""Objects of two people find each other as trying out every pairing does."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.counting import compare, raster
from annotations.agreement.matching import cluster, match
from annotations.agreement.rasters import names_in, to_rle, visible_objects, whole_objects
from annotations.agreement.scores import Rule, score
from annotations.geometry.rle import rle_to_mask
from tests.annotations.agreement.strategies import HEIGHT, WIDTH, answers, box, boxes, cells, drawn, of_mask


def rles(shapes):
    return [to_rle(shape, HEIGHT, WIDTH) for shape in shapes]


def iou(one, other):
    return len(cells(one) & cells(other)) / len(cells(one) | cells(other))


def best_sum(first, second):
    """The greatest sum of IoUs of at least one half over every way to pair."""
    if len(first) > len(second):
        first, second = second, first
    table = [[value if (value := iou(a, b)) >= 0.5 else 0.0 for b in second] for a in first]
    return max(
        (
            sum(table[row][column] for row, column in enumerate(order))
            for order in permutations(range(len(second)), len(first))
        ),
        default=0.0,
    )


@given(st.lists(boxes(("cat",)), max_size=5), st.lists(boxes(("cat",)), max_size=5))
def test_the_pairing_is_the_best_of_all(first, second):
    found = match(rles(first), rles(second))
    assert len({m.first for m in found}) == len({m.second for m in found}) == len(found)
    for each in found:
        assert each.iou == iou(first[each.first], second[each.second]) >= 0.5
    assert sum(each.iou for each in found) == pytest.approx(best_sum(first, second))


def test_two_half_matches_beat_one_good_one():
    """Greedily the two equal strips would find each other, and leave the other two alone."""
    first = [box("cat", 0, 0, 6, 1), box("cat", 0, 0, 9, 1)]
    second = [box("cat", 0, 0, 4, 1), box("cat", 0, 0, 6, 1)]
    found = match(rles(first), rles(second))
    assert [(m.first, m.second) for m in found] == [(0, 0), (1, 1)]
    assert [m.iou for m in found] == [pytest.approx(4 / 6), pytest.approx(6 / 9)]


def test_exactly_one_half_is_a_match():
    assert len(match(rles([box("cat", 0, 0, 2, 1)]), rles([box("cat", 0, 0, 4, 1)]))) == 1
    assert match(rles([box("cat", 0, 0, 3, 1)]), rles([box("cat", 0, 0, 7, 1)])) == []


def test_objects_worked_by_hand():
    """Three of the first, two of the second; one pair has IoU 8/10, another 1: F1 = 2·2/5."""
    first = [box("cat", 0, 0, 5, 2), box("cat", 0, 4, 2, 2), box("cat", 6, 4, 1, 1)]
    second = [box("cat", 0, 0, 4, 2), box("cat", 0, 4, 2, 2)]
    names = names_in([first, second])
    size = (HEIGHT, WIDTH)
    counts = compare(raster(first, names, size, "instance"), raster(second, names, size, "instance"), names)
    scores = score(counts, Rule(("cat",), frozenset(), True, True))
    assert scores["objects"] == {"first": 3, "second": 2, "both": 2}
    assert scores["f1"] == pytest.approx(4 / 5)
    assert scores["matched_iou"] == pytest.approx((0.8 + 1) / 2)


def test_another_class_is_no_match():
    first, second = [box("cat", 0, 0, 3, 3)], [box("dog", 0, 0, 3, 3)]
    names = names_in([first, second])
    rasters = [raster(shapes, names, (HEIGHT, WIDTH), "instance") for shapes in (first, second)]
    counts = compare(*rasters, names)
    assert counts.objects == {"cat": (1, 0, 0, 0), "dog": (0, 1, 0, 0)}


@given(answers(most=4))
def test_visible_objects_share_the_pixels_out(shapes):
    """In a panoptic map every pixel belongs to the topmost shape, and stuff is one."""
    found = visible_objects(shapes, {"sky"}, HEIGHT, WIDTH)
    assert len(found.get("sky", [])) <= 1
    total = np.zeros((HEIGHT, WIDTH), int)
    for name, listed in found.items():
        for number, rle in listed:
            mask = rle_to_mask(rle)
            assert mask.any()
            assert shapes[number]["class"] == name
            assert all(drawn(shapes)[row][column] == name for row, column in np.argwhere(mask))
            total += mask
    assert total.max(initial=0) <= 1
    assert (total > 0).tolist() == [[bool(name) for name in row] for row in drawn(shapes)]


@given(answers(most=4))
def test_whole_objects_keep_what_is_covered(shapes):
    found = whole_objects(shapes, HEIGHT, WIDTH)
    for listed in found.values():
        for number, rle in listed:
            assert {tuple(place) for place in np.argwhere(rle_to_mask(rle)).tolist()} == cells(shapes[number])


@given(st.lists(st.lists(boxes(("cat",)), max_size=4), min_size=2, max_size=4))
def test_clusters_hold_every_object_once_and_a_person_once(people):
    found = cluster([rles(shapes) for shapes in people])
    members = [member for group in found for member in group]
    assert sorted(members) == sorted((p, n) for p, shapes in enumerate(people) for n in range(len(shapes)))
    for group in found:
        assert len({member.person for member in group}) == len(group)


def test_a_thing_that_three_people_drew_is_one_cluster():
    thing, far = box("cat", 0, 0, 4, 4), box("cat", 6, 0, 2, 2)
    people = [[thing, far], [box("cat", 0, 0, 4, 5)], [far, box("cat", 0, 0, 5, 4)]]
    groups = cluster([rles(shapes) for shapes in people])
    assert [[tuple(member) for member in group] for group in groups] == [
        [(0, 0), (1, 0), (2, 1)],
        [(0, 1), (2, 0)],
    ]


def test_masks_and_boxes_of_the_same_pixels_match():
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[1:4, 2:5] = 1
    (found,) = match(rles([of_mask(mask)]), rles([box("cat", 2, 1, 3, 3)]))
    assert found.iou == 1.0
