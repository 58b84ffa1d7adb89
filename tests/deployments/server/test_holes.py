"""Masks are at the image's own size and keep their holes."""

from __future__ import annotations

import cv2
import httpx
import numpy as np

from annotations.geometry import polygons_to_mask, rle_to_mask
from tests.deployments.server.images import png


async def test_a_ring_comes_back_as_a_ring(client: httpx.AsyncClient) -> None:
    picture = np.zeros((300, 400, 3), np.uint8)
    cv2.circle(picture, (200, 150), 120, (255, 255, 255), -1)
    cv2.circle(picture, (200, 150), 60, (0, 0, 0), -1)
    answer = (await client.post("/models/m/predict?output=polygons,mask", content=png(picture))).json()
    [prediction] = answer["predictions"]
    mask = rle_to_mask(prediction["mask"])
    assert mask.shape == (300, 400)
    assert mask[150, 200] == 0 and mask[150, 110] == 1
    [polygon] = prediction["polygons"]
    assert len(polygon["holes"]) == 1
    assert (polygons_to_mask(prediction["polygons"], 300, 400) == mask).all()
    assert prediction["area"] == mask.sum()
