"""Putting what a model saw in an image before people, in place of what it or another proposed earlier."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from annotations.geometry import GeometryError, clean_geometry, measure
from annotations.geometry.overlap import most_overlap, share_within, to_rle, united
from annotations.models import Annotation, Proposal
from core.events import emit
from projects.models import Asset, LabelClass, Project

State = Proposal.State
# Two shapes that overlap by more than this IoU are at the same place; pixels are drawn already where more
# than this share of them has the class.
SAME_PLACE = 0.7
# The best of an image: nobody goes through more.
MOST = 2_000
MOST_TOLD = 1_000


@dataclass(frozen=True)
class Model:
    """Which model speaks: a version of a deployment."""

    deployment: uuid.UUID
    name: str
    version: int
    artifact: uuid.UUID


@dataclass(frozen=True)
class Guess:
    """A shape that a model saw: `geometry` has one of "polygons", "mask", "bbox"."""

    label_class: uuid.UUID
    score: float
    geometry: dict[str, Any]


@dataclass(frozen=True)
class Doubt:
    """How unsure the model was of the whole image, 0…1."""

    entropy: float
    margin: float


@dataclass
class Outcome:
    """What became of the guesses: proposed; rejected before; drawn already; not to be stored; too many.
    `skipped` says why the image was left alone.
    """

    proposed: int = 0
    rejected_before: int = 0
    drawn: int = 0
    broken: int = 0
    too_many: int = 0
    skipped: str = ""


def propose(
    asset_id: uuid.UUID,
    model: Model,
    guesses: Sequence[Guess],
    doubt: Doubt | None,
    job: uuid.UUID | None = None,
    only_unannotated: bool = False,
) -> Outcome:
    """Replace the asset's pending proposals by these guesses, and keep how unsure the model was.

    A guess at the place of a shape of its class, or of one that was rejected from the same artifact, is left
    out. Doing it again gives the same proposals.
    """
    asset = Asset.objects.select_related("project").filter(pk=asset_id).first()
    if asset is None:
        return Outcome(skipped="it was deleted")
    if why := _closed(asset, only_unannotated):
        return Outcome(skipped=why)
    outcome = Outcome()
    drafts = _drafts(asset, model, guesses, job, outcome)
    drafts = _new(asset, model, drafts, outcome)
    with transaction.atomic():
        asset = Asset.objects.select_for_update(of=("self",)).select_related("project").get(pk=asset_id)
        if why := _closed(asset, only_unannotated):
            return Outcome(skipped=why)
        classes = set(LabelClass.objects.filter(project=asset.project).values_list("pk", flat=True))
        drafts = [draft for draft in drafts if draft.label_class_id in classes]
        Proposal.objects.filter(asset=asset, state=State.PENDING).delete()
        Proposal.objects.bulk_create(drafts, batch_size=200)
        outcome.proposed = len(drafts)
        if doubt is not None:
            asset.uncertainty, asset.margin = doubt.entropy, doubt.margin
            Asset.objects.filter(pk=asset.pk).update(uncertainty=doubt.entropy, margin=doubt.margin)
        tell(asset, "proposed", [draft.pk for draft in drafts])
    return outcome


def tell(asset: Asset, what: str, ids: Sequence[uuid.UUID]) -> int:
    """Count the asset's pending proposals anew and tell who watches; the asset is locked. Call it last in the
    transaction. Returns how many are pending.
    """
    asset.proposal_count = Proposal.objects.filter(asset=asset, state=State.PENDING).count()
    Asset.objects.filter(pk=asset.pk).update(proposal_count=asset.proposal_count)
    news = {
        "proposal_count": asset.proposal_count,
        "uncertainty": asset.uncertainty,
        "margin": asset.margin,
    }
    named = [str(key) for key in ids[:MOST_TOLD]]
    emit(f"asset:{asset.pk}", "proposals", {"what": what, "ids": named, **news})
    emit(f"project:{asset.project_id}", "proposals", {"asset": {"id": str(asset.pk), **news}})
    return asset.proposal_count


def _closed(asset: Asset, only_unannotated: bool) -> str:
    """Why nothing is to be proposed for the asset; empty where something is."""
    if asset.status != Asset.Status.READY:
        return f"it is {asset.status}"
    if asset.media == Asset.Media.VIDEO:
        return "it is a video: take its frames out as images first"
    if asset.review == Asset.Review.APPROVED:
        return "it is approved"
    if only_unannotated and asset.annotation_count:
        return "it has annotations"
    return ""


def _drafts(
    asset: Asset, model: Model, guesses: Sequence[Guess], job: uuid.UUID | None, outcome: Outcome
) -> list[Proposal]:
    size = asset.height, asset.width
    drafts = []
    ranked = sorted(guesses, key=lambda guess: -guess.score)
    outcome.too_many = max(0, len(ranked) - MOST)
    for guess in ranked[:MOST]:
        try:
            cleaned = clean_geometry(guess.geometry, *size)
            bbox, area = measure(cleaned, *size)
        except GeometryError:
            outcome.broken += 1
            continue
        if not area:
            outcome.broken += 1
            continue
        ((kind, geometry),) = cleaned.items()
        drafts.append(
            Proposal(
                asset=asset,
                label_class_id=guess.label_class,
                kind=kind,
                geometry=geometry,
                bbox=bbox,
                area=area,
                score=min(max(guess.score, 0.0), 1.0),
                deployment=model.deployment,
                deployment_name=model.name,
                version=model.version,
                artifact=model.artifact,
                job=job,
            )
        )
    return drafts


def _new(asset: Asset, model: Model, drafts: list[Proposal], outcome: Outcome) -> list[Proposal]:
    """The drafts without those that were rejected before, and those that are drawn already."""
    size = asset.height, asset.width
    rejected = Proposal.objects.filter(asset=asset, state=State.REJECTED, artifact=model.artifact)
    rows = rejected.values_list("label_class_id", "kind", "geometry")
    refused: dict[uuid.UUID, list[Any]] = {}
    for key, kind, geometry in rows.iterator():
        refused.setdefault(key, []).append(to_rle({kind: geometry}, *size))
    drawn: dict[uuid.UUID, list[Any]] = {}
    shapes = Annotation.objects.filter(asset=asset).values_list("label_class_id", "kind", "geometry")
    for key, kind, geometry in shapes.iterator():
        drawn.setdefault(key, []).append(to_rle({kind: geometry}, *size))
    covered = {}
    if asset.project.task == Project.Task.SEMANTIC:
        # There it matters which pixels have the class, not in how many shapes.
        covered = {key: united(rles) for key, rles in drawn.items()}
    found = []
    for draft in drafts:
        if draft.label_class_id not in refused and draft.label_class_id not in drawn:
            found.append(draft)
            continue
        rle = to_rle({draft.kind: draft.geometry}, *size)
        if most_overlap(rle, refused.get(draft.label_class_id, ())) > SAME_PLACE:
            outcome.rejected_before += 1
        elif _is_drawn(rle, covered.get(draft.label_class_id), drawn.get(draft.label_class_id, [])):
            outcome.drawn += 1
        else:
            found.append(draft)
    return found


def _is_drawn(rle: Any, covered: Any, shapes: Sequence[Any]) -> bool:
    """Whether a shape's class is there already: on its pixels, where `covered` says which have it, else as
    one of the shapes.
    """
    if covered is not None:
        return share_within(rle, covered) > SAME_PLACE
    return most_overlap(rle, shapes) > SAME_PLACE
