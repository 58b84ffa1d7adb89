"""What the inference server costs over the bare runtime: `python -m tests.bench.serving [runtime ...]`.

Both sides use the same bundle, runtime and number of threads, in processes of their own, and take turns in one run. The
bare side does the forward pass in a loop and nothing else; the server also decodes a JPEG, preprocesses, upsamples, traces
polygons, encodes masks and speaks HTTP.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np

from deployments.server.config import available_cores
from tests.deployments.server.process import running_server
from training.ml.bundle import save_random_bundle
from training.ml.predictor import Predictor

SIZE = 512
CLIENTS = 8
ROUNDS = 3
SECONDS = 3.0
LONE = 20
RATIO_GOAL = 0.85
ADDED_GOAL = 12.0


def photograph(seed: int) -> bytes:
    """A JPEG of SIZE x SIZE with the detail of a photograph: soft shapes and a little noise."""
    random = np.random.default_rng(seed)
    shapes = cv2.GaussianBlur(random.integers(0, 256, (SIZE, SIZE, 3), np.uint8), (0, 0), 24)
    shapes = cv2.normalize(shapes, None, 0, 255, cv2.NORM_MINMAX)
    grain = random.normal(0, 6, shapes.shape)
    picture = np.clip(shapes + grain, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def bare(bundle: str, runtime: str, threads: int, pipe: Connection) -> None:
    """Forward passes on demand: receives a number of seconds, sends seconds an image; 0 is a single pass, None the end."""
    predictor = Predictor(bundle, runtime=runtime, threads=threads)
    batch = np.random.default_rng(0).standard_normal((1, 3, SIZE, SIZE)).astype(np.float32)
    for _ in range(3):
        predictor.forward(batch)
    pipe.send(None)
    while (seconds := pipe.recv()) is not None:
        began = time.perf_counter()
        passes = 0
        while not passes or time.perf_counter() - began < seconds:
            predictor.forward(batch)
            passes += 1
        pipe.send((time.perf_counter() - began) / passes)


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int, path: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._path = path

    def ask(self, image: bytes) -> dict[str, object] | None:
        """Send an image; None unless it was answered."""
        self._connection.request("POST", self._path, image, {"Content-Type": "image/jpeg"})
        response = self._connection.getresponse()
        content = response.read()
        return None if response.status != 200 else {"bytes": len(content), "content": content}


def crowd(port: int, path: str, images: list[bytes], pipe: Connection) -> None:
    """CLIENTS clients on demand: receives a number of seconds, sends answers per second and how many failed."""
    clients = [Client(port, path) for _ in range(CLIENTS)]
    while (seconds := pipe.recv()) is not None:
        counts = [[0, 0] for _ in clients]
        until = time.perf_counter() + seconds

        def work(client: Client, count: list[int], until: float = until) -> None:
            while time.perf_counter() < until:
                count[client.ask(images[sum(count) % len(images)]) is None] += 1

        threads = [threading.Thread(target=work, args=pair) for pair in zip(clients, counts, strict=True)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        answered, failed = (sum(count[i] for count in counts) for i in (0, 1))
        pipe.send((answered / (time.perf_counter() - began), failed))


def measure(runtime: str, bundle: str, port: int) -> bool:
    """Print a line for one runtime; True when it met both goals."""
    path = f"/models/{runtime}/predict"
    images = [photograph(seed) for seed in range(8)]
    context = multiprocessing.get_context("spawn")
    bare_pipe, bare_end = context.Pipe()
    crowd_pipe, crowd_end = context.Pipe()
    processes = [
        context.Process(target=bare, args=(bundle, runtime, available_cores(), bare_end), daemon=True),
        context.Process(target=crowd, args=(port, path, images, crowd_end), daemon=True),
    ]
    for process in processes:
        process.start()
    bare_pipe.recv()
    bare_rates, rates, ratios, failures = [], [], [], 0
    crowd_pipe.send(SECONDS / 2)
    crowd_pipe.recv()
    for _ in range(ROUNDS):
        bare_pipe.send(SECONDS)
        bare_rates.append(1 / bare_pipe.recv())
        crowd_pipe.send(SECONDS)
        rate, failed = crowd_pipe.recv()
        rates.append(rate)
        ratios.append(rates[-1] / bare_rates[-1])
        failures += failed
    client = Client(port, path)
    passes, requests, parts = [], [], []
    for i in range(LONE):
        bare_pipe.send(0)
        passes.append(bare_pipe.recv() * 1000)
        began = time.perf_counter()
        answer = client.ask(images[i % len(images)])
        requests.append((time.perf_counter() - began) * 1000)
        parts.append(json.loads(answer["content"])["timing_ms"])
    for pipe, process in zip((bare_pipe, crowd_pipe), processes, strict=True):
        pipe.send(None)
        process.join()
    ratio, added = statistics.median(ratios), statistics.median(requests) - statistics.median(passes)
    means = {name: round(statistics.median(part[name] for part in parts), 1) for name in parts[0]}
    print(
        f"{runtime:12} bare {statistics.median(bare_rates):5.1f}/s   {CLIENTS} clients {statistics.median(rates):5.1f}/s"
        f"   ratio {ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f})   failed {failures}\n"
        f"{'':12} bare {statistics.median(passes):5.1f} ms  request {statistics.median(requests):5.1f} ms"
        f"   added {added:.1f} ms   {means}, answer {answer['bytes'] / 1000:.0f} kB",
        flush=True,
    )
    return ratio >= RATIO_GOAL and added < ADDED_GOAL


def main() -> int:
    """Measure the runtimes named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serving", description=__doc__)
    parser.add_argument("runtime", nargs="*", default=["openvino", "onnxruntime", "torch"])
    runtimes = parser.parse_args().runtime
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "bundle"
        make = f"from training.ml.bundle import save_random_bundle as s; s({str(bundle)!r}, size=({SIZE}, {SIZE}))"
        subprocess.run([sys.executable, "-c", make], check=True)
        with running_server() as server:
            good = True
            for runtime in runtimes:
                server.put(runtime, bundle, runtime=runtime)
                server.wait_ready(runtime)
                good = measure(runtime, str(bundle), server.port) and good
                server.delete(runtime)
    print(f"Goals: ratio >= {RATIO_GOAL}, added < {ADDED_GOAL:.0f} ms: {'met' if good else 'missed'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
