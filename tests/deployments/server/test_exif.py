"""Images come out upright, and their masks with them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.deployments.server.images import encode, pixels
from tests.deployments.server.process import Server
from training.ml.images import upright


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_mask_is_that_of_the_upright_image(server: Server, orientation: int) -> None:
    stored = pixels(96, 64, seed=orientation)
    turned = server.predict("m", encode(stored, orientation, "PNG"), output="mask").json()
    plain = server.predict("m", encode(np.ascontiguousarray(upright(stored, orientation)), 1, "PNG")).json()
    assert turned["image"] == (
        {"width": 96, "height": 64} if orientation < 5 else {"width": 64, "height": 96}
    )
    assert [p["mask"] for p in turned["predictions"]] == [p["mask"] for p in plain["predictions"]]
