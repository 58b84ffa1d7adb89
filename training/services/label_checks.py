"""Checks of labels: asked for, shown, forgotten; and what people make of their findings."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Count

from accounts.principals import Principal
from accounts.services import audit
from annotations.geometry import bbox_to_polygons, mask_to_polygons, rle_to_mask
from annotations.models import Annotation, Proposal, Snapshot
from annotations.services.proposing import tell
from core import jobs
from core.errors import BadInput, Conflict, FieldError
from core.models import Job
from projects.models import Asset, LabelClass, Project
from training.models import Artifact, Finding, LabelCheck, Workflow
from training.services.workflows import current_version

CHECK = "training.label_check"
NAME = "Label check"
State, Kind = Finding.State, Finding.Kind


def start(
    principal: Principal,
    project: Project,
    snapshot: Snapshot,
    workflow: Workflow | None,
    artifact: Artifact | None,
    folds: int,
    steps: int | None,
) -> Job:
    """Queue a check of a snapshot's labels: with models of a workflow trained on folds of it, or with an
    artifact on the images that it was not trained on. Raises BadInput naming the field.
    """
    if (workflow is None) == (artifact is None):
        raise _wrong("workflow", "give a workflow to train on folds, or an artifact to look with")
    version = None
    if workflow is not None:
        version = current_version(workflow)
        if str(version.spec.get("weights", "")).startswith("artifact:"):
            message = "starts from an artifact, which has seen the labels: choose other weights"
            raise _wrong("workflow", message)
        if snapshot.counts.get("assets", 0) < 2 * folds:
            raise _wrong("folds", f"the snapshot has {snapshot.counts.get('assets', 0)} images: too few")
    if artifact is not None and artifact.run.snapshot_id != snapshot.pk:
        raise _wrong("snapshot", "an artifact looks at the snapshot of its run, of which it saw only train")
    with transaction.atomic():
        check = LabelCheck(
            project=project,
            snapshot=snapshot,
            workflow_version=version,
            artifact=artifact,
            folds=folds if version else None,
            steps=steps if version else None,
            created_by=principal.user,
        )
        check.job = jobs.create_job(
            CHECK,
            project_id=project.pk,
            workspace_id=project.workspace_id,
            created_by=principal.user,
            payload={"label_check": str(check.pk)},
            to="gpu" if version else "exports",
        )
        check.save(force_insert=True)
        audit(principal, "label_check.start", "label_check", check.pk, project.workspace_id)
    return check.job


def forget(principal: Principal, check: LabelCheck) -> None:
    """Delete a check with its findings; raises Conflict while it is being made."""
    if check.job and check.job.status in (Job.Status.QUEUED, Job.Status.RUNNING):
        raise Conflict("The check is being made: cancel its job first.")
    with transaction.atomic():
        audit(principal, "label_check.delete", "label_check", check.pk, check.project.workspace_id)
        check.delete()


def as_dict(check: LabelCheck) -> dict[str, Any]:
    """A check as the API shows it; `counts` by kind and state."""
    counts: dict[str, dict[str, int]] = {kind: dict.fromkeys(State.values, 0) for kind in Kind.values}
    for row in check.findings.order_by().values("kind", "state").annotate(count=Count("pk")):
        counts[row["kind"]][row["state"]] = row["count"]
    version, artifact = check.workflow_version, check.artifact
    return {
        "id": str(check.pk),
        "snapshot": {"id": str(check.snapshot_id), "name": check.snapshot.digest},
        "workflow": version and {"id": str(version.workflow_id), "name": version.workflow.name},
        "artifact": artifact and {"id": str(artifact.pk), "name": artifact.name},
        "folds": check.folds,
        "steps": check.steps,
        "status": check.job.status if check.job else Job.Status.SUCCEEDED,
        "job": str(check.job_id) if check.job_id else None,
        "counts": counts,
        "created_at": check.created_at.isoformat(),
    }


def shown(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings as the API shows them, with the classes and shapes that are there still."""
    classes = {c.pk: c for c in LabelClass.objects.filter(pk__in=_ids(findings, "given", "suggested"))}
    given = Annotation.objects.filter(pk__in=_ids(findings, "annotation")).in_bulk()

    def named(key: uuid.UUID | None) -> dict[str, str] | None:
        found = classes.get(key) if key else None
        return {"id": str(found.pk), "name": found.name, "color": found.color} if found else None

    return [
        {
            "id": str(one.pk),
            "asset": {
                "id": str(one.asset_id),
                "name": one.asset.name,
                "width": one.asset.width,
                "height": one.asset.height,
                "revision": one.asset.revision,
            },
            "kind": one.kind,
            "given": named(one.given),
            "suggested": named(one.suggested),
            "score": one.score,
            "bbox": one.bbox,
            "area": one.area,
            "state": one.state,
            "annotation": str(one.annotation) if one.annotation else None,
            "proposal": str(one.proposal) if one.proposal else None,
            "polygons": _outline(given.get(one.annotation), one),
            "suggested_polygons": [] if one.kind == Kind.SPURIOUS else one.polygons,
        }
        for one in findings
    ]


