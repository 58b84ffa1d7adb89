"""Which processes make a platform."""

from __future__ import annotations

import signal
import sys

from tessera.supervisor.environment import Place
from tessera.supervisor.process import Child

# A worker that is asked to stop first finishes what it does; then it is told to drop it; then it is killed.
# What it did is resumed by its lease at the next start.
_WORKER_STOP = ((signal.SIGTERM, 1.5), (signal.SIGQUIT, 1.5))


def inference(place: Place) -> Child:
    """Holds the deployed models; listens on this machine only."""
    port = str(place.inference_port)
    return Child(
        "inference", [sys.executable, "-m", "deployments.server", "--host", "127.0.0.1", "--port", port]
    )


def web(listening: int) -> Child:
    """HTTP and sockets, on a socket that the supervisor keeps open over restarts."""
    return Child("web", [sys.executable, "-m", "tessera.web", "--fd", str(listening)], pass_fds=(listening,))


def workers() -> list[Child]:
    """One worker for short work, one that trains, one that exports; each a single process with threads.

    Threads keep both small, and a worker that is killed leaves no pool behind. Heavy work happens in child
    processes of theirs, which die with them.
    """
    return [
        Child("worker", _celery("default", 3), stop_with=_WORKER_STOP),
        Child("gpu-worker", _celery("gpu", 1), stop_with=_WORKER_STOP),
        Child("export-worker", _celery("exports", 1), stop_with=_WORKER_STOP),
    ]


def migrate() -> list[str]:
    return [sys.executable, "-m", "django", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"]


def _celery(queue: str, concurrency: int) -> list[str]:
    return [
        # Whoever runs everything on one machine as root knows it.
        *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
        *("-m", "celery", "--quiet", "--app", "tessera.celery", "worker"),
        *("--queues", queue, "--hostname", f"{queue}@%h"),
        *("--pool", "threads", "--concurrency", str(concurrency)),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
    ]
