"""Successive halving: which trials go on, and which are at their end. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from training.measures import direction
from training.models import Run, RunStatus


def promoted(rung: Sequence[str], runs: Mapping[str, Run], metric: str, factor: int) -> list[Run]:
    """The best trials of a rung, one in `factor` of those that began it, at least one; all of them succeeded.

    `rung` holds the ids in the order of the trials, which decides between equals; those whose run was deleted
    are passed over.
    """
    ended = [runs[run_id] for run_id in rung if run_id in runs]
    candidates = [run for run in ended if run.status == RunStatus.SUCCEEDED]
    return ranked(candidates, metric)[: max(1, len(rung) // factor)]


def ranked(runs: Sequence[Run], metric: str) -> list[Run]:
    """The runs by their best value of the metric, best first; those without one come last."""
    sign = direction(metric)

    def key(run: Run) -> tuple[bool, float]:
        value = value_of(run, metric)
        return value is None, -sign * (value or 0.0)

    return sorted(runs, key=key)


def value_of(run: Run, metric: str) -> float | None:
    """The best value of the metric that the run reached, where that is what it is judged by."""
    return run.best["value"] if run.best and run.best["metric"] == metric else None


def unfinished(run: Run) -> bool:
    """Whether a run that reached its limit of steps has more to do: it neither ended before, nor is the limit
    its whole schedule."""
    limit = run.limits.get("steps")
    if limit is None or run.step < limit:
        return False
    hyperparameters = run.spec["hyperparameters"]
    steps = None if hyperparameters.get("epochs") is not None else hyperparameters.get("steps")
    return steps is None or limit < steps
