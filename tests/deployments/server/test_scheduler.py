"""Who computes, when and together with whom."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from deployments.server.pace import Pace
from deployments.server.scheduler import NARROW, WIDE, Lane, Scheduler, Turns


@dataclass
class Recorder:
    """A forward pass that waits until it is let go, and doubles its input."""

    gate: threading.Event = field(default_factory=threading.Event)
    order: list[tuple[str, int]] = field(default_factory=list)
    fail: bool = False

    def lane(self, kind: str, cores: int, name: str = "") -> Lane:
        def forward(tensors: Sequence[np.ndarray]) -> tuple[np.ndarray]:
            batch = np.stack(tensors)
            assert self.gate.wait(10)
            self.order.append((name or kind, len(batch)))
            if self.fail:
                raise ValueError("no")
            return (batch * 2,)

        return Lane(kind, cores, forward)


class Image:
    """A request whose answer is checked."""

    def __init__(self, number: int) -> None:
        self.tensor = np.full((3, 2, 2), number, np.float32)
        self.arrived = float(number)
        self.done = threading.Event()
        self.batch = 0
        self.outputs: tuple[np.ndarray, ...] = ()
        self.error: BaseException | None = None

    def computed(self, outputs: tuple[np.ndarray, ...], waited: float, seconds: float, batch: int) -> None:
        self.outputs, self.batch = outputs, batch
        self.done.set()

    def failed(self, error: BaseException) -> None:
        self.error = error
        self.done.set()


class Known(Pace):
    """Costs that were measured once and for all."""

    def __init__(self, **costs: float) -> None:
        super().__init__()
        for name, cost in costs.items():
            kind, size = name.split("_")
            super().learn(kind, int(size), cost)

    def learn(self, kind: str, size: int, cost: float) -> None:
        pass


def submit(scheduler: Scheduler, turns: Turns, count: int) -> list[Image]:
    images = [Image(number) for number in range(count)]
    for image in images:
        scheduler.submit(turns, image)
    return images


def test_what_waits_together_is_computed_together_and_everyone_gets_his_own() -> None:
    scheduler, recorder = Scheduler(2), Recorder()
    turns = scheduler.add(
        [recorder.lane(WIDE, 2)], Known(wide_1=1, wide_2=0.8, wide_4=0.5), lambda count: None
    )
    images = submit(scheduler, turns, 7)
    recorder.gate.set()
    for number, image in enumerate(images):
        assert image.done.wait(10)
        assert [bool((output == number * 2).all()) for output in image.outputs] == [True]
    assert [size for _, size in recorder.order] == [1, 4, 2]


@pytest.mark.parametrize(("count", "kinds"), [(1, [WIDE]), (3, [WIDE, NARROW, NARROW])])
def test_a_lone_request_has_all_cores_and_a_queue_goes_side_by_side(count: int, kinds: list[str]) -> None:
    scheduler, recorder = Scheduler(2), Recorder()
    lanes = [recorder.lane(WIDE, 2), recorder.lane(NARROW, 1), recorder.lane(NARROW, 1)]
    turns = scheduler.add(lanes, Known(wide_1=1, narrow_1=0.8), lambda count: None)
    images = submit(scheduler, turns, count)
    recorder.gate.set()
    assert all(image.done.wait(10) for image in images)
    assert [kind for kind, _ in recorder.order] == kinds


def test_a_failed_pass_fails_its_own_requests_and_the_lane_goes_on() -> None:
    scheduler, recorder = Scheduler(1), Recorder(fail=True)
    recorder.gate.set()
    turns = scheduler.add([recorder.lane(WIDE, 1)], Known(wide_1=1), lambda count: None)
    [lost] = submit(scheduler, turns, 1)
    assert lost.done.wait(10) and isinstance(lost.error, ValueError)
    recorder.fail = False
    [answered] = submit(scheduler, turns, 1)
    assert answered.done.wait(10) and answered.error is None


def test_a_quiet_model_does_not_wait_behind_the_queue_of_a_busy_one() -> None:
    scheduler, recorder = Scheduler(1), Recorder()
    busy = scheduler.add([recorder.lane(WIDE, 1, "busy")], Known(wide_1=1), lambda count: None)
    quiet = scheduler.add([recorder.lane(WIDE, 1, "quiet")], Known(wide_1=1), lambda count: None)
    images = submit(scheduler, busy, 10)
    images += submit(scheduler, quiet, 2)
    recorder.gate.set()
    assert all(image.done.wait(10) for image in images)
    assert [name for name, _ in recorder.order[:5]].count("quiet") == 2


def test_what_is_withdrawn_is_not_computed() -> None:
    scheduler, recorder = Scheduler(1), Recorder()
    turns = scheduler.add([recorder.lane(WIDE, 1)], Known(wide_1=1), lambda count: None)
    running, waiting = submit(scheduler, turns, 2)
    assert scheduler.withdraw(turns, waiting)
    assert not scheduler.withdraw(turns, running)
    recorder.gate.set()
    assert running.done.wait(10)
    assert len(recorder.order) == 1 and not waiting.done.is_set()
