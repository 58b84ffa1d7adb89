"""Stripes of error maps."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from training.error_pictures import striped


@given(st.integers(1, 700), st.integers(1, 30))
def test_every_third_run_of_diagonals_is_striped(height: int, width: int) -> None:
    step = max(2, round(max(height, width) / 160))
    expected = [[(y + x) // step % 3 == 0 for x in range(width)] for y in range(height)]
    assert (striped(height, width) == np.array(expected)).all()
