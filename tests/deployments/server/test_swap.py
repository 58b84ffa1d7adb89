"""A new version takes over between two requests."""

from __future__ import annotations

import threading
from pathlib import Path

from tests.deployments.server.images import jpeg
from tests.deployments.server.process import Server


def test_no_request_fails_while_a_version_is_swapped(server: Server, bundle: Path) -> None:
    server.put("swap", bundle, version=1, runtime="onnxruntime", describe={"deployment": {"version": 1}})
    server.wait_ready("swap")
    image, over = jpeg(90, 60), threading.Event()
    seen: list[tuple[int, int]] = []

    def hammer() -> None:
        while not over.is_set():
            answer = server.predict("swap", image, output="mask")
            seen.append((answer.status_code, answer.json().get("deployment", {}).get("version", 0)))

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        server.put("swap", bundle, version=2, runtime="onnxruntime", describe={"deployment": {"version": 2}})
        server.wait_ready("swap")
        count = len(seen)
        while len(seen) < count + 12:
            threading.Event().wait(0.01)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert {status for status, _ in seen} == {200}
    assert {version for _, version in seen} == {1, 2}
    assert {version for _, version in seen[-4:]} == {2}
    server.delete("swap")
