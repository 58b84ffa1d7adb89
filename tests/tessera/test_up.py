"""The real processes, from an empty folder to a clean end."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

from tests import stack as stacks


def children(stack: stacks.Stack) -> dict[str, psutil.Process]:
    names = {
        "tessera.web": "web",
        "deployments.server": "inference",
        "default": "worker",
        "gpu": "gpu-worker",
        "exports": "export-worker",
    }
    found = {}
    for process in psutil.Process(stack.process.pid).children():
        # One that ends at this moment has no command line any more.
        with contextlib.suppress(psutil.NoSuchProcess):
            line = process.cmdline()
            found |= {name: process for word, name in names.items() if word in line}
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def is_ready(stack: stacks.Stack) -> bool:
    return httpx.get(f"{stack.url}/readyz", timeout=30).status_code == 200


def test_every_process_runs_and_answers(stack: stacks.Stack) -> None:
    assert set(children(stack)) == {"web", "inference", "worker", "gpu-worker", "export-worker"}
    answer = httpx.get(f"{stack.url}/readyz").json()
    assert answer["status"] == "ready"
    assert httpx.get(f"{stack.url}/healthz").status_code == 200


def test_only_the_web_process_is_public(stack: stacks.Stack) -> None:
    inference = children(stack)["inference"]
    addresses = {c.laddr.ip for c in inference.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    assert addresses == {"127.0.0.1"}


def test_the_secret_is_for_its_owner_only(stack: stacks.Stack) -> None:
    assert (stack.data_dir / "secret_key").stat().st_mode & 0o077 == 0


def test_a_killed_process_comes_back(stack: stacks.Stack) -> None:
    for name in ("web", "worker", "inference"):
        wait_until(lambda name=name: name in children(stack))
        before = children(stack)[name]
        before.kill()
        wait_until(lambda name=name, before=before: children(stack).get(name, before).pid != before.pid)
    wait_until(lambda: is_ready(stack))


def test_a_restarting_web_process_refuses_nobody(stack: stacks.Stack) -> None:
    """The supervisor holds the listening socket: who comes meanwhile waits in its queue."""
    wait_until(lambda: "web" in children(stack))
    children(stack)["web"].kill()
    assert httpx.get(f"{stack.url}/healthz", timeout=30).status_code == 200


def test_init_prints_one_object_and_a_fresh_key_each_time(stack: stacks.Stack) -> None:
    first, second = stack.owner(), stack.owner()
    assert set(first) == {"workspace", "user", "api_key"}
    assert first["user"] == second["user"]
    assert first["workspace"] == second["workspace"]
    assert first["api_key"] != second["api_key"]
    for made in (first, second):
        headers = {"Authorization": f"Bearer {made['api_key']}"}
        workspaces = httpx.get(f"{stack.url}/api/v1/workspaces", headers=headers).json()["results"]
        assert [workspace["id"] for workspace in workspaces] == [made["workspace"]]


def test_init_refuses_another_password(stack: stacks.Stack, owner: dict[str, str]) -> None:
    done = stack.tessera("init", "--email", stacks.EMAIL, "--password", "something else 1")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "exists with another password" in done.stderr


def test_a_second_up_on_the_same_folder_is_refused(stack: stacks.Stack) -> None:
    done = stack.tessera("up", "--port", "0")
    assert done.returncode == 1
    assert "already runs on" in done.stderr


def test_doctor_finds_a_running_platform_well(stack: stacks.Stack) -> None:
    done = stack.tessera("doctor")
    assert done.returncode == 0, done.stdout
    assert f"runs at {stack.url}" in done.stdout
    assert "up to date" in done.stdout


def test_doctor_names_what_is_broken_and_what_to_do(stack: stacks.Stack, tmp_path: Path) -> None:
    stack.environment["TESSERA_WEIGHTS_DIR"] = str(tmp_path / "nowhere")
    try:
        done = stack.tessera("doctor")
    finally:
        del stack.environment["TESSERA_WEIGHTS_DIR"]
    assert done.returncode == 1
    assert "Correct or unset TESSERA_WEIGHTS_DIR" in done.stdout


def test_no_process_survives_a_killed_supervisor() -> None:
    with stacks.running() as stack:
        family = psutil.Process(stack.process.pid).children(recursive=True)
        assert len(family) >= 4
        stack.process.kill()
        stack.process.wait()
        gone, alive = psutil.wait_procs(family, 10)
        assert not alive


def test_ctrl_c_stops_everything_within_seconds() -> None:
    with stacks.running() as stack:
        family = psutil.Process(stack.process.pid).children(recursive=True)
        began = time.monotonic()
        stack.process.send_signal(signal.SIGINT)
        assert stack.process.wait(15) == 0
        assert time.monotonic() - began < 8
        assert not [process for process in family if process.is_running()]
        assert "stopped" in stack.log()


def test_manage_py_knows_the_server_commands(stack: stacks.Stack) -> None:

    command = [
        sys.executable,
        "manage.py",
        "init",
        "--email",
        "second@example.com",
        "--password",
        "a long one 22",
    ]
    done = subprocess.run(
        command, cwd=stacks.ROOT, env=stack.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["api_key"]
