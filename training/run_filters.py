"""What a list of runs may be asked for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from core.errors import BadInput, FieldError
from training.models import Run, RunStatus

PARAMETERS = [
    OpenApiParameter("status", str, enum=RunStatus.values),
    OpenApiParameter("tag", str, description="Runs that have exactly this tag"),
    OpenApiParameter("name", str, description="Runs whose name contains this"),
    OpenApiParameter("sweep", str, description="Runs of the sweep of this id; `none` for those of no sweep"),
    OpenApiParameter("workflow", OpenApiTypes.UUID),
]


def filtered(runs: QuerySet[Run], asked: Mapping[str, str]) -> QuerySet[Run]:
    """The runs that fit every filter asked for; raises BadInput naming the filter it cannot read."""
    for name, apply in _FILTERS.items():
        if asked.get(name):
            runs = apply(runs, asked[name])
    return runs


def _by_status(runs: QuerySet[Run], value: str) -> QuerySet[Run]:
    if value not in RunStatus.values:
        raise _wrong("status", f"must be one of {', '.join(RunStatus.values)}")
    return runs.filter(status=value)


def _by_sweep(runs: QuerySet[Run], value: str) -> QuerySet[Run]:
    return runs.filter(sweep=None) if value == "none" else runs.filter(sweep_id=identifier("sweep", value))


def identifier(name: str, value: str) -> uuid.UUID:
    """`value` as an id; raises BadInput naming the query parameter."""
    try:
        return uuid.UUID(value)
    except ValueError:
        raise _wrong(name, f"{value!r} is not an id") from None


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}", [FieldError(field, message)])


_FILTERS: dict[str, Callable[[QuerySet[Run], str], QuerySet[Run]]] = {
    "status": _by_status,
    "tag": lambda runs, value: runs.filter(tags__has_item=value),
    "name": lambda runs, value: runs.filter(name__icontains=value),
    "sweep": _by_sweep,
    "workflow": lambda runs, value: runs.filter(workflow_version__workflow_id=identifier("workflow", value)),
}
