"""One device, one run at a time: what a worker trains on, held while it does.

The kernel lets go of a file lock when its process dies, however it dies. A worker that sees only some GPUs
(CUDA_VISIBLE_DEVICES) holds those; one that sees all of them, or that trains on the CPU, holds the machine.
"""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings


@contextmanager
def held() -> Iterator[bool]:
    """Whether no other process of this machine trains on our devices; none can begin to while this holds."""
    with ExitStack() as stack:
        yield all(_lock(stack, name, shared) for name, shared in _wanted())


def _wanted() -> list[tuple[str, bool]]:
    """The locks of our devices: the machine's, shared by those who then take a GPU each."""
    # A GPU may be named by its number or its identifier; whoever shares a machine names them alike.
    gpus = sorted({name.strip() for name in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")} - {""})
    return [("machine", bool(gpus)), *((f"gpu-{name}", False) for name in gpus)]


def _lock(stack: ExitStack, name: str, shared: bool) -> bool:
    # The folder may lie on a disk that several machines share.
    folder = Path(settings.TESSERA_RUNS_DIR) / ".devices" / socket.gethostname()
    folder.mkdir(parents=True, exist_ok=True)
    file = stack.enter_context((folder / name.replace("/", "_")).open("w"))
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
