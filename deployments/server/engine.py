"""`python -m deployments.server.engine`: runs the forward passes of one version of a model, and nothing else.

Started by the front process, which hands over a connection and the descriptors of its lanes. What it is to
load comes as the first message; when the connection closes, the engine ends, whatever it is doing.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import orjson

from deployments.server.channel import Area
from training.ml.bundle import read_bundle
from training.ml.runtimes import Floats, load_runtime

PR_SET_PDEATHSIG = 1

Run = Callable[[Floats], tuple[Floats, ...]]


def main() -> None:
    """Load, answer on every lane, end with the connection."""
    parser = argparse.ArgumentParser(prog="python -m deployments.server.engine", description=__doc__)
    parser.add_argument("--connection", type=int, required=True)
    parser.add_argument("--front", type=int, required=True)
    arguments = parser.parse_args()
    die_with(arguments.front)
    # A lane that has finished needs the interpreter for microseconds: it should not wait 5 ms for it.
    sys.setswitchinterval(0.0005)
    control = Connection(arguments.connection)
    order = orjson.loads(control.recv_bytes())
    threading.Thread(target=_load, args=(order, control), daemon=True).start()
    try:
        control.recv_bytes()
    except (EOFError, OSError):
        _end()


def die_with(front: int) -> None:
    """Be killed by the kernel when the front process dies, however it dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != front:
        _end()


def _end() -> None:
    """End this process and what it started: an export may be under way."""
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _load(order: dict[str, Any], control: Connection) -> None:
    """Open the runtime of each group of lanes, then let the lanes begin."""
    try:
        bundle = read_bundle(order["bundle"])
        runs = [
            load_runtime(
                bundle,
                order["runtime"],
                order["device"],
                group["threads"],
                order["quantization"],
                len(group["lanes"]),
            ).run
            for group in order["groups"]
        ]
        for run in runs:
            # Alone: two threads that meet in OpenVINO's very first pass wait for each other for ever.
            run(np.zeros((1, 3, *bundle.preprocessing.size), np.float32))
    except Exception as error:
        control.send_bytes(orjson.dumps(str(error) or type(error).__name__))
        return
    for run, group in zip(runs, order["groups"], strict=True):
        for lane in group["lanes"]:
            threading.Thread(target=serve, args=(run, *lane), daemon=True).start()
    control.send_bytes(orjson.dumps(None))


def serve(run: Run, connection: int, images: int, outputs: int) -> None:
    """Answer on one lane until its connection closes; an error is told and the next batch taken."""
    with Connection(connection) as line:
        source, target = Area(images), Area(outputs)
        while True:
            try:
                shape = orjson.loads(line.recv_bytes())
            except (EOFError, OSError):
                return
            line.send_bytes(orjson.dumps(_answer(run, shape, source, target)))


def _answer(run: Run, shape: list[int], source: Area, target: Area) -> list[tuple[int, ...]] | str:
    """The shapes of the outputs that were written, or what went wrong."""
    try:
        results = run(source.arrays([shape])[0])
        shapes = [result.shape for result in results]
        for array, result in zip(target.arrays(shapes), results, strict=True):
            array[...] = result
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return shapes


if __name__ == "__main__":
    main()
