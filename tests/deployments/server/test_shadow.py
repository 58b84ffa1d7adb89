"""A shadow looks at what was answered, and how far it agrees is counted."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest

from deployments.server.looking import Seen
from deployments.server.options import Options
from deployments.server.shadowing import MOST_AT_ONCE, Shadows, agreement_of
from tests.deployments.server.images import png
from tests.deployments.server.quick import QuickPredictor
from training.ml.bundle import Label

LABELS = (Label(0, "background"), Label(1, "light", "light-id"))


async def shadowed(client: httpx.AsyncClient, quick: type[QuickPredictor], bundle: str = "/quick") -> None:
    await quick.load(client, "m@2", 2, bundle)
    await quick.load(client, "m", routes={"shadow": {"model": "m@2", "percent": 100}})


async def minutes(client: httpx.AsyncClient) -> dict[int, Any]:
    found = (await client.get("/minutes")).json()["minutes"]
    return {minute["version"]: minute for minute in found}


async def test_a_shadow_is_compared_and_not_counted_as_requests(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await shadowed(client, quick)
    answer = await client.post("/models/m/predict", content=image)
    assert answer.status_code == 200
    for _ in range(200):
        found = await minutes(client)
        if found.get(2, {}).get("shadow", {}).get("compared"):
            break
        await asyncio.sleep(0.01)
    assert found[2]["shadow"] == {"compared": 1, "agreement": 1.0}
    assert (found[1]["requests"], found[2]["requests"]) == (1, 0)
    assert found[1]["seen"] == 1 and found[2]["seen"] == 0
    assert sum(found[1]["labels"].values()) == pytest.approx(1)


async def test_a_slow_shadow_is_waited_for_by_nobody() -> None:
    looked: list[object] = []
    answered = asyncio.Event()

    async def slow(*arguments: Any) -> float:
        looked.append(arguments)
        await answered.wait()
        return 1.0

    servable = SimpleNamespace(tally=SimpleNamespace(shadowed=lambda agreement: looked.append(agreement)))
    shadows = Shadows(slow)
    for _ in range(10):
        shadows.show(servable, b"", Options(), Seen(np.zeros((2, 2), np.uint8), []), LABELS)
    await asyncio.sleep(0)
    assert len(looked) == MOST_AT_ONCE
    answered.set()
    await asyncio.sleep(0.01)
    assert looked[MOST_AT_ONCE:] == [1.0] * MOST_AT_ONCE
    shadows.show(servable, b"", Options(), Seen(np.zeros((2, 2), np.uint8), []), LABELS)
    await asyncio.sleep(0.01)
    assert len(looked) == 2 * MOST_AT_ONCE + 2


async def test_a_shadow_that_is_not_there_is_passed_over(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await shadowed(client, quick, "/broken")
    assert (await client.post("/models/m/predict", content=image)).status_code == 200


async def test_what_an_answer_holds_is_told(client: httpx.AsyncClient) -> None:
    picture = np.zeros((32, 32, 3), np.uint8)
    picture[:, 16:] = 255
    await client.post("/models/m/predict", content=png(picture))
    [minute] = (await minutes(client)).values()
    assert minute["labels"] == {"0": 0.5, "1": 0.5} and sum(minute["confidence"]) == 1


def test_agreement_goes_by_class_and_not_by_index() -> None:
    index = np.array([[0, 1], [1, 1]], np.uint8)
    swapped = (Label(0, "light", "light-id"), Label(1, "background"), Label(2, "dark", "dark-id"))
    other = np.array([[1, 0], [0, 2]], np.uint8)
    assert agreement_of(index, LABELS, other, swapped) == 0.75
