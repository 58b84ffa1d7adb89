"""The server as a process: light when idle, and it leaves politely."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import httpx
import psutil

from tests.deployments.server.images import jpeg
from tests.deployments.server.process import running_server

IDLE_BYTES = 120 << 20


def test_an_idle_server_is_light_and_imports_no_torch() -> None:
    with running_server() as server:
        process = psutil.Process(server.process.pid)
        assert process.memory_info().rss < IDLE_BYTES
        assert not any("torch" in region.path for region in process.memory_maps())


def test_sigterm_answers_what_is_in_and_ends_with_zero(bundle: Path) -> None:
    with running_server() as server:
        server.put("m", bundle)
        server.wait_ready("m")
        answers: list[httpx.Response] = []
        asking = [
            threading.Thread(target=lambda: answers.append(server.predict("m", jpeg(2000, 1500))))
            for _ in range(4)
        ]
        for thread in asking:
            thread.start()
        while server.state("m")["requests"] < len(asking):
            time.sleep(0.001)
        server.process.send_signal(signal.SIGTERM)
        for thread in asking:
            thread.join()
        assert server.process.wait(20) == 0
        assert [answer.status_code for answer in answers] == [200] * len(asking)


def test_engines_end_with_a_server_that_is_killed(bundle: Path) -> None:
    with running_server() as server:
        server.put("m", bundle, runtime="onnxruntime", threads=1)
        server.wait_ready("m")
        engine = psutil.Process(server.state("m")["pid"])
        assert engine.ppid() == server.process.pid
        server.process.kill()
        gone, alive = psutil.wait_procs([engine], 5)
        assert gone and not alive


def test_sigterm_during_a_load_leaves_no_child(bundle: Path) -> None:
    with running_server() as server:
        elsewhere = bundle.parent / "unexported"
        elsewhere.mkdir()
        for name in ("bundle.json", "model.safetensors"):
            (elsewhere / name).symlink_to(bundle / name)
        server.put("m", elsewhere, runtime="onnxruntime")
        children: list[psutil.Process] = []
        while not children:
            children = psutil.Process(server.process.pid).children(recursive=True)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(20) == 0
        assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
