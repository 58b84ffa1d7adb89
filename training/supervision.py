"""Keeping one training process: started in its own session, watched through its files, never left behind.

Knows no database. Whoever supervises passes a function that takes what is new and says how to go on, so that
tests drive the same code with scripts of a few lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import psutil

from core import children
from training.folder import JsonFile, LineTail
from training.shortage import Shortage

POLL_SECONDS = 0.2
GRACE_SECONDS = 1.0
STALL_SECONDS = 1800.0
LOG_TAIL = 20


class Verdict(Enum):
    """How the caller wants to go on after a look at the folder."""

    GO_ON = "go on"
    CANCEL = "cancel"
    PAUSE = "pause"
    LOST = "lost"


class Ending(Enum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PAUSED = "paused"
    LOST = "lost"


@dataclass
class News:
    """What the child wrote since the last look: raw metric lines, log lines, changed documents."""

    metrics: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    state: dict[str, Any] | None = None
    index: list[Any] | None = None
    samples: list[Any] | None = None

    def __bool__(self) -> bool:
        documents = (self.state, self.index, self.samples)
        return bool(self.metrics or self.logs or any(document is not None for document in documents))


@dataclass(frozen=True)
class Outcome:
    """How it ended; `error` is `{"title", "detail", "hint"}` when it failed."""

    ending: Ending
    error: dict[str, str] | None = None


Report = Callable[[News], Verdict]


class Watcher:
    """The files of a run folder, read from where the last look ended."""

    def __init__(self, folder: Path) -> None:
        self._metrics = LineTail(folder / "metrics.jsonl")
        self._logs = LineTail(folder / "log.txt")
        self._state = JsonFile(folder / "state.json")
        self._index = JsonFile(folder / "artifacts" / "index.json")
        self._samples = JsonFile(folder / "samples" / "index.json")

    def look(self, final: bool = False) -> News:
        # The documents first: whatever they announce is then found in the files read after them.
        state, index, samples = self._state.changed(), self._index.changed(), self._samples.changed()
        return News(
            metrics=self._metrics.read(final),
            logs=self._logs.read(final),
            state=state if isinstance(state, dict) else None,
            index=index if isinstance(index, list) else None,
            samples=samples if isinstance(samples, list) else None,
        )


def supervise(
    folder: Path,
    command: Sequence[str],
    report: Report,
    *,
    env: Mapping[str, str] | None = None,
    poll: float = POLL_SECONDS,
    grace: float = GRACE_SECONDS,
    stall: float = STALL_SECONDS,
) -> Outcome:
    """Run `command` until it ends or `report`, which gets every look at the folder, says otherwise. A child
    that ran out of memory and may go on with a smaller batch is started again."""
    end_leftovers(folder)
    watcher = Watcher(folder)
    while True:
        # What an earlier child ended with is not what this one says.
        (folder / "state.json").unlink(missing_ok=True)
        shortage = Shortage(folder)
        child = _start(folder, command, env)
        outcome = _attend(folder, child, watcher, report, shortage, poll, grace, stall)
        if outcome.ending is not Ending.FAILED or not shortage.goes_on(child.returncode):
            return outcome


def _attend(
    folder: Path,
    child: subprocess.Popen[bytes],
    watcher: Watcher,
    report: Report,
    shortage: Shortage,
    poll: float,
    grace: float,
    stall: float,
) -> Outcome:
    last_state: dict[str, Any] = {}
    last_lines: list[str] = []
    alive_at = time.monotonic()
    verdict = Verdict.GO_ON
    try:
        while True:
            code = child.poll()
            news = watcher.look(final=code is not None)
            last_state = news.state or last_state
            last_lines = (last_lines + news.logs)[-LOG_TAIL:]
            if news:
                alive_at = time.monotonic()
            verdict = report(news)
            if code is not None or verdict is not Verdict.GO_ON:
                break
            if time.monotonic() - alive_at > stall:
                return Outcome(Ending.FAILED, _stalled(stall, last_lines))
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(poll)
    finally:
        children.end(child, 0.0 if verdict is Verdict.LOST else grace)
        (folder / "child.json").unlink(missing_ok=True)
    if verdict is Verdict.LOST:
        return Outcome(Ending.LOST)
    while news := watcher.look(final=True):
        if report(news) is Verdict.LOST:
            return Outcome(Ending.LOST)
    if verdict is Verdict.CANCEL:
        return Outcome(Ending.CANCELLED)
    if verdict is Verdict.PAUSE:
        return Outcome(Ending.PAUSED)
    if shortage.killed(child.returncode):
        return Outcome(Ending.FAILED, _starved(last_lines))
    return _judge(child.returncode, last_state, last_lines)


def _start(folder: Path, command: Sequence[str], env: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    with (folder / "log.txt").open("ab+") as log:
        # A child that was killed in the middle of a line must not share it with its successor.
        if log.tell() and not _ends_line(log):
            log.write(b"\n")
            log.flush()
        child = children.start(command, stdout=log, env=env)
    try:
        (folder / "child.json").write_text(json.dumps({"pid": child.pid, "folder": str(folder)}))
    except BaseException:
        children.end(child, 0.0)
        raise
    return child


def _ends_line(log: Any) -> bool:
    log.seek(-1, os.SEEK_END)
    return bool(log.read(1) == b"\n")


def end_leftovers(folder: Path) -> None:
    """Kill what an earlier supervisor that died without a goodbye left running on this folder."""
    try:
        record = json.loads((folder / "child.json").read_bytes())
        session, where = int(record["pid"]), str(record["folder"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return
    for process in psutil.process_iter(["pid", "cmdline"]):
        with contextlib.suppress(ProcessLookupError, PermissionError, psutil.Error):
            # The folder in the command line tells our process from another that got the same number.
            if os.getsid(process.pid) == session and where in (process.info["cmdline"] or []):
                process.kill()
                process.wait(5)
    (folder / "child.json").unlink(missing_ok=True)


def _judge(code: int, state: dict[str, Any], lines: list[str]) -> Outcome:
    if code == 0 and state.get("status") != "failed":
        return Outcome(Ending.SUCCEEDED)
    error = state.get("error")
    if state.get("status") == "failed" and isinstance(error, dict):
        return Outcome(
            Ending.FAILED,
            {key: str(error.get(key) or "") for key in ("title", "detail", "hint")},
        )
    return Outcome(Ending.FAILED, _died(code, lines))


def _died(code: int, lines: list[str]) -> dict[str, str]:
    hint = (
        "Read the log's last lines, correct the cause and resume the run: it goes on at its last checkpoint."
    )
    if code < 0:
        title = f"The training process was killed ({signal.strsignal(-code) or -code})"
        if -code == signal.SIGKILL:
            hint = (
                "Memory may have run out: choose a smaller batch_size or input_size, "
                "or resume the run: it goes on at its last checkpoint."
            )
    else:
        title = f"The training process ended with exit code {code}"
    return {"title": title, "detail": "\n".join(lines) or "It printed nothing.", "hint": hint}


def _starved(lines: list[str]) -> dict[str, str]:
    return {
        "title": "The machine ran out of memory and ended the training process",
        "detail": "\n".join(lines) or "It printed nothing.",
        "hint": "Choose a smaller batch_size or input_size, or set halve_batch_on_oom and the run does so "
        "by itself, then resume it: it goes on at its last checkpoint.",
    }


def _stalled(seconds: float, lines: list[str]) -> dict[str, str]:
    return {
        "title": f"The training process gave no sign for {seconds:g} s and was stopped",
        "detail": "\n".join(lines) or "It printed nothing.",
        "hint": "Resume the run: it goes on at its last checkpoint. If it stalls again, read its log.",
    }
