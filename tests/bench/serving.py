"""What the inference server costs over the bare runtime: `python -m tests.bench.serving [runtime ...]`.

Both sides use the same bundle, runtime and number of threads, in processes of their own, and take turns in
one run. The bare side does the forward pass in a loop and nothing else; the server also decodes a JPEG,
preprocesses, upsamples, traces polygons, encodes masks and speaks HTTP.
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
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import numpy as np

from deployments.server.config import available_cores
from tests.deployments.server.process import running_server
from training.ml.predictor import Predictor

SIZE = 512
CLIENTS = 8
ROUNDS = 5
SECONDS = 2.0
LONE = 20
RATIO_GOAL = 0.85
ADDED_GOAL = 12.0

MAKE_BUNDLE = """
import sys
from training.ml.bundle import save_random_bundle

save_random_bundle(sys.argv[1], size=(int(sys.argv[2]), int(sys.argv[2])))
"""


def photograph(seed: int) -> bytes:
    """A JPEG of SIZE x SIZE with the detail of a photograph: soft shapes and a little noise."""
    random = np.random.default_rng(seed)
    shapes = cv2.GaussianBlur(random.integers(0, 256, (SIZE, SIZE, 3), np.uint8), (0, 0), 24)
    shapes = cv2.normalize(shapes, None, 0, 255, cv2.NORM_MINMAX)
    grain = random.normal(0, 6, shapes.shape)
    picture = np.clip(shapes + grain, 0, 255).astype(np.uint8)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def bare(bundle: str, runtime: str, threads: int, pipe: Connection) -> None:
    """Forward passes on demand: receives a number of seconds (0 is a single pass), sends what a pass took;
    None is the end.
    """
    predictor = Predictor(bundle, runtime=runtime, threads=threads)
    batch = np.random.default_rng(0).standard_normal((1, 3, SIZE, SIZE)).astype(np.float32)
    for _ in range(3):
        predictor.forward(batch)
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

    def ask(self, image: bytes) -> bytes:
        """The answer to an image; raises RuntimeError where it is a refusal."""
        self._connection.request("POST", self._path, image, {"Content-Type": "image/jpeg"})
        response = self._connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status}: {content[:200]!r}")
        return content


def crowd(port: int, path: str, images: list[bytes], pipe: Connection) -> None:
    """CLIENTS clients on demand: receives a number of seconds, sends answers a second; None is the end."""
    clients = [Client(port, path) for _ in range(CLIENTS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        while (seconds := pipe.recv()) is not None:
            began = time.perf_counter()
            answered = sum(pool.map(insist, clients, repeat(images), repeat(began + seconds)))
            pipe.send(answered / (time.perf_counter() - began))


def insist(client: Client, images: list[bytes], until: float) -> int:
    """Ask again and again until the time has come; how many answers there were."""
    answers = 0
    while time.perf_counter() < until:
        client.ask(images[answers % len(images)])
        answers += 1
    return answers


@contextmanager
def helpers(
    runtime: str, bundle: str, port: int, images: list[bytes]
) -> Iterator[tuple[Connection, Connection]]:
    """The bare side and the crowd as processes of their own, by the pipes that command them."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    sides = (
        (bare, (bundle, runtime, available_cores())),
        (crowd, (port, f"/models/{runtime}/predict", images)),
    )
    for side, arguments in sides:
        here, there = context.Pipe()
        pipes.append(here)
        processes.append(context.Process(target=side, args=(*arguments, there), daemon=True))
        processes[-1].start()
    yield pipes[0], pipes[1]
    for pipe, process in zip(pipes, processes, strict=True):
        pipe.send(None)
        process.join()


def order(pipe: Connection, seconds: float) -> float:
    """Have one side work for a while, and what it measured."""
    pipe.send(seconds)
    return float(pipe.recv())


def throughput(bare_side: Connection, crowd_side: Connection) -> float:
    """Print and return images a second over HTTP, as a share of the bare loop's."""
    order(crowd_side, SECONDS)
    rounds = [(1 / order(bare_side, SECONDS), order(crowd_side, SECONDS)) for _ in range(ROUNDS)]
    bare_rate, rate = (statistics.median(values) for values in zip(*rounds, strict=True))
    ratios = [served / forward for forward, served in rounds]
    ratio = statistics.median(ratios)
    print(f"  {CLIENTS} clients: {rate:.1f} images/s, bare {bare_rate:.1f}", end="; ")
    print(f"ratio {ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)
    return ratio


def latency(bare_side: Connection, client: Client, images: list[bytes]) -> float:
    """Print and return the milliseconds that a lone request takes longer than a bare forward pass."""
    passes, requests, answers = [], [], []
    for number in range(LONE):
        passes.append(order(bare_side, 0) * 1000)
        began = time.perf_counter()
        answers.append(client.ask(images[number % len(images)]))
        requests.append((time.perf_counter() - began) * 1000)
    timings = [json.loads(answer)["timing_ms"] for answer in answers]
    parts = ", ".join(f"{name} {statistics.median(t[name] for t in timings):.1f}" for name in timings[0])
    bare_pass, request = statistics.median(passes), statistics.median(requests)
    print(
        f"  one client: {request:.1f} ms, bare {bare_pass:.1f}; added {request - bare_pass:.1f} ms ({parts};",
        end="",
    )
    print(f" {statistics.mean(map(len, answers)) / 1000:.0f} kB of JSON)", flush=True)
    return request - bare_pass


def main() -> int:
    """Measure the runtimes named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.serving", description=__doc__)
    parser.add_argument("runtime", nargs="*", default=["openvino", "onnxruntime", "torch"])
    images = [photograph(seed) for seed in range(8)]
    with tempfile.TemporaryDirectory() as folder, running_server() as server:
        bundle = Path(folder) / "bundle"
        subprocess.run([sys.executable, "-c", MAKE_BUNDLE, str(bundle), str(SIZE)], check=True)
        for runtime in parser.parse_args().runtime:
            server.put(runtime, bundle, runtime=runtime)
            server.wait_ready(runtime)
            print(f"SegFormer-B0, {SIZE} x {SIZE}, {runtime}, {available_cores()} threads", flush=True)
            with helpers(runtime, str(bundle), server.port, images) as (bare_side, crowd_side):
                ratio = throughput(bare_side, crowd_side)
                added = latency(bare_side, Client(server.port, f"/models/{runtime}/predict"), images)
            met = ratio >= RATIO_GOAL and added < ADDED_GOAL
            print(f"  goals (ratio {RATIO_GOAL}, added {ADDED_GOAL:.0f} ms): {'met' if met else 'missed'}")
            server.delete(runtime)
    return 0


if __name__ == "__main__":
    sys.exit(main())
