"""The platform the demo uses: the one that runs on its data folder, else one it starts and stops itself."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tessera.supervisor import lock
from tessera.supervisor.environment import settings_environment
from tessera.supervisor.process import die_with

EMAIL = "demo@example.com"
WORKSPACE = "Demo"
START_SECONDS = 90.0
STOP_SECONDS = 20.0


class DemoFailed(Exception):
    """Why the demo cannot go on, in words for whoever watches it."""


@dataclass(frozen=True)
class Owner:
    """Who the demo is: a way in for people, and a key for programs."""

    email: str
    password: str
    workspace: str
    api_key: str


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[bytes] | None]]:
    """The platform's address and, when it was started here, its process; stopped again at the end."""
    info = lock.running(folder)
    if info is not None:
        yield _wait_ready(folder, None), None
        return
    log = folder / "logs" / "up.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    process = _start(folder, port if _is_free(port) else 0, log)
    try:
        yield _wait_ready(folder, process), process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def owner(folder: Path) -> Owner:
    """The demo's user on this data folder, made on the first call; every call gets a fresh key."""
    secret = folder / "demo-password"
    if not secret.exists():
        with os.fdopen(os.open(secret, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(f"acorn-{secrets.token_hex(4)}")
    password = secret.read_text()
    arguments = [
        "init",
        "--email",
        EMAIL,
        "--password",
        password,
        "--workspace",
        WORKSPACE,
        "--data",
        str(folder),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tessera.cli", *arguments],
        env=settings_environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DemoFailed(f"No account for the demo:\n{done.stderr.strip()}")
    made = json.loads(done.stdout)
    return Owner(EMAIL, password, made["workspace"], made["api_key"])


def _start(folder: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "tessera.cli", "up", "--data", str(folder), "--port", str(port)],
            env=settings_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for the demo, which then stops the platform in order.
            start_new_session=True,
            preexec_fn=lambda: die_with(parent),
        )


def _wait_ready(folder: Path, process: subprocess.Popen[bytes] | None) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        info = lock.running(folder)
        if info and info.get("ready"):
            return str(info["url"])
        if process is None and info is None:
            raise DemoFailed("The platform on this folder stopped while the demo waited for it.")
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.1)
    lines = (folder / "logs" / "up.log").read_text().splitlines()[-15:]
    raise DemoFailed("\n".join(["The platform did not start. Its last words:", *lines]))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
