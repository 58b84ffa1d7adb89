"""Rows of training reach a request only through here, starting from the caller."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import NotFound
from training.models import Artifact, Gate, Run, Sweep, WeightFile, Workflow

Row = TypeVar("Row", Workflow, Run, Artifact, Sweep, WeightFile, Gate)


def workflows_for(principal: Principal) -> QuerySet[Workflow]:
    """The workflows the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _workflows().filter(project__workspace_id__in=visible)


def runs_for(principal: Principal) -> QuerySet[Run]:
    """The runs the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _runs().filter(project__workspace_id__in=visible)


def artifacts_for(principal: Principal) -> QuerySet[Artifact]:
    """The artifacts the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _artifacts().filter(project__workspace_id__in=visible)


def weight_files_for(principal: Principal) -> QuerySet[WeightFile]:
    """The uploaded weight files the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _weight_files().filter(project__workspace_id__in=visible)


def sweeps_for(principal: Principal) -> QuerySet[Sweep]:
    """The sweeps the caller may see, with their runs as far as a sweep shows them."""
    visible = workspace_ids_with(principal, "read")
    return sweep_rows().filter(project__workspace_id__in=visible)


def sweep_rows() -> QuerySet[Sweep]:
    """Sweeps with what they show of their runs, for those who need no permission, such as events."""
    shown = Run.objects.only("sweep_id", "name", "status", "trial", "best", "step", "created_at")
    rows = Sweep.objects.select_related("project", "workflow_version__workflow", "created_by")
    return rows.prefetch_related(Prefetch("runs", shown))


def get_workflow(principal: Principal, workflow_id: uuid.UUID, action: str = "read") -> Workflow:
    """The workflow; raises NotFound or Forbidden."""
    return _get(principal, _workflows(), workflow_id, action, "workflow")


def get_run(principal: Principal, run_id: uuid.UUID, action: str = "read") -> Run:
    """The run; raises NotFound or Forbidden."""
    return _get(principal, _runs(), run_id, action, "run")


def get_sweep(principal: Principal, sweep_id: uuid.UUID, action: str = "read") -> Sweep:
    """The sweep; raises NotFound or Forbidden."""
    return _get(principal, sweep_rows(), sweep_id, action, "sweep")


def get_artifact(principal: Principal, artifact_id: uuid.UUID, action: str = "read") -> Artifact:
    """The artifact; raises NotFound or Forbidden."""
    return _get(principal, _artifacts(), artifact_id, action, "artifact")


def get_weight_file(principal: Principal, weights_id: uuid.UUID, action: str = "read") -> WeightFile:
    """The weight file; raises NotFound or Forbidden."""
    return _get(principal, _weight_files(), weights_id, action, "weight file")


def get_gate(principal: Principal, gate_id: uuid.UUID, action: str = "read") -> Gate:
    """The gate; raises NotFound or Forbidden."""
    return _get(principal, Gate.objects.select_related("project", "snapshot"), gate_id, action, "gate")


def _workflows() -> QuerySet[Workflow]:
    return Workflow.objects.filter(deleted_at=None).select_related("project").prefetch_related("versions")


def _runs() -> QuerySet[Run]:
    rows = Run.objects.select_related("project", "workflow_version__workflow", "created_by")
    # They grow with the evaluations, and only one page shows them.
    return rows.defer("samples")


def _artifacts() -> QuerySet[Artifact]:
    rows = Artifact.objects.with_measured().select_related("project", "run")
    # They grow with the evaluations, and only one page shows them.
    return rows.defer("run__samples")


def _weight_files() -> QuerySet[WeightFile]:
    return WeightFile.objects.select_related("project", "created_by")


def _get(principal: Principal, rows: QuerySet[Row], row_id: uuid.UUID, action: str, name: str) -> Row:
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(f"There is no {name} of this id.")
    try:
        require(principal, row.project.workspace_id, action)
    except NotFound:
        raise NotFound(f"There is no {name} of this id.") from None
    return row
