"""From a JPEG to JSON in every runtime: `python -m tests.bench.whole_request [--train 120] [--only NAME]`.

For SegFormer-B0 at 512 x 512 and Mask2Former Swin-T at 384 x 384, trained for a short while on real images:
milliseconds of the forward pass as PyTorch runs the model as published, and as each of our runtimes does;
requests a second through the server, from the file's bytes to the answer; what int8 loses; and the model's
operations against what this machine's cores reach in a plain matrix product.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from tests.bench.serving import Client, photograph
from tests.bench.zoo import ROOT, train, write_run
from tests.bench.zoo_data import nuclei
from tests.deployments.server.process import running_server
from training.ml.predictor import Predictor

WAYS = (
    ("torch", "none"),
    ("torch", "bf16"),
    ("onnxruntime", "none"),
    ("onnxruntime", "int8"),
    ("openvino", "none"),
    ("openvino", "bf16"),
    ("openvino", "int8"),
)
FORMATS = {"torch": "torch", "onnxruntime": "onnx", "openvino": "openvino"}
# Forward pass against PyTorch as published, and answers a second, as promised of the best way.
FORWARD_GOAL = {"segformer": 10.0, "mask2former": 2.5}
REQUESTS_GOAL = {"segformer": 20.0}
POINTS_GOAL = 0.5
SIZES = {"segformer": 512, "mask2former": 384}
VARIANTS = {"segformer": "b0", "mask2former": "swin-tiny"}
REQUESTS = 30


def published(name: str, labels: int) -> torch.nn.Module:
    """The model as transformers publishes it, with weights of no meaning."""
    import transformers

    if name == "segformer":
        config = transformers.SegformerConfig(num_labels=labels)
        return transformers.SegformerForSemanticSegmentation(config).eval()
    swin = transformers.SwinConfig(out_features=["stage1", "stage2", "stage3", "stage4"])
    config = transformers.Mask2FormerConfig(backbone_config=swin, num_labels=labels)
    return transformers.Mask2FormerForUniversalSegmentation(config).eval()


def trained(name: str, folder: Path, seconds: float) -> Path:
    """A bundle that learnt for about so many seconds, at the size that is measured."""
    size = SIZES[name]
    spec = {
        "task": "semantic",
        "architecture": name,
        "variant": VARIANTS[name],
        "weights": {"kind": "scratch"},
        "input_size": [size, size],
        "augmentations": [{"name": "horizontal_flip", "p": 0.5}],
        "hyperparameters": {"steps": max(2, int(seconds / 2)), "batch_size": 2, "warmup_steps": 2},
        "evaluation": {"every": 1_000_000},
        "hardware": {"device": "cpu", "precision": "fp32"},
        "checkpoints": {"strategies": ["latest"]},
        "limits": {"minutes": seconds / 60},
    }
    write_run(folder, nuclei("semantic"), spec)
    train(folder)
    return next((folder / "artifacts").glob("step-*"))


def converted(bundle: Path, runtime: str, quantization: str, manifest: Path) -> dict[str, Any]:
    """The judge's report of one way to run the bundle."""
    form = FORMATS[runtime]
    out = bundle
    if form != "torch":
        out = bundle / "runtimes" / (form if quantization == "none" else f"{form}-{quantization}")
        child("training.ml.export", bundle, "--format", form, "--quantization", quantization, "--out", out,
              "--data", manifest)  # fmt: skip
    elif quantization != "none":
        out = bundle.parent / f"torch-{quantization}"
        out.mkdir()
        (out / "export.json").write_text(json.dumps({"format": form, "quantization": quantization}))
    report = bundle.parent / f"{runtime}-{quantization}.json"
    child("training.ml.judge", bundle, out, "--data", manifest, "--images", 32, "--out", report)
    return dict(json.loads(report.read_text()))


def child(module: str, *arguments: object) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])


