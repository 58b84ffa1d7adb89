"""What most people say, as shapes, against a count by hand."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.electing import elect
from annotations.agreement.rasters import grid, names_in, to_rle
from annotations.geometry.rle import rle_to_mask
from tests.annotations.agreement.strategies import HEIGHT, WIDTH, answers, box, cells, drawn, of_mask

SIZE = (HEIGHT, WIDTH)
CLASSES = ("cat", "dog", "sky")


def painted(shapes):
    names = ["", *CLASSES]
    values = grid(shapes, names, *SIZE)
    return [[names[value] for value in row] for row in values.tolist()]


@given(st.lists(answers(), min_size=2, max_size=5), st.sets(st.sampled_from(CLASSES)))
def test_pixels_get_what_most_say(people, classes):
    elected = elect(people, classes, SIZE, "semantic")
    pictures = [drawn(shapes) for shapes in people]
    expected = []
    for row in range(HEIGHT):
        line = []
        for column in range(WIDTH):
            votes = Counter(picture[row][column] for picture in pictures).most_common(2)
            shared = len(votes) > 1 and votes[0][1] == votes[1][1]
            line.append("" if shared or votes[0][0] not in classes else votes[0][0])
        expected.append(line)
    assert painted(elected.shapes) == expected
    assert len({shape["class"] for shape in elected.shapes}) == len(elected.shapes)


@given(answers(), st.integers(2, 4))
def test_people_who_say_the_same_are_taken_at_their_word(shapes, people):
    elected = elect([shapes] * people, CLASSES, SIZE, "instance")
    assert elected.dropped == 0
    assert Counter(map(place, elected.shapes)) == Counter(map(place, shapes))


@given(answers(), st.integers(2, 4))
def test_a_panoptic_picture_that_all_agree_on_stays_as_it_is(shapes, people):
    stuff = {"sky"}
    things = [of_mask(mask(shape), shape["class"], shape["z"]) for shape in shapes]
    elected = elect([things] * people, CLASSES, SIZE, "panoptic", stuff)
    assert painted(elected.shapes) == drawn(shapes)


@given(st.lists(answers(most=3), min_size=2, max_size=4))
def test_an_object_takes_more_than_half_of_the_people(people):
    elected = elect(people, CLASSES, SIZE, "instance")
    needed = len(people) // 2 + 1
    for shape in elected.shapes:
        same = [any(each["class"] == shape["class"] for each in shapes) for shapes in people]
        assert sum(same) >= needed
    assert len(elected.shapes) * needed <= sum(map(len, people))


def test_pixels_of_an_object_are_counted_among_who_drew_it():
    """Two of three drew it: both have to agree on a pixel."""
    one, other = np.zeros(SIZE, np.uint8), np.zeros(SIZE, np.uint8)
    one[1:5, 1:5] = 1
    other[1:5, 2:6] = 1
    elected = elect([[of_mask(one)], [of_mask(other)], []], CLASSES, SIZE, "instance")
    (shape,) = elected.shapes
    assert (rle_to_mask(shape["mask"]) == (one & other)).all()


def test_two_things_beside_each_other_stay_two():
    left, right = box("cat", 0, 0, 3, 3), box("cat", 4, 0, 3, 3)
    elected = elect([[left, right], [right, left], [left]], CLASSES, SIZE, "instance")
    assert sorted(shape["bbox"] for shape in elected.shapes) == [[0, 0, 3, 3], [4, 0, 3, 3]]
    assert elected.dropped == 0


def test_what_most_have_on_top_comes_out_on_top():
    low, high = box("cat", 0, 0, 5, 5, z=0), box("dog", 2, 2, 5, 5, z=3)
    elected = elect([[low, high]] * 2, CLASSES, SIZE, "instance")
    assert [(shape["class"], shape["z"]) for shape in elected.shapes] == [("cat", 0), ("dog", 3)]


def mask(shape):
    return rle_to_mask(to_rle(shape, *SIZE))


def place(shape):
    return shape["class"], frozenset(cells(shape)), shape["z"]


def test_grids_know_many_classes():
    """More classes than fit one byte."""
    shapes = [box(f"class-{n:03}", n % WIDTH, n // WIDTH % HEIGHT, 1, 1) for n in range(300)]
    names = names_in([shapes])
    values = grid(shapes, names, *SIZE)
    assert values.dtype == np.uint16
    last = {(n // WIDTH % HEIGHT, n % WIDTH): f"class-{n:03}" for n in range(300)}
    for (row, column), name in last.items():
        assert names[values[row, column]] == name
