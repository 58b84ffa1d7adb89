"""A child is watched, stopped with all it started, and its end is explained."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from training import shortage
from training.adjustment import in_force
from training.supervision import Ending, News, Outcome, Verdict, supervise

FAKE = Path(__file__).with_name("fake_child.py")


class Notes:
    """Remembers all news; asks to stop once `until` says so."""

    def __init__(
        self, until: Callable[[News], bool] | None = None, verdict: Verdict = Verdict.CANCEL
    ) -> None:
        self.metrics: list[str] = []
        self.logs: list[str] = []
        self.states: list[dict] = []
        self.asked_at = 0.0
        self._until, self._verdict = until, verdict

    def __call__(self, news: News) -> Verdict:
        self.metrics += news.metrics
        self.logs += news.logs
        if news.state is not None:
            self.states.append(news.state)
        if self._until and self._until(news):
            self.asked_at = self.asked_at or time.monotonic()
            return self._verdict
        return Verdict.GO_ON


def run(mode: str, folder: Path, notes: Notes, **options: float) -> Outcome:
    return supervise(folder, [sys.executable, str(FAKE), mode, str(folder)], notes, poll=0.05, **options)


def processes_of(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        if str(folder) in (process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def test_all_that_a_good_child_writes_arrives_in_order(tmp_path: Path) -> None:
    notes = Notes()
    assert run("good", tmp_path, notes) == Outcome(Ending.SUCCEEDED)
    assert [json.loads(line)["step"] for line in notes.metrics] == [1, 2, 3, 4, 5, 6]
    assert notes.logs == ["hello from the child", "done"]
    assert notes.states[-1]["status"] == "succeeded"
    assert not (tmp_path / "child.json").exists()


def test_a_failure_is_told_in_the_childs_own_words(tmp_path: Path) -> None:
    outcome = run("failing", tmp_path, Notes())
    assert outcome.ending is Ending.FAILED
    assert outcome.error == {
        "title": "No weights",
        "detail": "Nothing at hub or folder.",
        "hint": "Put them there.",
    }


def test_a_crash_is_told_with_the_last_lines_of_its_log(tmp_path: Path) -> None:
    outcome = run("crashing", tmp_path, Notes())
    assert outcome.ending is Ending.FAILED and outcome.error
    assert "exit code 1" in outcome.error["title"]
    assert "about to divide" in outcome.error["detail"]
    assert "ZeroDivisionError" in outcome.error["detail"]
    assert outcome.error["hint"]


def test_a_killed_child_is_explained_and_its_half_line_dropped(tmp_path: Path) -> None:
    notes = Notes()
    outcome = run("killed", tmp_path, notes)
    assert outcome.error and "Killed" in outcome.error["title"] and "emory" in outcome.error["hint"]
    assert notes.logs == ["half a"]
    again = Notes()
    run("good", tmp_path, again)
    assert again.logs == ["half a", "hello from the child", "done"]


def test_a_state_from_an_earlier_life_does_not_count(tmp_path: Path) -> None:
    run("failing", tmp_path, Notes())
    outcome = run("crashing", tmp_path, Notes())
    assert outcome.error and "exit code 1" in outcome.error["title"]


def test_a_cancelled_child_leaves_within_two_seconds(tmp_path: Path) -> None:
    notes = Notes(until=lambda news: bool(news.metrics))
    assert run("slow", tmp_path, notes).ending is Ending.CANCELLED
    assert time.monotonic() - notes.asked_at < 2
    assert processes_of(tmp_path) == []


def test_a_child_that_ignores_the_signal_is_killed_with_its_own_children(tmp_path: Path) -> None:
    notes = Notes(until=lambda news: bool(news.metrics))
    assert run("stubborn", tmp_path, notes).ending is Ending.CANCELLED
    assert time.monotonic() - notes.asked_at < 2
    assert (tmp_path / "grandchild").exists()
    assert processes_of(tmp_path) == []


def test_a_lost_run_is_dropped_at_once(tmp_path: Path) -> None:
    notes = Notes(until=lambda news: bool(news.metrics), verdict=Verdict.LOST)
    assert run("stubborn", tmp_path, notes).ending is Ending.LOST
    assert time.monotonic() - notes.asked_at < 0.8
    assert processes_of(tmp_path) == []


def test_a_child_that_makes_do_with_less_memory_is_started_again(tmp_path: Path) -> None:
    notes = Notes()
    assert run("hungry", tmp_path, notes) == Outcome(Ending.SUCCEEDED)
    assert notes.logs == ["batch 4", "batch 2", "batch 1", "hello from the child", "done"]


@pytest.mark.parametrize("allowed", [True, False])
def test_a_child_that_the_kernel_ended_goes_on_if_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: bool
) -> None:
    counts = iter(range(100))
    monkeypatch.setattr(shortage, "kills", lambda: next(counts))
    given = {"halve_batch_on_oom": allowed, "batch_size": 6, "accumulate": 2}
    (tmp_path / "spec.json").write_text(json.dumps({"hyperparameters": given}))
    outcome = run("starved", tmp_path, Notes())
    if allowed:
        assert outcome == Outcome(Ending.SUCCEEDED)
        assert in_force(given, tmp_path) == {**given, "batch_size": 1, "accumulate": 12}
        return
    assert outcome.ending is Ending.FAILED and outcome.error
    assert "ran out of memory" in outcome.error["title"] and "halve_batch_on_oom" in outcome.error["hint"]


def test_the_kernels_count_is_read_from_wherever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shortage.kills() >= 0
    before = "low 0\nhigh 2\noom 3\noom_kill 3\noom_group_kill 0\n"
    files = [tmp_path / "memory.events", tmp_path / "memory.oom_control", tmp_path / "gone"]
    files[0].write_text(before)
    files[1].write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 4\n")
    monkeypatch.setattr(shortage, "_group_files", lambda: files)
    counted = shortage.kills()
    files[0].write_text(before.replace("oom_kill 3", "oom_kill 5"))
    assert shortage.kills() == counted + 2


def test_a_silent_child_is_stopped(tmp_path: Path) -> None:
    outcome = run("silent", tmp_path, Notes(), stall=0.5)
    assert outcome.ending is Ending.FAILED and outcome.error
    assert "no sign" in outcome.error["title"]
    assert processes_of(tmp_path) == []


def test_an_error_in_the_report_leaves_no_child(tmp_path: Path) -> None:
    def broken(news: News) -> Verdict:
        raise RuntimeError("the reporter broke")

    with pytest.raises(RuntimeError):
        supervise(tmp_path, [sys.executable, str(FAKE), "slow", str(tmp_path)], broken, poll=0.05)
    assert processes_of(tmp_path) == []


SUPERVISOR = """
import sys
from pathlib import Path
from training import shortage
from training.adjustment import in_force
from training.supervision import Verdict, supervise
folder = Path(sys.argv[2])
supervise(folder, [sys.executable, sys.argv[1], "stubborn", str(folder)], lambda news: Verdict.GO_ON)
"""


def test_a_killed_supervisor_leaves_no_child_and_its_successor_clears_the_rest(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{root}:{root / 'platform'}"}
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(FAKE), str(tmp_path)], env=environment
    )
    _wait(lambda: (tmp_path / "grandchild").exists() and (tmp_path / "metrics.jsonl").exists())
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    # The kernel ends the child itself; what the child had started is found by the next supervisor.
    _wait(lambda: len(processes_of(tmp_path)) <= 1)
    assert run("good", tmp_path, Notes()).ending is Ending.SUCCEEDED
    assert processes_of(tmp_path) == []


def _wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