def milliseconds(work: Callable[[], object], runs: int = 7) -> float:
    """The median of a few calls, after two that do not count."""
    taken = []
    for number in range(runs + 2):
        began = time.perf_counter()
        work()
        taken += [(time.perf_counter() - began) * 1000] if number > 1 else []
    return statistics.median(taken)


def peak(side: int = 1536) -> float:
    """GFLOP/s of a float32 matrix product here."""
    left, right = torch.randn(side, side), torch.randn(side, side)
    return 2 * side**3 / milliseconds(lambda: left @ right) / 1e6


def requests(port: int, model: str) -> float:
    """Answers a second to one client that sends 640 x 480 JPEGs, one after the other."""
    pictures = [cv2.imdecode(np.frombuffer(photograph(n), np.uint8), 1) for n in range(4)]
    files = [cv2.imencode(".jpg", cv2.resize(each, (640, 480)))[1].tobytes() for each in pictures]
    client = Client(port, f"/models/{model}/predict")
    for file in files:
        client.ask(file)
    began = time.perf_counter()
    for number in range(REQUESTS):
        client.ask(files[number % len(files)])
    return REQUESTS / (time.perf_counter() - began)


def measure(name: str, seconds: float, server: Any, folder: Path) -> bool:
    """Print the table of one architecture; whether it is as promised."""
    bundle = trained(name, folder / name, seconds)
    manifest, size = folder / name / "manifest.jsonl", SIZES[name]
    image = torch.randn(1, 3, size, size)
    torch.set_num_threads(os.cpu_count() or 1)
    with torch.inference_mode():
        model = published(name, 2)
        with FlopCounterMode(display=False) as counter:
            model(image)
        flops = counter.get_total_flops()
        eager = milliseconds(lambda: model(image), 5)
    print(f"{name} {VARIANTS[name]}, {size} x {size}: {flops / 1e9:.1f} GFLOP as published; ", end="")
    print(f"PyTorch runs it in {eager:.0f} ms, {flops / eager / 1e6 / peak():.0%} of the fp32 peak")
    best, quickest = 0.0, 0.0
    for runtime, quantization in WAYS:
        report = converted(bundle, runtime, quantization, manifest)
        predictor = Predictor(bundle, runtime=runtime, quantization=quantization, threads=os.cpu_count())
        taken = milliseconds(lambda predictor=predictor: predictor.forward(image.numpy()))
        del predictor
        label = f"{name}-{runtime}-{quantization}"
        server.put(label, bundle, runtime=runtime, quantization=quantization)
        server.wait_ready(label)
        rate = requests(server.port, label)
        server.delete(label)
        lost = report["lost_points"]
        if lost <= POINTS_GOAL:
            best, quickest = max(best, eager / taken), max(quickest, rate)
        print(
            f"  {runtime:11} {quantization:5} forward {taken:6.1f} ms, {eager / taken:5.2f} x PyTorch; ",
            end="",
        )
        print(f"{rate:5.1f} requests/s; loses {lost:5.2f} points, {report['memory_mb']:.0f} MB", flush=True)
    goal, rate_goal = FORWARD_GOAL[name], REQUESTS_GOAL.get(name, 0.0)
    met = best >= goal and quickest >= rate_goal
    print(f"  best within {POINTS_GOAL} points: {best:.1f} x (goal {goal:g}), ", end="")
    print(f"{quickest:.1f} requests/s (goal {rate_goal:g}): {'met' if met else 'missed'}", flush=True)
    return met


def main() -> int:
    """1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.whole_request", description=__doc__)
    parser.add_argument("--train", type=float, default=120.0, help="seconds of training for each model")
    parser.add_argument("--only", choices=tuple(SIZES))
    asked = parser.parse_args()
    print(f"this machine: {os.cpu_count()} cores, {peak():.0f} GFLOP/s in float32")
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        names = [asked.only] if asked.only else list(SIZES)
        met = [measure(name, asked.train, server, Path(folder)) for name in names]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
