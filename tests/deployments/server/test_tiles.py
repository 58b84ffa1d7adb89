"""Images larger than the model's input are looked at in tiles whose logits are blended."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from deployments.server.blending import Blend
from deployments.server.options import Options
from deployments.server.problems import BadInput
from deployments.server.views import View, bands, plan, starts, window
from tests.deployments.server.images import pixels, png
from tests.deployments.server.quick import QuickPredictor

ON = Options(tiles="on")


def upsampled(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """Bilinear with half-pixel centres, `[l, h, w]` to `[l, height, width]`, in float64."""

    def along(values: np.ndarray, length: int) -> np.ndarray:
        cells = values.shape[-1]
        at = ((np.arange(length) + 0.5) * cells / length - 0.5).clip(0, cells - 1)
        before = np.floor(at).astype(int)
        after = np.minimum(before + 1, cells - 1)
        return values[..., before] * (1 - (at - before)) + values[..., after] * (at - before)

    rows = along(values.astype(np.float64).swapaxes(1, 2), height).swapaxes(1, 2)
    return along(rows, width)


def reference(looks: list[tuple[View, np.ndarray]], height: int, width: int) -> np.ndarray:
    """The weighted mean of the tiles' upsampled logits, all at once."""
    total = np.zeros((len(looks[0][1]), height, width))
    weights = np.zeros((height, width))
    for view, logits in looks:
        place = np.s_[view.top : view.bottom, view.left : view.right]
        weight = np.outer(window(view.height), window(view.width)).astype(np.float64)
        total[:, *place] += upsampled(logits, view.height, view.width) * weight
        weights[place] += weight
    return total / weights


@pytest.mark.parametrize(
    ("height", "width", "overlap"), [(100, 150, 0.25), (64, 200, 0.5), (130, 40, 0.0), (97, 101, 0.37)]
)
def test_blended_tiles_are_what_a_plain_mean_says(height: int, width: int, overlap: float) -> None:
    random = np.random.default_rng(0)
    rows = plan(height, width, (64, 64), replace(ON, overlap=overlap))
    looks = [(view, random.normal(size=(5, 9, 11)).astype(np.float32)) for row in rows for view in row]
    blend = Blend(height, width, 5, probabilities=False)
    outputs = dict(looks)
    for row, line in zip(rows, bands(rows, height), strict=True):
        for view in row:
            blend.take(view, (outputs[view],))
        blend.complete(line)
    expected = reference(looks, height, width)
    ordered = np.sort(expected, axis=0)
    clear = ordered[-1] - ordered[-2] > 1e-4
    assert clear.mean() > 0.99
    assert (blend.index == expected.argmax(0))[clear].all()


def test_tiles_cover_the_image_and_share_what_was_asked_for() -> None:
    for length, side, overlap in [
        (100, 64, 0.25),
        (1000, 64, 0.5),
        (65, 64, 0.0),
        (128, 64, 0.0),
        (30, 64, 0.5),
    ]:
        found = starts(length, side, overlap)
        assert found[0] == 0 and found[-1] == max(0, length - side)
        steps = np.diff(found)
        assert (steps <= side * (1 - overlap) + 1).all() and (steps > 0).all()


def test_auto_cuts_only_what_is_much_larger_than_the_input() -> None:
    auto = Options(tiles="auto")
    assert plan(100, 128, (64, 64), auto) == [[View(0, 0, 100, 128)]]
    assert sum(map(len, plan(100, 300, (64, 64), auto))) > 1
    assert plan(50, 60, (64, 64), ON) == [[View(0, 0, 50, 60)]]


def test_too_many_tiles_are_refused() -> None:
    with pytest.raises(BadInput, match="1,024 tiles"):
        plan(8000, 8000, (64, 64), ON)


async def test_small_things_are_seen_in_tiles_that_are_lost_without(client: httpx.AsyncClient) -> None:
    picture = np.zeros((160, 160, 3), np.uint8)
    picture[100:104, 30:34] = 255
    whole = (await client.post("/models/m/predict", content=png(picture))).json()
    tiled = (await client.post("/models/m/predict?tiles=on&overlap=0.25", content=png(picture))).json()
    assert whole["predictions"] == []
    [prediction] = tiled["predictions"]
    seen = rle_to_mask(prediction["mask"])
    assert seen[101:103, 31:33].all() and seen.sum() < 100


async def test_an_image_in_tiles_is_one_request(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    picture = png(pixels(80, 64))
    answer = await client.post("/models/m/predict?tiles=on&overlap=0.5", content=picture)
    assert answer.status_code == 200
    assert sum(quick.calls) == 7 * 9
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["requests"], state["errors"]) == (0, 1, 0)
    assert (await client.post("/models/m/predict", content=picture)).status_code == 200


@pytest.mark.parametrize("query", ["tiles=on&augment=flip&overlap=0.5", "augment=flip", "augment=scales"])
async def test_times_are_those_that_a_client_waited(
    client: httpx.AsyncClient, quick: type[QuickPredictor], query: str
) -> None:
    """Views are computed side by side: neither their passes nor their waits add up."""
    quick.seconds = 0.01
    answer = await client.post(f"/models/m/predict?{query}", content=png(pixels(40, 40)))
    timing = answer.json()["timing_ms"]
    assert timing["inference"] >= 10
    assert timing["queue"] + timing["preprocess"] + timing["inference"] <= timing["total"]


async def test_a_tile_that_fails_fails_the_request_alone(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.error = MemoryError("too much")
    assert (await client.post("/models/m/predict?tiles=on", content=image)).status_code == 500
    quick.error = None
    assert (await client.post("/models/m/predict?tiles=on", content=image)).status_code == 200
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["requests"], state["errors"]) == (0, 2, 1)


async def test_an_engine_that_ends_among_tiles_is_one_refusal(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    quick.seconds = 0.02
    request = asyncio.create_task(client.post("/models/m/predict?tiles=on", content=image))
    while sum(quick.calls) < 3:
        await asyncio.sleep(0.005)
    quick.engines[-1].crash()
    assert (await request).status_code in (200, 503)
    assert (await client.post("/models/m/predict?tiles=on", content=image)).status_code == 200
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["requests"]) == (0, 2) and state["errors"] <= 1


def test_a_large_image_is_put_together_row_by_row() -> None:
    rows = plan(2000, 900, (64, 64), ON)
    blend = Blend(2000, 900, 3, probabilities=False)
    logits = np.random.default_rng(3).normal(size=(3, 8, 8)).astype(np.float32)
    held = []
    for row, line in zip(rows, bands(rows, 2000), strict=True):
        for view in row:
            blend.take(view, (logits,))
        held.append(blend.held)
        blend.complete(line)
    assert max(held) <= 2 * len(rows[0]) and blend.held == 0
