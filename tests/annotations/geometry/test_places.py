"""Masks as the places of their pixels and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from annotations.geometry import mask_to_rle
from annotations.geometry.rle import places_to_rle, rle_to_places

masks = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda size: arrays(np.uint8, size, elements=st.integers(0, 1))
)


@given(masks)
def test_there_and_back(mask):
    rle = mask_to_rle(mask)
    places = rle_to_places(rle)
    assert (places == np.flatnonzero(mask.ravel(order="F"))).all()
    if len(places):
        assert places_to_rle(places, mask.shape) == rle
