"""Several looks at an image are averaged as probabilities."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from deployments.server.blending import Blend, softmax
from deployments.server.options import Options
from deployments.server.views import plan
from tests.deployments.server.images import pixels, png
from tests.deployments.server.quick import QuickPredictor
from tests.deployments.server.test_tiles import reference, upsampled


def test_a_mirrored_look_is_averaged_as_probabilities() -> None:
    random = np.random.default_rng(1)
    [[plain, mirrored]] = plan(60, 90, (32, 32), Options(augment="flip"))
    assert not plain.flip and mirrored.flip
    one, other = random.normal(size=(2, 4, 8, 8)).astype(np.float32)
    blend = Blend(60, 90, 4, probabilities=True)
    blend.take(plain, (one,))
    blend.take(mirrored, (other,))
    blend.complete(60)
    mean = (softmax(one) + softmax(other)[:, :, ::-1]) / 2
    expected = upsampled(mean, 60, 90)
    index = expected.argmax(0)
    assert (blend.index == index).mean() > 0.999
    for label in np.unique(index):
        assert blend.scores()[label] == pytest.approx(expected[label][index == label].mean(), abs=1e-3)


def test_scales_show_the_image_whole_and_larger() -> None:
    rows = plan(90, 60, (32, 32), Options(augment="scales"))
    views = [view for row in rows for view in row]
    assert {(view.height, view.width) for view in views} == {(90, 60), (60, 40)}
    assert len(views) == 2 * (1 + 4)
    random = np.random.default_rng(2)
    outputs = {view: random.normal(size=(3, 8, 8)).astype(np.float32) for view in views}
    blend = Blend(90, 60, 3, probabilities=True)
    for row, line in zip(rows, [30, 90], strict=True):
        for view in row:
            blend.take(view, (outputs[view],))
        blend.complete(line)
    means = []
    for variant in sorted({view.variant for view in views}):
        chances = [
            (view, softmax(logits)[:, :, ::-1] if view.flip else softmax(logits))
            for view, logits in outputs.items()
            if view.variant == variant
        ]
        means.append(reference(chances, 90, 60))
    assert len(means) == 2
    assert (blend.index == np.mean(means, axis=0).argmax(0)).mean() > 0.999


async def test_a_mirrored_look_costs_two_passes_and_one_request(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    picture = png(pixels(80, 64))
    answer = await client.post("/models/m/predict?augment=flip", content=picture)
    assert answer.status_code == 200 and sum(quick.calls) == 2
    assert (await client.get("/models/m")).json()["requests"] == 1


async def test_a_symmetric_model_sees_the_same_in_the_mirror(client: httpx.AsyncClient) -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, 16:] = 255
    plain, flipped = [
        (await client.post(f"/models/m/predict?augment={value}", content=png(picture))).json()["predictions"]
        for value in ("off", "flip")
    ]
    assert plain[0]["mask"] == flipped[0]["mask"] and plain[0]["polygons"] == flipped[0]["polygons"]


async def test_an_unknown_way_is_refused(client: httpx.AsyncClient, image: bytes) -> None:
    answer = await client.post("/models/m/predict?augment=rotate&tiles=many&overlap=0.7", content=image)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"augment", "tiles", "overlap"}
