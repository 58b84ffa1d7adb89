"""The image under the colours of its classes, in JSON or as a picture of its own."""

from __future__ import annotations

import base64
import io

import httpx
import numpy as np
from PIL import Image

from tests.deployments.server.images import png
from tests.deployments.server.quick import QuickPredictor
from training.ml.bundle import Label


def half_light() -> np.ndarray:
    picture = np.full((64, 64, 3), 40, np.uint8)
    picture[:, 32:] = 220
    return picture


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


async def test_an_overlay_tints_and_outlines_what_is_predicted(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    quick.labels = (Label(0, "background"), Label(1, "light", "light-id", "#ff0000"))
    answer = await client.post("/models/m/predict?output=overlay", content=png(half_light()))
    assert answer.status_code == 200
    [prediction] = answer.json()["predictions"]
    assert "polygons" not in prediction and "mask" not in prediction
    drawn = opened(base64.b64decode(answer.json()["overlay"]))
    assert (drawn[:, :31] == half_light()[:, :31]).all()
    red, green, blue = drawn[32, 48].astype(int)
    assert red > 220 and green == blue < 220
    assert drawn[32, 32].tolist() == [255, 0, 0]


async def test_classes_that_were_not_asked_for_are_not_drawn(client: httpx.AsyncClient) -> None:
    answer = await client.post("/models/m/predict?output=overlay&threshold=0.9", content=png(half_light()))
    assert (opened(base64.b64decode(answer.json()["overlay"])) == half_light()).all()


async def test_a_picture_can_be_the_whole_answer(client: httpx.AsyncClient) -> None:
    headers = {"Accept": "image/png"}
    body = png(half_light())
    mask = await client.post("/models/m/predict?output=png", content=body, headers=headers)
    assert mask.headers["content-type"] == "image/png"
    assert opened(mask.content)[:, 40:].min() == 1 and opened(mask.content)[:, :20].max() == 0
    overlay = await client.post("/models/m/predict?output=overlay", content=body, headers=headers)
    assert overlay.headers["content-type"] == "image/png" and opened(overlay.content).shape == (64, 64, 3)


async def test_two_outputs_are_no_picture(client: httpx.AsyncClient) -> None:
    url, body = "/models/m/predict?output=png,mask", png(half_light())
    only = await client.post(url, content=body, headers={"Accept": "image/png"})
    assert only.status_code == 406 and "output=png" in only.json()["detail"]
    either = await client.post(url, content=body, headers={"Accept": "image/png, application/json;q=0.5"})
    assert either.status_code == 200 and either.headers["content-type"] == "application/json"