def accept(principal: Principal, finding: Finding) -> dict[str, Any]:
    """Put the fix before the annotator as a proposal; `{"proposal", "asset"}`. Where the image is not as it
    was, the finding is gone: raises Conflict.
    """
    with transaction.atomic():
        asset = (
            Asset.objects.select_for_update(of=("self",)).select_related("project").get(pk=finding.asset_id)
        )
        finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if finding.state == State.ACCEPTED:
            return _answer(finding)
        why = _gone(finding)
        if not why:
            proposal = _propose(finding, asset)
            finding.state, finding.proposal, finding.decided_by = State.ACCEPTED, proposal.pk, principal.user
            finding.save(update_fields=["state", "proposal", "decided_by", "updated_at"])
            tell(asset, "proposed", [proposal.pk])
            return _answer(finding)
    # Outside of the transaction, which the error below would take back.
    Finding.objects.filter(pk=finding.pk).update(state=State.GONE)
    raise Conflict(f"{why} The finding is gone.")


def dismiss(principal: Principal, finding: Finding) -> dict[str, Any]:
    """The label is right: it is not shown among the open ones any more. Takes a pending proposal back."""
    return _decide(principal, finding, State.DISMISSED)


def reopen(principal: Principal, finding: Finding) -> dict[str, Any]:
    """Open again; takes a pending proposal back."""
    return _decide(principal, finding, State.OPEN)


@transaction.atomic
def _decide(principal: Principal, finding: Finding, state: str) -> dict[str, Any]:
    asset = Asset.objects.select_for_update(of=("self",)).get(pk=finding.asset_id)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if finding.proposal:
        pending = Proposal.objects.filter(pk=finding.proposal, state=Proposal.State.PENDING)
        if pending.delete()[0]:
            tell(asset, "discarded", [finding.proposal])
    finding.state, finding.proposal, finding.decided_by = state, None, principal.user
    finding.save(update_fields=["state", "proposal", "decided_by", "updated_at"])
    return _answer(finding)


def _propose(finding: Finding, asset: Asset) -> Proposal:
    removes = finding.kind == Kind.SPURIOUS
    label = finding.given if removes else finding.suggested
    assert label is not None
    check = finding.check_run
    return Proposal.objects.create(
        asset=asset,
        label_class_id=label,
        kind=Annotation.Kind.POLYGONS,
        geometry=finding.polygons,
        bbox=finding.bbox,
        area=finding.area,
        score=finding.score,
        deployment=check.pk,
        deployment_name=NAME,
        version=1,
        artifact=check.artifact_id or check.pk,
        replaces=finding.annotation,
        removes=removes,
    )


def _gone(finding: Finding) -> str:
    """Why nothing can be made of it any more; empty where something can."""
    wanted = [key for key in (finding.given, finding.suggested) if key]
    if LabelClass.objects.filter(pk__in=wanted).count() != len(set(wanted)):
        return "A class of it was deleted."
    if finding.annotation is None:
        return ""
    shape = Annotation.objects.filter(pk=finding.annotation, asset=finding.asset_id).first()
    if shape is None:
        return "The shape was deleted."
    if shape.label_class_id != finding.given or shape.updated_at > finding.check_run.snapshot.created_at:
        return "The shape was changed since the labels were checked."
    return ""


def _answer(finding: Finding) -> dict[str, Any]:
    proposal = str(finding.proposal) if finding.proposal else None
    return {"proposal": proposal, "asset": str(finding.asset_id), "state": finding.state}


def _outline(shape: Annotation | None, finding: Finding) -> Any:
    """The shape as it is drawn now."""
    if shape is None:
        return finding.polygons if finding.kind == Kind.SPURIOUS else []
    if shape.kind == Annotation.Kind.POLYGONS:
        return shape.geometry
    if shape.kind == Annotation.Kind.BBOX:
        return bbox_to_polygons(shape.geometry)
    return mask_to_polygons(rle_to_mask(shape.geometry))


def _ids(findings: list[Finding], *names: str) -> set[uuid.UUID]:
    return {key for one in findings for name in names if (key := getattr(one, name))}


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}.", [FieldError(field, message)])
