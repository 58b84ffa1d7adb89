"""Everything `tessera up` checks before it starts anything, each with words for whoever reads them."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from tessera.supervisor.environment import Place, new_token
from tessera.supervisor.lock import AlreadyRunning, DataLock
from tessera.supervisor.logs import Console
from tessera.supervisor.loop import Supervisor
from tessera.supervisor.process import allow_many_files

BACKLOG = 2048


class CannotStart(Exception):
    """Why not, and what to do."""


def up(data_dir: Path, host: str, port: int, console: Console | None = None) -> int:
    """Run the platform in the foreground until a signal ends it; returns the exit code.

    Port 0 takes any free one. Raises CannotStart when the folder or the port is taken.
    """
    try:
        lock = DataLock(data_dir)
    except AlreadyRunning as running:
        where = running.info.get("url", "starting now")
        raise CannotStart(
            f"A platform already runs on {data_dir} (process {running.info.get('pid', '?')}, {where}). "
            "Stop it first, or choose another folder with --data."
        ) from None
    allow_many_files()
    listening = _listen(host, port)
    place = Place(
        data_dir=data_dir,
        host=host,
        port=listening.getsockname()[1],
        inference_port=_free_port(),
        inference_token=new_token(),
    )
    lock.write({"pid": os.getpid(), "url": place.url, "ready": False})
    return Supervisor(place, listening, lock, console or Console()).run()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except socket.gaierror as error:
        raise CannotStart(f"{host} is no address of this machine: {error.strerror}.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(f"Port {port} is in use. Choose another with --port.") from None
        if error.errno == errno.EACCES:
            raise CannotStart(f"Port {port} needs more rights. Choose one above 1023 with --port.") from None
        raise CannotStart(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
    return listening


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
