"""The smart tool's engines in their processes: embedded once, restarted, and what cannot be loaded."""

from __future__ import annotations

import io
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from deployments.server.assisting.keeper import Keeper
from deployments.server.budget import Budget
from tests.deployments.server.process import Server, running_server
from tests.training.ml.assist import tiny

CLICK = {"points": [[60, 40, 1]]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("weights")
    tiny.save("sam2", root / "tiny-sam2")
    broken = tiny.save("sam", root / "broken-sam")
    (broken / "model.safetensors").write_bytes(b"no weights")
    return root


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with running_server({"TESSERA_WEIGHTS_DIR": str(folder), "TESSERA_ASSIST_ENGINE": "sam2"}) as running:
        yield running


def photo(seed: int = 0, width: int = 120, height: int = 80) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def listed(server: Server) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in server.client.get("/assist").json()["results"]}


def post(server: Server, path: str, **options: Any) -> httpx.Response:
    return server.client.post(f"/assist/images/{path}", **options)


def test_sam_answers_and_wants_the_image_once(server: Server) -> None:
    body = server.client.get("/assist").json()
    assert body["chosen"] == "tiny-sam2"
    asked = post(server, "a-1/segment", json=CLICK)
    assert asked.status_code == 404 and asked.json()["type"].endswith("image-wanted")
    assert post(server, "a-1").json()["type"].endswith("image-wanted")
    looked = post(server, "a-1", content=photo()).json()
    assert looked["ready"] and looked["engine"] == "tiny-sam2"
    assert post(server, "a-1").json()["milliseconds"] < looked["milliseconds"]
    answer = post(server, "a-1/segment", json=CLICK).json()
    assert answer["engine"] == "tiny-sam2" and answer["mask"]["size"] == [80, 120]
    more = {"points": [*CLICK["points"], [10, 10, 0]], "box": [20, 10, 60, 50]}
    assert post(server, "a-1/segment", json=more).status_code == 200
    by_hand = post(server, "a-1/segment?engine=classical", json=CLICK)
    assert by_hand.status_code == 404, "each engine looks for itself"


@pytest.mark.parametrize(
    ("path", "content", "status"),
    [
        ("b-1", b"Dear diary, this is no image.", 422),
        ("a b", photo(), 400),
        ("b-1?engine=dowsing rod", photo(), 400),
        ("b-1/segment", b"{", 400),
        ("b-1/segment", b'{"points": [["x", 1, 1]]}', 400),
        ("b-1/segment", b'{"points": []}', 400),
        ("b-1/segment", b'{"box": [1, 2, 3]}', 400),
    ],
)
def test_bad_requests(server: Server, path: str, content: bytes, status: int) -> None:
    answer = post(server, path, content=content)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")


def test_an_engine_that_dies_is_replaced_and_its_neighbours_live(server: Server) -> None:
    for engine in ("classical", "tiny-sam2"):
        assert post(server, f"c-1?engine={engine}", content=photo(1)).status_code == 200
    found = listed(server)
    assert found["classical"]["running"] and found["tiny-sam2"]["memory_mb"] > 50
    os.kill(found["tiny-sam2"]["pid"], signal.SIGKILL)
    assert post(server, "c-1/segment?engine=classical", json=CLICK).status_code == 200
    deadline = time.monotonic() + 60
    while (answer := post(server, "c-1/segment?engine=sam2", json=CLICK)).status_code == 503:
        assert "Retry-After" in answer.headers and time.monotonic() < deadline
        time.sleep(0.2)
    assert answer.status_code == 404, "the new one has not seen the image"
    assert post(server, "c-1?engine=sam2", content=photo(1)).status_code == 200
    assert post(server, "c-1/segment?engine=sam2", json=CLICK).status_code == 200


def test_weights_that_do_not_load_say_so_and_are_not_chosen(server: Server) -> None:
    assert listed(server)["broken-sam"]["available"]
    answer = post(server, "d-1?engine=broken-sam", content=photo(2))
    assert answer.status_code == 503 and "could not be loaded" in answer.json()["detail"]
    assert not listed(server)["broken-sam"]["available"]
    assert post(server, "d-1", content=photo(2)).json()["engine"] == "tiny-sam2"


class Seen:
    """A state of a size."""

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes


def test_who_comes_while_an_image_is_looked_at_waits_for_that_look() -> None:
    go, looks = Event(), []

    def look() -> Any:
        looks.append(1)
        go.wait(10)
        return Seen(10)

    keeper = Keeper(100, ThreadPoolExecutor(2))
    first, second = keeper.look("a", look), keeper.look("a", look)
    assert keeper.get("a") is first is second
    go.set()
    assert first.result(10).nbytes == 10 and len(looks) == 1


def test_the_images_used_least_lately_are_forgotten() -> None:
    keeper = Keeper(25, ThreadPoolExecutor(1))

    def shown(name: str, size: int = 10) -> Future[Any]:
        future = keeper.look(name, lambda: Seen(size))  # type: ignore[arg-type, return-value]
        future.result(10)
        return future

    shown("a")
    shown("b")
    keeper.get("a")
    shown("c")
    until(lambda: keeper.get("b") is None)
    assert keeper.get("a") and keeper.get("c")
    shown("large", 1000)
    until(lambda: keeper.get("a") is None)
    assert keeper.get("large") is not None

    def broken() -> Any:
        raise ValueError("no image")

    with pytest.raises(ValueError, match="no image"):
        keeper.look("d", broken).result(10)
    until(lambda: keeper.get("d") is None)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Idle:
    """A member of the budget."""

    def __init__(self, memory: int, last_used: float) -> None:
        self.memory, self.last_used, self.awake = memory, last_used, True

    def sleep(self, why: str) -> bool:
        self.awake = False
        return True


def test_the_smart_tools_engines_share_the_models_memory() -> None:
    budget = Budget(100)
    model, assistant = Idle(60, 1.0), Idle(30, 2.0)
    budget.add(model)
    budget.add(assistant)
    budget.make_room(30, keep=assistant)
    assert not model.awake and assistant.awake
