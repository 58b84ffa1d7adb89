"""Tiles, mirrors and scales of a real model in a real server."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import pixels, png
from tests.deployments.server.process import Server


def index_of(server: Server, picture: np.ndarray, **query: str) -> np.ndarray:
    answer = server.predict("m", png(picture), output="png,mask", **query)
    assert answer.status_code == 200, answer.text
    index = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer.json()["png"]))))
    for prediction in answer.json()["predictions"]:
        own = rle_to_mask(prediction["mask"]) > 0
        assert (own == (index == prediction["class"]["index"])).all()
    return index


@pytest.mark.parametrize(
    "query", [{"augment": "flip"}, {"tiles": "on", "augment": "flip"}, {"augment": "scales"}]
)
def test_a_mirrored_image_has_the_mirrored_mask(server: Server, query: dict[str, str]) -> None:
    picture = pixels(150, 110, 4)
    plain = index_of(server, picture, **query)
    mirrored = index_of(server, np.ascontiguousarray(picture[:, ::-1]), **query)
    assert plain.shape == (110, 150)
    assert (plain == mirrored[:, ::-1]).mean() > 0.99


def test_an_image_of_the_input_s_size_is_one_tile(server: Server) -> None:
    picture = pixels(64, 64, 5)
    assert (index_of(server, picture) == index_of(server, picture, tiles="on")).all()


def test_a_tile_sees_what_it_would_see_alone(server: Server) -> None:
    picture = pixels(128, 64, 6)
    left, right = (
        index_of(server, np.ascontiguousarray(picture[:, start : start + 64])) for start in (0, 64)
    )
    both = index_of(server, picture, tiles="on", overlap="0")
    assert (both == np.hstack([left, right])).mean() > 0.999
