"""SIGTERM ends the child at once, in the middle of a step too, and leaves nothing half written."""

import json
import signal
import time

from tests.training.ml.conftest import MakeRun, metrics_of, start_child, state_of


def test_it_leaves_within_a_second_from_inside_a_long_step(make_run: MakeRun) -> None:
    folder = make_run(
        input_size=[256, 256],
        hyperparameters={"steps": 50, "batch_size": 16},
        checkpoints={"strategies": ["every"], "every": 1, "keep": 2},
    )
    child = start_child(folder)
    deadline = time.monotonic() + 90
    while not (folder / "metrics.jsonl").exists():
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.4)
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=10)
    assert time.monotonic() - began < 1.0
    assert child.returncode == 128 + signal.SIGTERM
    assert metrics_of(folder)
    assert state_of(folder)["status"] == "running"
    index = json.loads((folder / "artifacts" / "index.json").read_text())
    for item in index:
        assert (folder / "artifacts" / item["name"] / "model.safetensors").exists()
