"""Runs side by side: what they were told, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from training.differences import flattened
from training.measures import best_index, direction
from training.models import Run, RunMetric


def fields(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """`{"path", "values", "differs"}` of every field of the runs' specs and settings, as they are first met;
    None where a run has no such field."""
    rows: dict[str, list[Any]] = {}
    for index, run in enumerate(runs):
        for path, value in flattened(_told(run)):
            rows.setdefault(path, [None] * len(runs))[index] = value
    return [
        {"path": path, "values": values, "differs": any(value != values[0] for value in values)}
        for path, values in rows.items()
    ]


def _told(run: Run) -> dict[str, Any]:
    version = run.workflow_version
    return {
        "workflow": version.workflow.name,
        "workflow_version": version.version,
        "snapshot": str(run.snapshot_id),
        **run.spec,
        "hardware": run.hardware,
        "checkpoints": run.checkpoints,
        "limits": run.limits,
    }


def metrics(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """`{"name", "values", "last", "best"}` of every metric: each run's best and last value, and who is best.

    A metric that has no better has its last value for its best, and nobody is best.
    """
    curves = [_extremes(run) for run in runs]
    names = sorted({name for _, last in curves for name in last})
    return [
        _metric(name, [best.get(name) for best, _ in curves], [last.get(name) for _, last in curves])
        for name in names
    ]


def _extremes(run: Run) -> tuple[dict[str, float], dict[str, float]]:
    """The best and the last value of each metric of a run, by name."""
    best: dict[str, float] = {}
    last: dict[str, float] = {}
    ways: dict[str, int] = {}
    rows = RunMetric.objects.filter(run=run).order_by("step").values_list("values", flat=True)
    for values in rows.iterator():
        last.update(values)
        for name, value in values.items():
            way = ways.get(name)
            if way is None:
                way = ways[name] = direction(name)
                best[name] = value
            elif way * value > way * best[name] or not way:
                best[name] = value
    return best, last


def _metric(name: str, values: list[float | None], last: list[float | None]) -> dict[str, Any]:
    return {"name": name, "values": values, "last": last, "best": best_index(name, values)}
