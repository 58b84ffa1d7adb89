"""What a client may ask for beside the image."""

from __future__ import annotations

import base64
import io

import httpx
import numpy as np
import pytest
from PIL import Image

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import png


def half_light() -> bytes:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, 16:] = 255
    return png(picture)


async def test_the_answer_is_the_contract_s(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/models/m/predict", content=half_light())).json()
    assert set(answer) == {"id", "image", "predictions", "timing_ms"}
    assert set(answer["timing_ms"]) == {"queue", "preprocess", "inference", "postprocess", "total"}
    [prediction] = answer["predictions"]
    assert prediction["class"] == {"id": "light-id", "name": "light", "index": 1}
    assert (prediction["id"], prediction["bbox"], prediction["area"]) == (0, [16, 0, 16, 32], 512)
    assert prediction["score"] == 0.75


async def test_outputs_are_what_was_asked_for(client: httpx.AsyncClient) -> None:
    answer = (await client.post("/models/m/predict?output=mask,png", content=half_light())).json()
    [prediction] = answer["predictions"]
    assert "polygons" not in prediction and "png" not in prediction
    index = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["png"]))))
    assert (index == rle_to_mask(prediction["mask"])).all()


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("threshold=0.7", 1),
        ("threshold=0.8", 0),
        ("classes=light", 1),
        ("classes=light-id", 1),
        ("classes=1", 1),
    ],
)
async def test_threshold_and_classes_filter(client: httpx.AsyncClient, query: str, count: int) -> None:
    answer = (await client.post(f"/models/m/predict?output=png&{query}", content=half_light())).json()
    assert len(answer["predictions"]) == count
    index = np.asarray(Image.open(io.BytesIO(base64.b64decode(answer["png"]))))
    assert index.max() == count


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("output=hologram", "output"),
        ("threshold=2", "threshold"),
        ("threshold=nan", "threshold"),
        ("classes=unicorn", "classes"),
        ("shape=round", "shape"),
    ],
)
async def test_a_wrong_query_is_refused_by_field(client: httpx.AsyncClient, query: str, field: str) -> None:
    answer = await client.post(f"/models/m/predict?{query}", content=half_light())
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]
