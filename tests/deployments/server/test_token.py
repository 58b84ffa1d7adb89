"""Who may talk to the server."""

from __future__ import annotations

import os
import subprocess
import sys

import httpx
import pytest

from deployments.server.app import create_app
from deployments.server.config import Config


def client(token: str | None, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(create_app(Config(cores=1, token=token)), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://server")


@pytest.mark.parametrize(
    ("header", "status"), [(None, 401), ("Bearer wrong", 401), ("secret", 401), ("Bearer secret", 200)]
)
async def test_the_token_opens(header: str | None, status: int) -> None:
    async with client("secret", "10.0.0.9") as connection:
        headers = {"Authorization": header} if header else {}
        answer = await connection.get("/models", headers=headers)
        assert answer.status_code == status
        assert (await connection.get("/metrics", headers=headers)).status_code == status


async def test_probes_need_no_token() -> None:
    async with client("secret", "10.0.0.9") as connection:
        assert (await connection.get("/healthz")).status_code == 200
        assert (await connection.get("/readyz")).status_code == 200


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.9", 401)])
async def test_without_a_token_only_this_machine_may_ask(address: str, status: int) -> None:
    async with client(None, address) as connection:
        assert (await connection.get("/models")).status_code == status


def test_without_a_token_the_server_listens_to_this_machine_alone() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TESSERA_INFERENCE_TOKEN"}
    command = [sys.executable, "-m", "deployments.server", "--host", "0.0.0.0", "--port", "1"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "TESSERA_INFERENCE_TOKEN" in done.stderr
