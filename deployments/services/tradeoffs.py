"""Every export of an artifact as a point: quality against latency against size, and which none dominates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from deployments import export_options
from deployments.models import Export
from training.models import Artifact


def tradeoffs(artifact: Artifact) -> dict[str, Any]:
    """`{"metric", "points"}`, the quickest point first.

    Quality is what the export itself reached on the validation images, latency the median of one image on
    the machine that made it, size that of the model's own files.
    """
    metric = "miou" if artifact.project.task == "semantic" else "map"
    exports = Export.objects.filter(artifact=artifact).order_by("created_at")
    points = [_point(export, metric) for export in exports]
    front = pareto([_costs(point, metric) for point in points])
    for point, on_front in zip(points, front, strict=True):
        point["pareto"] = on_front
    return {"metric": metric, "points": sorted(points, key=lambda point: point["milliseconds"])}


def pareto(costs: Sequence[tuple[float, ...]]) -> list[bool]:
    """Of each point whether no other is as good in everything and better in something; less is better."""
    return [not any(_dominates(other, mine) for other in costs) for mine in costs]


def _dominates(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one != other and all(mine <= theirs for mine, theirs in zip(one, other, strict=True))


def _costs(point: dict[str, Any], metric: str) -> tuple[float, ...]:
    return (-(point[metric] if point[metric] is not None else 0.0), point["milliseconds"], point["size"])


def _point(export: Export, metric: str) -> dict[str, Any]:
    report = export.report
    return {
        "export": str(export.pk),
        "format": export.format,
        "runtime": export_options.RUNTIME_OF.get(export.format),
        "quantization": export.quantization,
        "pruning": export.pruning,
        metric: report.get(metric),
        "milliseconds": report["latency"]["milliseconds"],
        "size": report["size"],
        "memory_mb": report["memory_mb"],
        "agrees": report["agrees"],
        "pareto": False,
        "deployable": export.format in export_options.RUNTIME_OF,
        "created_at": export.created_at.isoformat(),
    }
