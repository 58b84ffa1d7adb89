"""The last hour, minute by minute, for whoever collects it."""

from __future__ import annotations

import httpx

from deployments.server.buckets import LATENCIES
from deployments.server.measures import Measures, Tally
from deployments.server.minutes import KEPT_MINUTES, Minutes
from tests.deployments.server.quick import QuickPredictor


async def test_requests_are_counted_in_their_minute(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    for body in (image, image, b"nonsense"):
        await client.post("/models/m/predict", content=body)
    answer = (await client.get("/minutes")).json()
    assert answer["server"] == (await client.get("/models/m/log")).json()["server"]
    [minute] = answer["minutes"][-1:]
    assert (minute["model"], minute["version"], minute["minute"] % 60) == ("m", 1, 0)
    assert (minute["requests"], minute["errors"], minute["queue"]) == (3, {"422": 1}, 1)
    assert len(minute["latency"]) == len(LATENCIES) + 1 and sum(minute["latency"]) == 2
    assert minute["batches"] == {"1": 2}
    later = minute["minute"] + 60
    assert (await client.get("/minutes", params={"since": later})).json()["minutes"] == []
    assert (await client.get("/minutes", params={"since": "yesterday"})).status_code == 400


def test_what_answers_held_and_shadows_agreed_on_adds_up() -> None:
    measures = Measures()
    tally = Tally("m", measures, 3)
    tally.saw({0: 0.75, 2: 0.25}, [0.05, 0.95, 1.0])
    tally.saw({0: 1.0}, [])
    tally.shadowed(0.5)
    tally.answered(LATENCIES[0], 3)
    tally.answered(LATENCIES[-1] + 1, 3)
    [minute] = measures.minutes.since()
    assert minute["labels"] == {"0": 1.75, "2": 0.25} and minute["seen"] == 2
    assert minute["confidence"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert minute["shadow"] == {"compared": 1, "agreement": 0.5}
    assert minute["latency"][0] == minute["latency"][-1] == 1


def test_an_hour_is_kept() -> None:
    now = 6000.0
    minutes = Minutes(lambda: now)
    for _ in range(KEPT_MINUTES + 5):
        with minutes.now("m", 1) as minute:
            minute.requests += 1
        now += 60
    kept = minutes.since()
    assert len(kept) == KEPT_MINUTES - 1
    assert [minute["minute"] for minute in minutes.since(now - 120)] == [now - 120, now - 60]
