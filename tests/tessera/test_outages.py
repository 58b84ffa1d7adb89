"""Runs survive the loss of their broker, and of the whole machine."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pytest

from tests.services import Redis, Server, SteadyPostgres, serving
from tests.stack import ROOT, environment_for

SECONDS = 60.0


class Machine:
    """A worker with its database and its broker: those of the embedded default where no servers are given."""

    def __init__(self, folder: Path, database: SteadyPostgres | None, broker: Redis | None) -> None:
        self.folder, self.database, self.broker = folder, database, broker
        self.environment = environment_for(folder, database.url if database else None)
        self.environment["DJANGO_SETTINGS_MODULE"] = "tessera.settings"
        for name in ("REDIS_URL", "DATABASE_URL"):
            if name != "DATABASE_URL" or database is None:
                self.environment.pop(name, None)
        if broker:
            self.environment["REDIS_URL"] = broker.url
        self.worker: subprocess.Popen[bytes] | None = None

    def seed(self) -> list[str]:
        """The ids of two runs, in the order of the queue; no message names the second."""
        command = [sys.executable, "-m", "tests.tessera.small_runs", "seed"]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()[-2:]

    def start_worker(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "tests.tessera.small_runs", "worker"],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill_worker(self) -> None:
        """With everything that it has started."""
        assert self.worker is not None
        family = [*psutil.Process(self.worker.pid).children(recursive=True), self.worker]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.worker.wait()

    def select(self, query: str, run: str) -> list[Any]:
        if self.database:
            with contextlib.closing(psycopg2.connect(self.database.url)) as connection:
                cursor = connection.cursor()
                cursor.execute(query, (run,))
                return cursor.fetchall()
        with contextlib.closing(sqlite3.connect(self.folder / "tessera.sqlite3")) as connection:
            return connection.execute(query.replace("%s", "?"), (run.replace("-", ""),)).fetchall()

    def step(self, run: str) -> int:
        return int(self.select("SELECT step FROM training_run WHERE id = %s", run)[0][0])

    def status(self, run: str) -> str:
        return str(self.select("SELECT status FROM training_run WHERE id = %s", run)[0][0])

    def curve(self, run: str) -> dict[int, float]:
        """The loss of each step; that no step comes twice is what the database itself sees to."""
        query = 'SELECT step, "values" FROM training_runmetric WHERE run_id = %s ORDER BY step'
        rows = self.select(query, run)
        return {step: (json.loads(v) if isinstance(v, str) else v)["train/loss"] for step, v in rows}

    def log(self, run: str) -> list[str]:
        return [row[0] for row in self.select("SELECT line FROM training_runlog WHERE run_id = %s", run)]


@contextlib.contextmanager
def machine(folder: Path, *kinds: type[Server]) -> Iterator[Machine]:
    with ExitStack() as stack:
        servers = {kind: stack.enter_context(serving(kind)) for kind in kinds}
        made = Machine(folder, servers.get(SteadyPostgres), servers.get(Redis))  # type: ignore[arg-type]
        try:
            yield made
        except BaseException:
            print((folder / "worker.log").read_text()[-6000:])
            raise
        finally:
            if made.worker is not None and made.worker.poll() is None:
                made.kill_worker()


def wait_until(condition: Any, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def whole(world: Machine, run: str) -> bool:
    return world.curve(run) == {step: pytest.approx(1 / step) for step in range(1, 41)}


def test_a_run_goes_on_without_its_broker_and_later_ones_start(tmp_path: Path) -> None:
    with machine(tmp_path, Redis) as world:
        assert world.broker
        first, second = world.seed()
        world.start_worker()
        wait_until(lambda: world.step(first) > 3)
        world.broker.kill()
        # The other one's turn may come from the database while the broker is away, or with its message.
        wait_until(lambda: world.status(first) == "succeeded")
        world.broker.start()
        wait_until(lambda: world.status(second) == "succeeded")
        assert whole(world, first) and whole(world, second)
        assert world.log(first) == ["from step 0"]


@pytest.mark.parametrize("kinds", [(), (SteadyPostgres, Redis)], ids=["embedded", "servers"])
def test_a_run_survives_the_loss_of_the_machine(tmp_path: Path, kinds: tuple[type[Server], ...]) -> None:
    with machine(tmp_path, *kinds) as world:
        servers = [server for server in (world.database, world.broker) if server]
        run, behind = world.seed()
        world.start_worker()
        wait_until(lambda: world.step(run) > 12)
        world.kill_worker()
        for server in servers:
            server.kill()
        for server in servers:
            server.start()
        assert world.status(run) == "running"
        world.start_worker()
        wait_until(lambda: world.status(run) == "succeeded" and world.status(behind) != "queued")
        assert whole(world, run)
        start, again = world.log(run)
        assert start == "from step 0" and 10 <= int(again.split()[-1]) < 40
