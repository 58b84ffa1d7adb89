"""A real bundle with a real server process, and a quick model for what needs neither."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deployments.server import loading
from deployments.server.config import Config
from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server, running_server
from tests.deployments.server.quick import QuickEngine, QuickPredictor, connected

MAKE_BUNDLE = """
import sys
from training.ml.bundle import save_random_bundle

save_random_bundle(sys.argv[1], size=(64, 64))
"""


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained SegFormer-B0 of 64 x 64 with the classes squirrel and butterfly."""
    folder = tmp_path_factory.mktemp("serving") / "bundle"
    subprocess.run([sys.executable, "-c", MAKE_BUNDLE, str(folder)], check=True)
    return folder


@pytest.fixture(scope="session")
def server(bundle: Path) -> Iterator[Server]:
    """A server process with the bundle as model `m`; tests leave it as they found it."""
    with running_server() as running:
        running.put("m", bundle, describe={"deployment": {"id": "m", "name": "Squirrels", "version": 1}})
        running.wait_ready("m")
        yield running


@pytest.fixture(scope="session")
def light(server: Server, bundle: Path) -> str:
    """A second model on the server, whose engine starts quickly."""
    server.put("light", bundle, runtime="onnxruntime", threads=1)
    server.wait_ready("light")
    return "light"


@pytest.fixture
def image() -> bytes:
    """A JPEG of 90 x 60 pixels."""
    return jpeg(90, 60)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> type[QuickPredictor]:
    """The class of predictor that the in-process server of this test uses; its attributes can be set."""
    predictor = type("TestPredictor", (QuickPredictor,), {"calls": [], "made": [], "engines": []})
    monkeypatch.setattr(loading, "Steps", predictor)
    monkeypatch.setattr(loading, "Engine", type("TestEngine", (QuickEngine,), {"kind": predictor}))
    return predictor


@pytest.fixture
async def client(quick: type[QuickPredictor]) -> AsyncIterator[httpx.AsyncClient]:
    """The application in this process, with a quick model loaded as `m`."""
    async with connected(Config(cores=2, queue_limit=8, watch_seconds=0.02, pause=0.01)) as connection:
        await quick.load(connection, "m")
        quick.calls.clear()
        yield connection
