"""Sweeps go on by the database alone, whatever happens to workers, runs and reapers, in whichever order."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from training.models import Run, RunStatus, Sweep
from training.rungs import promoted, unfinished
from training.services import runs, sweeps

STEPS = 9
ACTIONS = ("work", "work", "work", "fail", "stop early", "cancel", "reap", "reap", "die", "resume", "delete")


class Undo(Exception):
    """Ends an example with nothing kept."""


def asked(workflow: Any, snapshot: Any, count: int, factor: int, first: int) -> dict[str, Any]:
    return {
        "name": "Halved",
        "workflow": workflow.pk,
        "snapshot": snapshot.pk,
        "method": "halving",
        "parameters": [{"path": "hyperparameters.seed", "values": list(range(count))}],
        "max_runs": count,
        "halving": {"factor": factor, "first_steps": first},
    }


class World:
    """Workers, people and accidents, as far as rows show them."""

    def __init__(self, principal: Any, sweep: Sweep, data: st.DataObject) -> None:
        self.principal, self.sweep, self.data = principal, sweep, data
        self.trained: dict[Any, int] = {}
        self.limits: dict[Any, int] = {}

    def choose(self, **wanted: Any) -> Run | None:
        found = list(self.sweep.runs.filter(**wanted).order_by("created_at", "pk"))
        return self.data.draw(st.sampled_from(found)) if found else None

    def do(self, action: str) -> None:
        if action == "reap":
            sweeps.advance_all()
        elif action == "die":
            self.reaper_dies()
        elif action == "resume":
            run = self.choose(status="failed")
            if run:
                runs.resume_run(self.principal, run)
        elif action == "delete":
            run = self.choose(status="failed")
            if run:
                runs.delete_run(self.principal, run)
        else:
            self.end_one(action)

    def end_one(self, action: str) -> None:
        run = self.choose(status="queued")
        if run is None:
            return
        if action == "cancel":
            runs.cancel_run(self.principal, run)
            return
        limit = min(run.limits["steps"], STEPS)
        # A child goes on where the last one stopped; it never trains a step twice.
        last = self.data.draw(st.integers(run.step, limit)) if action != "work" else limit
        assert run.step >= self.trained.get(run.pk, 0)
        self.trained[run.pk] = last
        best = {"metric": "val/miou", "value": self.data.draw(st.integers(0, 9)) / 10, "step": last}
        status = RunStatus.FAILED if action == "fail" else RunStatus.SUCCEEDED
        Run.objects.filter(pk=run.pk).update(status=status, step=last, best=best)

    def reaper_dies(self) -> None:
        """Killed in the middle of going on: its transaction is as if it had never been."""
        before = self.shape()

        def killed(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sweeps.events, "emit", killed)
            patch.setattr(sweeps, "announce_status", killed)
            try:
                sweeps.advance_all()
            except KeyboardInterrupt:
                assert self.shape() == before

    def shape(self) -> Any:
        sweep = Sweep.objects.get(pk=self.sweep.pk)
        rows = sweep.runs.order_by("pk").values_list("pk", "status", "limits", "step")
        return sweep.status, sweep.state, list(rows)

    def check(self) -> None:
        sweep = Sweep.objects.get(pk=self.sweep.pk)
        rungs, factor = sweep.state["rungs"], sweep.halving["factor"]  # type: ignore[index]
        for below, above in zip(rungs, rungs[1:], strict=False):
            assert above["steps"] == below["steps"] * factor
            assert set(above["runs"]) <= set(below["runs"])
            assert len(above["runs"]) <= max(1, len(below["runs"]) // factor)
        for run in sweep.runs.all():
            assert run.limits["steps"] >= self.limits.get(run.pk, 0)
            self.limits[run.pk] = run.limits["steps"]
            assert run.step == self.trained.get(run.pk, 0)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_halving_always_comes_to_its_end(
    principal: Any, project: Any, workflow: Any, snapshot: Any, data: st.DataObject
) -> None:
    spec = workflow.versions.get()
    spec.spec["hyperparameters"]["steps"] = STEPS
    spec.save()
    count, factor, first = (data.draw(st.integers(*span)) for span in ((1, 6), (2, 3), (1, 4)))
    try:
        with transaction.atomic():
            sweep = sweeps.create_sweep(principal, project, asked(workflow, snapshot, count, factor, first))
            world = World(principal, sweep, data)
            for action in data.draw(st.lists(st.sampled_from(ACTIONS), max_size=15)):
                world.do(action)
                world.check()
            # From here on nothing goes wrong any more.
            for _ in range(4 * count + 10):
                world.do("work")
                world.do("reap")
            world.check()
            sweep.refresh_from_db()
            assert sweep.status in ("succeeded", "failed") and sweep.finished_at
            assert not sweep.runs.filter(status="queued").exists()
            raise Undo
    except Undo:
        pass


def test_the_best_go_on_and_only_they(
    principal: Any, project: Any, workflow: Any, snapshot: Any, sent: list[Any]
) -> None:
    workflow_version = workflow.versions.get()
    workflow_version.spec["hyperparameters"]["steps"] = STEPS
    workflow_version.save()
    sweep = sweeps.create_sweep(principal, project, asked(workflow, snapshot, 6, 3, 1))
    trials = list(sweep.runs.order_by("created_at", "pk"))
    for number, run in enumerate(trials):
        value = {"metric": "val/miou", "value": [0.1, 0.9, 0.3, 0.8, 0.8, 0.95][number], "step": 1}
        status = "failed" if number == 5 else "succeeded"
        Run.objects.filter(pk=run.pk).update(status=status, step=1, best=value)
    sent.clear()
    sweeps.advance_all()
    sweep.refresh_from_db()
    # Of the equal ones the earlier trial goes on; what failed does not, good as it was.
    assert sweep.state["rungs"][1] == {"steps": 3, "runs": [str(trials[1].pk), str(trials[3].pk)]}
    queued = sweep.runs.filter(status="queued")
    assert {run.pk for run in queued} == {trials[1].pk, trials[3].pk}
    assert {(run.limits["steps"], run.total_steps, run.step) for run in queued} == {(3, 3, 1)}
    sweeps.advance_all()
    sweep.refresh_from_db()
    assert len(sweep.state["rungs"]) == 2
    queued.update(status="succeeded", step=3)
    sweeps.advance_all()
    # Two thirds of a trial are still one.
    assert sweep.runs.get(status="queued").limits == {"steps": 9}
    sweep.runs.filter(status="queued").update(status="succeeded", step=9)
    sweeps.advance_all()
    sweep.refresh_from_db()
    assert sweep.status == "succeeded" and len(sweep.state["rungs"]) == 3


def test_a_succeeded_run_is_continued_by_its_sweep_alone(api: Any, make_run: Any) -> None:
    run = make_run(status="succeeded")
    assert api.post(f"/api/v1/runs/{run.pk}/resume").status_code == 409


def test_lower_losses_go_on_first(make_run: Any) -> None:
    found = [
        make_run(status="succeeded", best=best and {"metric": "val/loss", "value": best, "step": 1})
        for best in (0.5, None, 0.2, 0.3)
    ]
    rows = {str(run.pk): run for run in found}
    assert promoted(list(rows), rows, "val/loss", 2) == [found[2], found[3]]
    assert promoted(list(rows), rows, "val/loss", 10) == [found[2]]
    # A value of another metric says nothing.
    assert promoted(list(rows), rows, "val/miou", 4) == [found[0]]


@pytest.mark.parametrize(
    ("steps", "epochs", "limit", "done", "expected"),
    [
        (10, None, 5, 5, True),
        (10, None, 5, 3, False),
        (10, None, 10, 10, False),
        (10, 4, 10, 10, True),
        (10, 4, 10, 7, False),
    ],
)
def test_whoever_ended_before_the_limit_is_at_its_end(
    make_run: Any, steps: int, epochs: int | None, limit: int, done: int, expected: bool
) -> None:
    spec = {"hyperparameters": {"steps": steps, "epochs": epochs}}
    assert unfinished(make_run(spec=spec, limits={"steps": limit}, step=done)) is expected
