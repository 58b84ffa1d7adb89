"""Starting the rivals: an environment made once, a server as a process, and the request that it wants."""

from __future__ import annotations

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
START_SECONDS = 120.0

Body = tuple[bytes, dict[str, str]]


@dataclass(frozen=True)
class Target:
    """Where images go, how one becomes a request's body and headers, and the process that answers."""

    name: str
    port: int
    path: str
    request: Callable[[bytes], Body]
    process: int

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Let the server run, and have it stand still again: a rival that waits looks for work so often that
        whoever's turn it is would be measured beside it.
        """
        self.wake()
        try:
            yield
        finally:
            self.rest()

    def wake(self) -> None:
        """Let all its processes run."""
        self._signal(signal.SIGCONT)

    def rest(self) -> None:
        """Have all its processes stand still."""
        self._signal(signal.SIGSTOP)

    def _signal(self, number: int) -> None:
        top = psutil.Process(self.process)
        for one in (top, *top.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                one.send_signal(number)


def environment() -> Path:
    """The Python that has the rivals; made with pip where it is not there yet."""
    folder = Path(tempfile.gettempdir()) / "tessera-bench-rivals"
    python = folder / "bin" / "python"
    wanted = (HERE / "requirements.txt").read_text()
    stamp = folder / "requirements.txt"
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("installing the rivals into an environment of their own …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        command = [str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "requirements.txt")]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        stamp.write_text(wanted)
    return python


@contextmanager
def litserve(bundle: str, workers: int, threads: int) -> Iterator[Target]:
    """LitServe with batches, `workers` processes of `threads` cores each."""
    port = free_port()
    command = [str(environment()), str(HERE / "lit.py"), bundle, str(port), str(workers), str(threads)]
    with running(command, {}, HERE) as process:
        wait(port, "/health")
        yield Target(f"LitServe {workers}x{threads}", port, "/predict", multipart, process)


@contextmanager
def mlserver(bundle: str, workers: int, threads: int) -> Iterator[Target]:
    """MLServer with `workers` processes of `threads` cores each."""
    port, grpc, metrics = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        general = {"http_port": port, "grpc_port": grpc, "metrics_port": metrics, "host": "127.0.0.1"}
        general |= {"parallel_workers": workers if workers > 1 else 0}
        (folder / "settings.json").write_text(json.dumps(general))
        (folder / "model-settings.json").write_text(json.dumps({"name": "m", "implementation": "ml.Segment"}))
        command = [str(environment().parent / "mlserver"), "start", str(folder)]
        given = {"BENCH_BUNDLE": bundle, "BENCH_THREADS": str(threads)}
        with running(command, given, folder) as process:
            wait(port, "/v2/models/m/ready")
            yield Target(f"MLServer {workers}x{threads}", port, "/v2/models/m/infer", tensors, process)


@contextmanager
def running(command: Sequence[str], more: dict[str, str], folder: Path) -> Iterator[int]:
    paths = os.pathsep.join([str(ROOT), str(ROOT / "platform"), str(HERE)])
    environment = {**os.environ, "PYTHONPATH": paths, **more}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield process.pid
        except TimeoutError:
            log.seek(0)
            print(log.read().decode("utf-8", "replace")[-3000:], file=sys.stderr)
            raise
        finally:
            everyone = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            for one in everyone:
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            process.kill()
            process.wait()


def wait(port: int, path: str) -> None:
    """Until the server says that it is ready; raises TimeoutError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.2)
    raise TimeoutError(f"nothing is ready at {path} after {START_SECONDS:g} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def raw(image: bytes) -> Body:
    return image, {"Content-Type": "image/jpeg"}


def multipart(image: bytes) -> Body:
    mark = "imageboundary"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="image"; filename="i.jpg"\r\n'
    head += "Content-Type: image/jpeg\r\n\r\n"
    body = head.encode() + image + f"\r\n--{mark}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={mark}"}


def tensors(image: bytes) -> Body:
    data = base64.b64encode(image).decode()
    tensor = {"name": "image", "shape": [1], "datatype": "BYTES", "data": [data]}
    return json.dumps({"inputs": [tensor]}).encode(), {"Content-Type": "application/json"}
