"""The server says how unsure the model is of an image when it is asked, whichever way it looked."""

from __future__ import annotations

from dataclasses import replace

import httpx
import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from deployments.server.blending import Blend
from deployments.server.looking import look_at
from deployments.server.options import Options
from deployments.server.views import bands, plan
from tests.deployments.server.images import pixels, png
from tests.deployments.server.process import Server
from tests.deployments.server.test_object_looks import outputs_of, steps
from tests.deployments.server.test_tiles import reference as blended
from tests.training.ml.test_uncertainty import reference, softmax
from training.ml.uncertainty import of_scores, scores_of


@pytest.mark.parametrize("overlap", [0.0, 0.25])
def test_tiles_are_judged_by_their_blended_logits(overlap: float) -> None:
    random = np.random.default_rng(0)
    height, width = 90, 130
    rows = plan(height, width, (64, 64), replace(Options(tiles="on"), overlap=overlap))
    looks = [(view, random.normal(size=(4, 9, 11)).astype(np.float32)) for row in rows for view in row]
    blend = Blend(height, width, 4, probabilities=False, unsure=True)
    outputs = dict(looks)
    for row, line in zip(rows, bands(rows, height), strict=True):
        for view in row:
            blend.take(view, (outputs[view],))
        blend.complete(line)
    found = blend.uncertainty()
    expected = reference(softmax(blended(looks, height, width)))
    assert found is not None
    assert (found.entropy, found.margin) == pytest.approx(expected, abs=1e-4)


def test_mirrors_are_judged_by_their_mean_probabilities() -> None:
    random = np.random.default_rng(1)
    options = Options(augment="flip")
    [views] = plan(20, 30, (64, 64), options)
    logits = [random.normal(size=(3, 20, 30)).astype(np.float32) for _ in views]
    blend = Blend(20, 30, 3, probabilities=True, unsure=True)
    for view, values in zip(views, logits, strict=True):
        blend.take(view, (values,))
    blend.complete(20)
    upright = [
        softmax(values[:, :, ::-1] if view.flip else values)
        for view, values in zip(views, logits, strict=True)
    ]
    found = blend.uncertainty()
    assert found is not None
    assert (found.entropy, found.margin) == pytest.approx(reference(np.mean(upright, axis=0)), abs=1e-4)


@pytest.mark.parametrize("options", [Options(uncertainty=True), Options(tiles="on", uncertainty=True)])
def test_objects_of_all_views_count(options: Options) -> None:
    truth = np.zeros((50, 80), np.uint8)
    truth[5:30, 20:45], truth[35:45, 5:70] = 1, 2
    rows = plan(50, 80, (32, 32), options)
    model = steps()
    model.answer = lambda *_: (truth, [])
    look = look_at(model, options, 50, 80, rows)
    scores: list[float] = []
    for row in rows:
        for view in row:
            outputs = outputs_of(truth[view.top : view.bottom, view.left : view.right])
            scores += scores_of(steps().reader, outputs)
            look.take(view, outputs)
    assert look.seen().uncertainty == of_scores(scores)


@pytest.mark.parametrize("query", ["", "&tiles=on", "&augment=flip"])
async def test_regions_are_predictions_of_their_own(client: httpx.AsyncClient, query: str) -> None:
    picture = np.zeros((60, 90, 3), np.uint8)
    picture[5:25, 5:25] = picture[30:55, 50:85] = 255
    whole = (await client.post(f"/models/m/predict?output=mask{query}", content=png(picture))).json()
    parts = (
        await client.post(f"/models/m/predict?output=mask&regions=true{query}", content=png(picture))
    ).json()
    [one], found = whole["predictions"], parts["predictions"]
    masks = [rle_to_mask(item["mask"]) for item in found]
    assert len(found) == 2 and found[0]["area"] > found[1]["area"]
    assert (sum(masks) == rle_to_mask(one["mask"])).all()
    assert all(0.5 <= item["score"] <= 1 for item in found) and "uncertainty" not in parts


async def test_nothing_is_said_unasked(client: httpx.AsyncClient) -> None:
    picture = png(pixels(40, 30))
    plain = (await client.post("/models/m/predict", content=picture)).json()
    assert "uncertainty" not in plain
    for query in ("uncertainty=true", "uncertainty=true&tiles=on", "uncertainty=true&augment=flip"):
        said = (await client.post(f"/models/m/predict?{query}", content=picture)).json()["uncertainty"]
        assert set(said) == {"entropy", "margin"} and all(0 <= value <= 1 for value in said.values())
    refused = await client.post("/models/m/predict?uncertainty=perhaps", content=picture)
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "uncertainty"


def test_a_real_model(server: Server) -> None:
    answer = server.predict("m", png(pixels(150, 110, 4)), uncertainty="true", output="mask")
    said = answer.json()["uncertainty"]
    assert 0 < said["entropy"] <= 1 and 0 < said["margin"] <= 1
