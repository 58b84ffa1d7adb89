"""Ours against LitServe and MLServer: `python -m tests.bench.rivals [--seconds 3] [--rounds 3]`.

Every server gets the same bundle, the same OpenVINO model file and the same code before and after the
forward pass, so that only the serving differs. All of them are up and take turns, while the others stand
still; each rival has the better of two layouts: one process on all cores, or a process for each core.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path

from deployments.server.config import available_cores
from tests.bench.rivals.servers import Body, Target, litserve, mlserver, raw
from tests.bench.serving import MAKE_BUNDLE, SIZE, photograph
from tests.deployments.server.process import running_server
from training.ml.predictor import Predictor

CLIENTS = (1, 8, 32)


def main() -> int:
    """Print images a second of every server at every number of clients, and the ratio to the best rival."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rivals", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    images = [photograph(seed) for seed in range(8)]
    cores = available_cores()
    layouts = sorted({(1, cores), (cores, 1)})
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bundle = str(Path(folder) / "bundle")
        subprocess.run([sys.executable, "-c", MAKE_BUNDLE, bundle, str(SIZE)], check=True)
        server = stack.enter_context(running_server())
        server.put("m", Path(bundle), runtime="openvino")
        server.wait_ready("m")
        targets = [Target("Tessera", server.port, "/models/m/predict", raw, server.process.pid)]
        for start in (litserve, mlserver):
            targets += [stack.enter_context(start(bundle, *layout)) for layout in layouts]
        for target in targets:
            target.rest()
            stack.callback(target.wake)
        bare = _bare(bundle, cores, asked.seconds)
        print(f"SegFormer-B0, {SIZE} x {SIZE}, OpenVINO, {cores} cores; bare session {bare:.1f} images/s")
        for clients in CLIENTS:
            _compare(targets, images, clients, asked.seconds, asked.rounds)
    return 0


def _compare(targets: list[Target], images: list[bytes], clients: int, seconds: float, rounds: int) -> None:
    rates: dict[str, list[float]] = {target.name: [] for target in targets}
    for number in range(rounds + 1):
        for target in targets:
            with target.turn():
                rate = _crowd(target, [target.request(image) for image in images], clients, seconds)
            if number:
                rates[target.name].append(rate)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    best = max((value, name) for name, value in medians.items() if name != "Tessera")
    said = ", ".join(f"{name} {value:.1f}" for name, value in medians.items())
    ratio = medians["Tessera"] / best[0]
    print(f"  {clients:2} clients, images/s: {said}; {ratio:.2f} x {best[1]}", flush=True)


def _bare(bundle: str, cores: int, seconds: float) -> float:
    import numpy as np

    predictor = Predictor(bundle, runtime="openvino", threads=cores)
    batch = np.random.default_rng(0).standard_normal((1, 3, SIZE, SIZE)).astype(np.float32)
    predictor.forward(batch)
    began, passes = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        predictor.forward(batch)
        passes += 1
    return passes / (time.perf_counter() - began)


def _crowd(target: Target, bodies: list[Body], clients: int, seconds: float) -> float:
    """Answers a second to so many clients that ask again and again."""
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answered = sum(pool.map(_insist, repeat(target, clients), repeat(bodies), repeat(began + seconds)))
    return answered / (time.perf_counter() - began)


def _insist(target: Target, bodies: list[Body], until: float) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=60)
    answers = 0
    while time.perf_counter() < until:
        body, headers = bodies[answers % len(bodies)]
        connection.request("POST", target.path, body, headers)
        response = connection.getresponse()
        content = response.read()
        if response.status != 200:
            raise RuntimeError(f"{target.name}: {response.status}: {content[:300]!r}")
        answers += 1
    connection.close()
    return answers


if __name__ == "__main__":
    sys.exit(main())
