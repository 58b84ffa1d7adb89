"""The supervisor: start in order, keep alive, stop in order."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Iterator
from types import FrameType

from tessera.supervisor import children, process
from tessera.supervisor.environment import Place, process_environment, summary
from tessera.supervisor.lock import DataLock
from tessera.supervisor.logs import Console
from tessera.supervisor.output import Output
from tessera.supervisor.process import Child
from tessera.supervisor.readiness import Readiness

IDLE_WAIT = 1.0
REMIND_AFTER = 15.0
# So many crashes before the platform was ready once: no restart will help.
HOPELESS_AFTER = 4
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs one platform until it is told to stop."""

    def __init__(self, place: Place, listening: socket.socket, lock: DataLock, console: Console) -> None:
        self._place, self._listening, self._lock, self._console = place, listening, lock, console
        self._environment = process_environment(place)
        self._children: list[Child] = []
        self._stop_asked = 0
        self._began = time.monotonic()

    def run(self) -> int:
        """The exit code: 0 when stopped by a signal, 1 when the platform could not start."""
        with self._signals():
            self._output = Output(self._place.data_dir / "logs", self._console)
            try:
                return self._run()
            finally:
                self._stop_all()
                self._output.close()
                self._lock.release()

    def _run(self) -> int:
        self._console.say(f"starting in {self._place.data_dir} ({summary(self._environment)})")
        # It needs no database: it loads its libraries while the tables are made.
        self._start(children.inference(self._place))
        if not self._migrate():
            return 0 if self._stop_asked else 1
        for child in [children.web(self._listening.fileno()), *children.workers()]:
            self._start(child)
        return 0 if self._watch() else 1

    def _migrate(self) -> bool:
        running = process.start(children.migrate(), self._environment, self._place.data_dir)
        self._output.add("migrate", running)
        while running.poll() is None and not self._stop_asked:
            self._output.pump(IDLE_WAIT)
            self._tend()
        if running.poll() is None:
            process.signal_group(running, signal.SIGKILL)
        code = running.wait()
        self._output.drop(running)
        if code and not self._stop_asked:
            self._console.say("the database could not be brought up to date; the lines above say why.")
        return code == 0

    def _watch(self) -> bool:
        """Until a signal comes; False when the platform never got ready because something cannot start."""
        address = self._listening.getsockname()[:2]
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address[0], address[0])
        readiness = Readiness((host, address[1]), self._output)
        announced, reminded = False, time.monotonic()
        while not self._stop_asked:
            self._output.pump(self._patience(readiness.ready))
            self._tend()
            readiness.ask()
            if readiness.ready and not announced:
                announced = True
                self._announce()
            elif not announced and (hopeless := self._hopeless()):
                self._console.say(f"{hopeless} cannot start; its lines above say why.")
                return False
            elif not announced and time.monotonic() - reminded > REMIND_AFTER:
                reminded = time.monotonic()
                self._console.say(f"still waiting for: {', '.join(readiness.missing)}")
        readiness.close()
        return True

    def _hopeless(self) -> str | None:
        return next((child.name for child in self._children if child.crashes >= HOPELESS_AFTER), None)

    def _announce(self) -> None:
        self._lock.write({"pid": os.getpid(), "url": self._place.url, "ready": True})
        seconds = time.monotonic() - self._began
        self._console.say(f"ready at {self._place.url} after {seconds:.1f} s. Ctrl-C stops everything.")

    def _patience(self, ready: bool) -> float:
        """Seconds until something has to be done by itself."""
        now = time.monotonic()
        due = [child.start_again_at - now for child in self._children if child.start_again_at is not None]
        return max(0.0, min([*due, IDLE_WAIT if ready else 0.05]))

    def _start(self, child: Child) -> None:
        if child not in self._children:
            self._children.append(child)
        child.start(self._environment, self._place.data_dir)
        assert child.process is not None
        self._output.add(child.name, child.process)

    def _tend(self) -> None:
        """Notice who ended; start again whose time has come."""
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                ended = child.process
                process.signal_group(ended, signal.SIGKILL)
                self._output.drop(ended)
                wait = child.crashed()
                words = process.ending(ended.returncode)
                self._console.say(f"{child.name} {words}; starting it again in {wait:g} s")
            if child.start_again_at is not None and time.monotonic() >= child.start_again_at:
                self._start(child)

    def _stop_all(self) -> None:
        """The web process first, so that nothing new comes in; what others need last."""
        if self._children:
            self._console.say("stopping (again Ctrl-C: at once)" if self._stop_asked else "stopping")
        order = {"web": 0, "worker": 1, "gpu-worker": 1, "export-worker": 1, "inference": 2}
        for step in sorted(set(order.values())):
            self._stop([child for child in self._children if order[child.name] == step])
        self._listening.close()
        if self._children:
            self._console.say("stopped")

    def _stop(self, together: list[Child]) -> None:
        began = time.monotonic()
        sent: dict[str, int] = {}
        living = [child for child in together if child.process is not None]
        while living:
            elapsed = time.monotonic() - began
            for child in living:
                assert child.process is not None
                number = _signal_for(child, elapsed) if self._stop_asked < 2 else signal.SIGKILL
                if sent.get(child.name) != number:
                    sent[child.name] = number
                    if number == signal.SIGKILL:
                        process.signal_group(child.process, number)
                    else:
                        child.process.send_signal(number)
            self._output.pump(0.05)
            for child in [c for c in living if c.process is not None and c.process.poll() is not None]:
                assert child.process is not None
                # Whatever it left behind in its session.
                process.signal_group(child.process, signal.SIGKILL)
                self._output.drop(child.process)
                child.process = None
                living.remove(child)

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._on_signal) for number in _STOP_SIGNALS}
        # Without a handler the end of a child would not wake the selector.
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._stop_asked += 1


def _signal_for(child: Child, elapsed: float) -> int:
    """Which of the child's stop signals is due after `elapsed` seconds."""
    for number, seconds in child.stop_with:
        if elapsed < seconds:
            return number
        elapsed -= seconds
    return signal.SIGKILL
