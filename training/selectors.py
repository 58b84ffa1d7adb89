"""Rows of training reach a request only through here, starting from the caller."""

from __future__ import annotations

import uuid
from typing import TypeVar

from django.db.models import Prefetch, Q, QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import NotFound
from training.models import Artifact, Finding, Gate, LabelCheck, Run, Sweep, WeightFile, Workflow

Row = TypeVar("Row", Workflow, Run, Artifact, Sweep, WeightFile, Gate, LabelCheck)


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


def label_checks_for(principal: Principal) -> QuerySet[LabelCheck]:
    """The checks of labels that the caller may see."""
    visible = workspace_ids_with(principal, "read")
    return _label_checks().filter(project__workspace_id__in=visible)


def get_label_check(principal: Principal, check_id: uuid.UUID, action: str = "read") -> LabelCheck:
    """The check of labels; raises NotFound or Forbidden."""
    return _get(principal, _label_checks(), check_id, action, "label check")


def findings_of(check: LabelCheck) -> QuerySet[Finding]:
    """What a check found in images that are there still, by falling score."""
    return check.findings.filter(asset__deleted_at=None).select_related("asset")


def findings_about(findings: QuerySet[Finding], class_id: uuid.UUID) -> QuerySet[Finding]:
    """Those that a class is given or suggested in."""
    return findings.filter(Q(given=class_id) | Q(suggested=class_id))


def get_finding(principal: Principal, finding_id: uuid.UUID, action: str) -> Finding:
    """The finding; raises NotFound or Forbidden."""
    finding = Finding.objects.select_related("check_run__snapshot").filter(pk=finding_id).first()
    if finding is None:
        raise NotFound("There is no finding of this id.")
    try:
        get_label_check(principal, finding.check_run_id, action)
    except NotFound:
        raise NotFound("There is no finding of this id.") from None
    return finding


def _label_checks() -> QuerySet[LabelCheck]:
    named = ("project", "snapshot", "workflow_version__workflow", "artifact", "job")
    return LabelCheck.objects.select_related(*named)


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
