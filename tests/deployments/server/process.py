"""A real server process for tests and benchmarks, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[3]
START_SECONDS = 30
LOAD_SECONDS = 180


@dataclass
class Server:
    """A running `python -m deployments.server`."""

    process: subprocess.Popen[bytes]
    port: int
    client: httpx.Client = field(repr=False)

    def put(self, model: str, bundle: Path, version: int = 1, **values: Any) -> dict[str, Any]:
        """Ask for a model and check that the server takes it."""
        answer = self.client.put(
            f"/models/{model}", json={"version": version, "bundle": str(bundle), **values}
        )
        assert answer.status_code == 202, answer.text
        return answer.json()

    def state(self, model: str) -> dict[str, Any]:
        answer = self.client.get(f"/models/{model}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def wait(self, model: str, status: str) -> dict[str, Any]:
        """Wait until `model` has `status`."""
        deadline = time.monotonic() + LOAD_SECONDS
        while time.monotonic() < deadline:
            state = self.state(model)
            if state["status"] == status:
                return state
            if status == "ready":
                assert state["status"] != "failed", state["error"]
            time.sleep(0.05)
        raise AssertionError(f"{model} did not become {status}: {state}")

    def wait_ready(self, model: str) -> dict[str, Any]:
        return self.wait(model, "ready")

    def delete(self, model: str) -> None:
        assert self.client.delete(f"/models/{model}").status_code == 204

    def predict(self, model: str, image: bytes, **query: str) -> httpx.Response:
        return self.client.post(f"/models/{model}/predict", content=image, params=query)


@contextmanager
def running_server(
    environment: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> Iterator[Server]:
    """Start a server, wait until it answers, and end it with SIGTERM."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "deployments.server", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, headers=headers) as client:
            wait_alive(process, client)
            yield Server(process, port, client)
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_alive(process: subprocess.Popen[bytes], client: httpx.Client) -> None:
    """Wait until the process answers; fails at once where it ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            client.get("/healthz")
            return
        except httpx.ConnectError:
            time.sleep(0.05)
    raise AssertionError("the server does not answer")
