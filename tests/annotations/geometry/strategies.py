"""Random shapes and masks."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

HEIGHT, WIDTH = 23, 31

masks = hnp.arrays(
    np.uint8,
    hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24),
    elements=st.integers(0, 1),
)

# Tenths, because pycocotools' rounding to fifths decides differently just there.
_coordinate = st.integers(-60, 400).map(lambda tenths: tenths / 10)
rings = st.lists(st.tuples(_coordinate, _coordinate).map(list), min_size=3, max_size=9)
polygons = st.lists(
    st.builds(
        lambda exterior, holes: {"exterior": exterior, "holes": holes}, rings, st.lists(rings, max_size=2)
    ),
    min_size=1,
    max_size=3,
)
