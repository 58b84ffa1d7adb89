"""64 clients against a model that answers about ten a second: `python -m tests.bench.overload`.

Counts answers, refusals and anything else, the latency of what was accepted, and the server's memory over
10,000 requests; then how long a deployment takes from nothing to its first answer, and from sleep.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import psutil

from tests.bench.serving import MAKE_BUNDLE, photograph
from tests.deployments.server.process import Server, running_server

CLIENTS = 64
QUEUE = 16
REQUESTS = 10_000
# The queue holds what is answered in so many seconds; nobody who was let in waits much longer.
LONGEST_SECONDS = 25.0
GROWTH_GOAL = 1.1


def main() -> int:
    """1 where something failed otherwise than by a refusal, or memory grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.overload", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running_server() as server:
        bundle = Path(name) / "bundle"
        subprocess.run([sys.executable, "-c", MAKE_BUNDLE, str(bundle), "512"], check=True)
        cold(server, bundle)
        # PyTorch on one core: some ten images a second; most of the crowd is told to come again.
        server.put("slow", bundle, runtime="torch", threads=1, queue_limit=QUEUE)
        server.wait_ready("slow")
        return crowd(server, asked.requests)


def crowd(server: Server, requests: int) -> int:
    image = photograph(0)
    statuses: Counter[int | str] = Counter()
    latencies: list[float] = []
    memory = [resident(server)]
    lock, left = threading.Lock(), iter(range(requests))

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        for _ in iter(lambda: next(left, None), None):
            began = time.perf_counter()
            try:
                connection.request("POST", "/models/slow/predict", image)
                response = connection.getresponse()
                response.read()
                status: int | str = response.status
                wait = float(response.headers.get("Retry-After") or 0) if status == 429 else 0.0
            except OSError as error:
                status, wait = type(error).__name__, 0.0
                connection.close()
            with lock:
                statuses[status] += 1
                if status == 200:
                    latencies.append(time.perf_counter() - began)
            # Real clients do as they are told; these come back ten times sooner.
            time.sleep(min(wait, 10.0) / 10)

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        time.sleep(1.0)
        memory.append(resident(server))
    seconds = time.perf_counter() - began
    settled = memory[len(memory) // 10 :]
    growth = settled[-1] / settled[0]
    slowest = max(latencies)
    print(f"{CLIENTS} clients, {requests} requests in {seconds:.0f} s: {dict(statuses)}", end="; ")
    print(f"{statuses[200] / seconds:.1f} answers a second")
    print(f"  accepted: median {statistics.median(latencies):.2f} s, slowest {slowest:.2f} s")
    print(f"  memory {settled[0]:.0f} MB to {settled[-1]:.0f} MB ({growth:.2f} x)")
    good = set(statuses) <= {200, 429} and slowest < LONGEST_SECONDS and growth < GROWTH_GOAL
    print(f"  no failure but 429, bounded latency, flat memory: {'met' if good else 'missed'}")
    return 0 if good else 1


def cold(server: Server, bundle: Path) -> None:
    """Print seconds from the request for a deployment to its first answer, and from sleep to an answer."""
    image = photograph(1)
    for runtime in ("openvino", "onnxruntime", "torch"):
        times = []
        for _ in range(2):
            began = time.perf_counter()
            server.put(runtime, bundle, runtime=runtime, idle_seconds=1)
            server.wait_ready(runtime)
            assert server.predict(runtime, image).status_code == 200
            times.append(time.perf_counter() - began)
            while not server.state(runtime)["asleep"]:
                time.sleep(0.1)
            began = time.perf_counter()
            assert server.predict(runtime, image).status_code == 200
            woken = time.perf_counter() - began
            server.delete(runtime)
        print(
            f"{runtime}: first answer {times[0]:.1f} s with its conversion, {times[1]:.1f} s without;",
            end=" ",
        )
        print(f"woken from zero in {woken:.1f} s", flush=True)


def resident(server: Server) -> float:
    """Megabytes of the server and its engines, shared pages counted once."""
    everyone = [psutil.Process(server.process.pid)]
    everyone += everyone[0].children(recursive=True)
    total = 0
    for process in everyone:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e6


if __name__ == "__main__":
    sys.exit(main())
