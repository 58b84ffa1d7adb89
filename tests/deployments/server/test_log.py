"""What happened to a model and its requests, line by line."""

from __future__ import annotations

import httpx

from deployments.server.journal import KEPT_LINES, Journal
from tests.deployments.server.quick import QuickPredictor, until


async def test_loads_requests_refusals_and_crashes_are_told(
    client: httpx.AsyncClient, quick: type[QuickPredictor], image: bytes
) -> None:
    await client.post("/models/m/predict", content=image)
    await client.post("/models/m/predict", content=b"nonsense")
    quick.engines[-1].crash("killed by SIGKILL")
    await until(client, restarts=1)
    lines = (await client.get("/models/m/log")).json()["lines"]
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    told = [(line["level"], line["message"]) for line in lines]
    for level, words in (
        ("info", "version 1 is being loaded by torch"),
        ("info", "version 1 is ready"),
        ("info", "200 in "),
        ("warning", "422"),
        ("error", "the engine ended: killed by SIGKILL"),
    ):
        assert any(line[0] == level and words in line[1] for line in told), (level, words, told)
    after = (await client.get("/models/m/log", params={"after": len(lines) - 1})).json()["lines"]
    assert [line["n"] for line in after][0] == len(lines)


async def test_the_log_of_nobody_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/models/nobody/log")).status_code == 404


def test_the_oldest_lines_go_first() -> None:
    journal = Journal("m")
    for number in range(KEPT_LINES + 10):
        journal.write("info", str(number))
    lines = journal.after()
    assert len(lines) == KEPT_LINES and lines[0]["message"] == "10"


def test_a_flood_of_refusals_is_one_line() -> None:
    journal = Journal("m")
    for _ in range(100):
        journal.refused(429)
    journal.refused(503)
    assert [line["message"] for line in journal.after()] == ["429", "503"]
