"""A real bundle with a real server process, and a quick model for what needs neither."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from deployments.server import loading
from deployments.server.app import create_app
from deployments.server.config import Config
from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server, running_server
from tests.deployments.server.quick import QuickEngine, QuickPredictor

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
    app = create_app(Config(cores=2, queue_limit=8))
    transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as connection:
        await quick.load(connection, "m")
        quick.calls.clear()
        yield connection
