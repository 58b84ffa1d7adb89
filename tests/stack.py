"""A real `tessera up` for tests: every process, on a folder that goes away."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.services import free_port

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 90.0
STOP_SECONDS = 20.0
EMAIL, PASSWORD = "owner@example.com", "correct horse battery"


@dataclass
class Stack:
    """A running platform: where it listens, where it keeps its data, how to become its owner."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str] = field(repr=False)

    def tessera(self, *arguments: str, key: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command of the command line against this platform."""
        remote = {"TESSERA_URL": self.url, "TESSERA_API_KEY": key}
        return subprocess.run(
            [sys.executable, "-m", "tessera.cli", *arguments],
            env={**self.environment, **remote},
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )

    def owner(self) -> dict[str, str]:
        """`{"workspace", "user", "api_key"}` with a fresh key of the owner, made on the first call."""
        done = self.tessera("init", "--email", EMAIL, "--password", PASSWORD, "--workspace", "Workshop")
        assert done.returncode == 0, done.stderr
        made: dict[str, str] = json.loads(done.stdout)
        return made

    def log(self) -> str:
        return (self.data_dir / "up.out").read_text()


def environment_for(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """What a process of this folder needs; broker and services are those of the test run."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    environment = {**os.environ, "PYTHONPATH": path, "TESSERA_DATA_DIR": str(folder), "OMP_NUM_THREADS": "1"}
    # What the tests' own settings use is none of the platform's business.
    for name in ("TESSERA_SECRET_KEY", "TESSERA_INFERENCE_URL", "TESSERA_INFERENCE_TOKEN"):
        environment.pop(name, None)
    if database_url:
        environment["DATABASE_URL"] = database_url
    return environment


@contextmanager
def running(port: int | None = None) -> Iterator[Stack]:
    """`tessera up`, ready; stopped again afterwards, with its log printed when it went wrong."""
    with tempfile.TemporaryDirectory(prefix="tessera-stack-") as name, _own_database() as database_url:
        folder = Path(name)
        environment = environment_for(folder, database_url)
        port = port or free_port()
        with (folder / "up.out").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tessera.cli", "up", "--port", str(port)],
                env=environment,
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        stack = Stack(f"http://127.0.0.1:{port}", folder, process, environment)
        try:
            _wait_ready(stack)
            yield stack
        except BaseException:
            print(stack.log()[-8000:])
            raise
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_ready(stack: Stack) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "| ready at" not in stack.log():
        assert stack.process.poll() is None, "the platform ended while starting"
        assert time.monotonic() < deadline, "the platform was not ready in time"
        time.sleep(0.05)


@contextmanager
def _own_database() -> Iterator[str | None]:
    """A database of its own beside the one the tests use; with SQLite the folder is that already."""
    base = os.environ.get("DATABASE_URL", "")
    if not base.startswith("postgres"):
        yield None
        return
    name = f"stack_{secrets.token_hex(4)}"
    _execute(base, f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(base)._replace(path=f"/{name}"))
    finally:
        _execute(base, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
