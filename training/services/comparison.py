"""Runs side by side: what they were told, and what came of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from training.differences import flattened
from training.measures import LOWER, best_index, direction
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
    best: dict[str, dict[uuid.UUID, float]] = defaultdict(dict)
    last: dict[str, dict[uuid.UUID, float]] = defaultdict(dict)
    rows = RunMetric.objects.filter(run__in=[run.pk for run in runs]).order_by("run_id", "step")
    for run_id, values in rows.values_list("run_id", "values").iterator():
        for name, value in values.items():
            last[name][run_id] = value
            _keep_better(name, best[name], run_id, value)
    return [_metric(name, runs, best[name], last[name]) for name in sorted(last)]


def _keep_better(name: str, held: dict[uuid.UUID, float], run_id: uuid.UUID, value: float) -> None:
    known, way = held.get(run_id), direction(name)
    if known is None or not way or (value < known if way == LOWER else value > known):
        held[run_id] = value


def _metric(
    name: str, runs: Sequence[Run], best: dict[uuid.UUID, float], last: dict[uuid.UUID, float]
) -> dict[str, Any]:
    values = [best.get(run.pk) for run in runs]
    return {
        "name": name,
        "values": values,
        "last": [last.get(run.pk) for run in runs],
        "best": best_index(name, values),
    }
