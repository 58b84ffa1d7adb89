"""What the machine has, how busy it is, and with which runs."""

from __future__ import annotations

import subprocess
import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from django.utils import timezone

from training.services import hardware as module

GPUS = [
    {
        "id": f"cuda:{index}",
        "name": "NVIDIA H200",
        "kind": "cuda",
        "cores": 132,
        "memory_total": 150_000_000_000,
        "available": True,
        "uuid": f"0000000{index}-aaaa",
    }
    for index in range(2)
]


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_load", module._Load())
    monkeypatch.setattr(module, "CPU_SECONDS", None)


@pytest.fixture
def gpus(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two GPUs, and a driver that counts how often it is asked."""
    asked: list[float] = []
    known = {"devices": [module._cpu(), *GPUS], "runtimes": ["torch"]}

    def driver(*_: Any, **__: Any) -> Any:
        asked.append(1)
        # The driver numbers them the other way round.
        return SimpleNamespace(stdout="GPU-00000001-AAAA, 1024, 87\nGPU-00000000-aaaa, 10, [N/A]\n")

    monkeypatch.setattr(module, "hardware", lambda: known)
    monkeypatch.setattr(module.subprocess, "run", driver)
    return asked


def working(make_run: Any, **values: Any) -> Any:
    soon = timezone.now() + timedelta(minutes=1)
    return make_run(status="running", lease_token=uuid.uuid4(), lease_expires_at=soon, **values)


def by_id(api: Any) -> dict[str, Any]:
    answer = api.get("/api/v1/hardware")
    assert answer.status_code == 200, answer.content
    return {device["id"]: device for device in answer.json()["devices"]}


def test_the_machine_says_what_it_has(api: Any) -> None:
    hardware = api.get("/api/v1/hardware").json()
    cpu = hardware["devices"][0]
    assert (cpu["id"], cpu["kind"], cpu["available"], cpu["runs"]) == ("cpu", "cpu", True, [])
    assert cpu["memory_total"] == psutil.virtual_memory().total
    assert 0 < cpu["memory_used"] < cpu["memory_total"] and 0 <= cpu["utilization"] <= 100
    assert {"torch", "onnxruntime", "openvino"} <= set(hardware["runtimes"])
    assert hardware["queued"] == 0


def test_a_gpu_is_known_by_its_identifier_and_not_by_its_number(api: Any, gpus: Any) -> None:
    devices = by_id(api)
    assert (devices["cuda:1"]["memory_used"], devices["cuda:1"]["utilization"]) == (1 << 30, 87)
    assert (devices["cuda:0"]["memory_used"], devices["cuda:0"]["utilization"]) == (10 << 20, None)
    assert "uuid" not in devices["cuda:0"]
    by_id(api)
    assert len(gpus) == 1


def test_a_driver_that_does_not_answer_leaves_the_rest(
    api: Any, gpus: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(*_: Any, **__: Any) -> None:
        raise subprocess.TimeoutExpired("nvidia-smi", 5)

    monkeypatch.setattr(module.subprocess, "run", hangs)
    assert by_id(api)["cuda:0"]["utilization"] is None


def test_runs_stand_beside_the_devices_that_they_use(api: Any, gpus: Any, make_run: Any) -> None:
    both = working(make_run, name="Both", device="2 x cuda (NVIDIA H200)")
    first = working(make_run, name="First", device="cuda (NVIDIA H200)")
    early = working(make_run, name="Early", device="")
    make_run(status="succeeded", device="cpu (2 threads)")
    make_run()
    devices = by_id(api)
    assert {run["name"] for run in devices["cuda:0"]["runs"]} == {"Both", "First"}
    assert devices["cuda:1"]["runs"] == [
        {"id": str(both.pk), "name": "Both", "project": str(both.project_id)}
    ]
    assert [run["id"] for run in devices["cpu"]["runs"]] == [str(early.pk)]
    assert first.hardware["device"] == "cpu"
    assert api.get("/api/v1/hardware").json()["queued"] == 1


def test_strangers_do_not_see_whose_runs_they_are(other_api: Any, anonymous: Any, make_run: Any) -> None:
    working(make_run, device="cpu (2 threads)")
    assert by_id(other_api)["cpu"]["runs"] == []
    assert anonymous.get("/api/v1/hardware").status_code == 401
