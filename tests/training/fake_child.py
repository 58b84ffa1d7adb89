"""A training process of a few lines for tests of supervision: `python fake_child.py <mode> <folder>`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

LABELS = [
    {"index": 0, "name": "background", "id": None, "color": None},
    {"index": 1, "name": "squirrel", "id": "0b9a6f0e-1111-4222-8333-444455556666", "color": "#ff8800"},
]


def state(folder: Path, **values: object) -> None:
    beside = folder / ".state"
    beside.write_text(json.dumps({"total_steps": 6, **values}))
    os.replace(beside, folder / "state.json")


def metric(folder: Path, step: int, **values: float) -> None:
    record = {
        "step": step,
        "epoch": step / 2,
        "values": {"train/loss": 1 / step, **values},
        "time": time.time(),
    }
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")


def artifact(folder: Path, name: str, step: int) -> dict[str, object]:
    place = folder / "artifacts" / name
    place.mkdir(parents=True, exist_ok=True)
    bundle = {
        "architecture": "segformer",
        "variant": "b0",
        "labels": LABELS,
        "preprocessing": {"size": [64, 64]},
        "lineage": {"seed": 3},
    }
    (place / "model.safetensors").write_bytes(b"weights of step %d" % step)
    (place / "bundle.json").write_text(json.dumps(bundle))
    return {
        "name": name,
        "strategies": ["latest"],
        "step": step,
        "epoch": step / 2,
        "metrics": {"val/miou": 0.5},
    }


def index(folder: Path, *entries: dict[str, object]) -> None:
    beside = folder / ".index"
    beside.write_text(json.dumps(entries))
    os.replace(beside, folder / "artifacts" / "index.json")


def good(folder: Path) -> None:
    """Six steps from wherever an earlier life stopped, two artifacts of which one is kept, an evaluation."""
    print("hello from the child", flush=True)
    state(folder, status="running", step=0)
    lines = folder / "metrics.jsonl"
    first = len(lines.read_text().splitlines()) + 1 if lines.exists() else 1
    for step in range(first, 7):
        metric(folder, step, **({"val/miou": step / 10} if step % 3 == 0 else {}))
        state(
            folder, status="running", step=step, device="cpu", images_per_second=9.5, eta_seconds=6.0 - step
        )
        if step == 3:
            index(folder, artifact(folder, "step-3", 3))
        time.sleep(0.02)
    time.sleep(0.3)
    index(folder, artifact(folder, "step-6", 6))
    state(folder, status="evaluating", step=6)
    (folder / "artifacts" / "step-6" / "scores.npz").write_bytes(b"counts")
    (folder / "artifacts" / "step-6" / "evaluation.json").write_text(json.dumps({"miou": 0.6, "images": 2}))
    state(folder, status="succeeded", step=6)
    print("done", flush=True)


def trial(folder: Path) -> None:
    """Trains from where it stopped to its limit of steps; the seed says how well, and 13 brings death."""
    spec = json.loads((folder / "spec.json").read_text())
    lines = folder / "metrics.jsonl"
    done = len(lines.read_text().splitlines()) if lines.exists() else 0
    seed, limit = spec["hyperparameters"]["seed"], spec["limits"]["steps"]
    for step in range(done + 1, min(limit, spec["hyperparameters"]["steps"]) + 1):
        print(f"step {step}", flush=True)
        metric(folder, step, **{"val/miou": seed / 100 + step / 1000})
        if seed == 13:
            os.kill(os.getpid(), signal.SIGKILL)
    state(folder, status="succeeded", step=min(limit, spec["hyperparameters"]["steps"]), total_steps=limit)


def steady(folder: Path) -> None:
    """Trains 40 steps from its last checkpoint; it writes one every 5 steps, as a real child does."""
    file, lines = folder / "checkpoint", folder / "metrics.jsonl"
    done = int(file.read_text()) if file.exists() else 0
    kept = lines.read_text().splitlines(keepends=True)[:done] if lines.exists() else []
    lines.write_text("".join(kept))
    print(f"from step {done}", flush=True)
    for step in range(done + 1, 41):
        metric(folder, step)
        state(folder, status="running", step=step, total_steps=40)
        if step % 5 == 0:
            beside = folder / ".checkpoint"
            beside.write_text(str(step))
            os.replace(beside, file)
        time.sleep(0.1)
    state(folder, status="succeeded", step=40, total_steps=40)


def slow(folder: Path) -> None:
    """Steps for a minute; leaves at SIGTERM."""
    state(folder, status="running")
    for step in range(1, 600):
        metric(folder, step)
        time.sleep(0.1)


def stubborn(folder: Path) -> None:
    """Ignores SIGTERM and has a child of its own."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", str(folder)])
    (folder / "grandchild").write_text(str(child.pid))
    slow(folder)


def failing(folder: Path) -> None:
    error = {"title": "No weights", "detail": "Nothing at hub or folder.", "hint": "Put them there."}
    state(folder, status="failed", error=error)
    sys.exit(2)


def crashing(folder: Path) -> None:
    print("about to divide", flush=True)
    raise ZeroDivisionError("by zero")


def killed(folder: Path) -> None:
    """Dies by SIGKILL in the middle of a line."""
    metric(folder, 1)
    metric(folder, 2)
    with (folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 3, "epo')
    print("half a", end="", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


def garbage(folder: Path) -> None:
    """Writes nonsense between what is true."""
    with (folder / "metrics.jsonl").open("ab") as file:
        file.write(b'\xff\xfe\n[]\n{"step": "x"}\n')
    metric(folder, 1)
    with (folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 1, "epoch": 0, "values": {"train/loss": 99}, "time": 1}\nnull\n')
    metric(folder, 2)
    (folder / "artifacts").mkdir(exist_ok=True)
    (folder / "artifacts" / "index.json").write_text('[{"name": "nowhere", "step": 2}, 7]')
    (folder / "state.json").write_text('["not", "an", "object"]')
    print("nul \x00 and \x1b[31mcolour", flush=True)


def hungry(folder: Path) -> None:
    """Wants to be started again with half the batch until it is 1."""
    file = folder / "adjusted.json"
    batch = json.loads(file.read_text())["batch_size"] if file.exists() else 4
    print(f"batch {batch}", flush=True)
    if batch > 1:
        file.write_text(json.dumps({"batch_size": batch // 2}))
        sys.exit(75)
    good(folder)


def starved(folder: Path) -> None:
    """Is ended by the kernel as long as the batch is above 1."""
    file = folder / "adjusted.json"
    if not file.exists() or json.loads(file.read_text())["batch_size"] > 1:
        os.kill(os.getpid(), signal.SIGKILL)
    good(folder)


def silent(folder: Path) -> None:
    time.sleep(600)


if __name__ == "__main__":
    globals()[sys.argv[1]](Path(sys.argv[2]))
