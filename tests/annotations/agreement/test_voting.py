"""The majority against counting votes pixel by pixel."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annotations.agreement.rasters import grid, names_in, to_rle
from annotations.agreement.voting import more_than_half, most_votes
from annotations.geometry.rle import mask_to_rle, rle_to_mask
from tests.annotations.agreement.strategies import HEIGHT, WIDTH, answers, box, drawn, masks


@given(st.lists(answers(), min_size=1, max_size=5))
def test_most_votes_win_and_a_shared_first_place_is_nobodys(people):
    names = names_in(people)
    grids = [grid(shapes, names, HEIGHT, WIDTH) for shapes in people]
    winner, ties = most_votes(grids, len(names))
    pictures = [drawn(shapes) for shapes in people]
    tied = 0
    for row in range(HEIGHT):
        for column in range(WIDTH):
            votes = Counter(picture[row][column] for picture in pictures).most_common()
            shared = len(votes) > 1 and votes[0][1] == votes[1][1]
            tied += shared
            assert names[winner[row, column]] == ("" if shared else votes[0][0])
    assert ties == tied


def test_ties_are_told():
    people = [[box("cat", 0, 0, 3, 1)], [box("dog", 0, 0, 2, 1)]]
    names = names_in(people)
    winner, ties = most_votes([grid(shapes, names, HEIGHT, WIDTH) for shapes in people], len(names))
    # Two pixels of cat against dog, one of cat against nothing.
    assert ties == 3
    assert not winner.any()


@given(st.lists(masks(), min_size=1, max_size=5))
def test_more_than_half_is_counted_pixel_by_pixel(people):
    found = more_than_half([mask_to_rle(mask) for mask in people])
    expected = 2 * np.sum(people, axis=0) > len(people)
    assert (rle_to_mask(found) == expected).all()
    # One way to write a mask: what the store would write.
    assert found == mask_to_rle(expected)


def test_of_two_both_are_needed_and_of_three_two():
    wide, tall = to_rle(box("cat", 0, 0, 4, 2), HEIGHT, WIDTH), to_rle(box("cat", 0, 0, 2, 4), HEIGHT, WIDTH)
    assert rle_to_mask(more_than_half([wide, tall])).sum() == 4
    assert rle_to_mask(more_than_half([wide, tall, wide])).sum() == 8
