"""Making one truth out of several people's answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from annotations.agreement.electing import Elected, elect
from annotations.answer_selectors import answers_of
from annotations.models import Answer
from annotations.selectors import annotations_of
from annotations.services import store
from annotations.services.scoring import stuff_of
from annotations.services.shapes import Drafts, geometries_of
from core.errors import BadInput, FieldError, Unusable
from projects.media.turns import heavy
from projects.models import Asset
from projects.selectors import classes_of


class Method(models.TextChoices):
    MAJORITY = "majority"
    ANSWER = "answer"


# What an answer's shape says of itself; its id and its times stay with the answer.
TAKEN = ("polygons", "mask", "bbox", "z", "track", "source", "score", "attributes")


def merge(
    principal: Principal, asset: Asset, revision: int, method: str, user: uuid.UUID | None = None
) -> tuple[Asset, dict[str, Any]]:
    """Replace the asset's shapes by the majority of its answers, or by one person's answer: one revision,
    which the history can take back. Returns the asset and what is to be said about it.

    Raises StaleRevision, Unusable where too few answers are handed in, Conflict where the asset is approved.
    """
    store.look(asset, revision)
    done = [answer for answer in answers_of(asset) if answer.state == Answer.State.DONE]
    used = _used(done, method, user)
    elected = _elected(asset, used, method)
    bodies = [{**shape, "class": uuid.UUID(shape["class"])} for shape in elected.shapes]
    geometries = geometries_of(asset, [(f"results.{n}", body) for n, body in enumerate(bodies)])
    with store.writing():
        asset = store.lock(principal, asset, revision)
        drafts = Drafts(asset, principal.user, geometries)
        change = store.Change(deleted=list(annotations_of(asset)))
        for index, body in enumerate(bodies):
            if (shape := drafts.create(body, f"results.{index}", {})) is not None:
                change.created.append(shape)
        drafts.raise_problems()
        asset = store.apply(principal.user, asset, change)
        Answer.objects.filter(asset=asset).update(merged_at=None)
        Answer.objects.filter(pk__in=[answer.pk for answer in used]).update(merged_at=timezone.now())
        told = {
            "shapes": len(bodies),
            "answers": len(used),
            "ties": elected.ties,
            "dropped": elected.dropped,
        }
        detail = {"method": method, "users": [str(answer.user_id) for answer in used], **told}
        audit(principal, "consensus.merge", "asset", asset.pk, asset.project.workspace_id, detail)
    return asset, told


def _used(done: list[Answer], method: str, user: uuid.UUID | None) -> list[Answer]:
    if method == Method.MAJORITY:
        if len(done) < 2:
            raise Unusable(f"A majority takes two answers or more; {len(done)} of this image are handed in.")
        return done
    if user is None:
        message = "is required: say whose answer is taken"
        raise BadInput(f"user {message}.", [FieldError("user", message)])
    own = [answer for answer in done if answer.user_id == user]
    if not own:
        message = "has handed in no answer to this image"
        raise Unusable(f"This person {message}.", [FieldError("user", message)])
    return own


def _elected(asset: Asset, used: list[Answer], method: str) -> Elected:
    """Shapes as `Drafts` takes them; those of classes that were deleted are left out."""
    project = asset.project
    classes = {str(pk) for pk in classes_of(project).values_list("pk", flat=True)}
    if method == Method.MAJORITY:
        with heavy:
            size = asset.height, asset.width
            return elect([answer.results for answer in used], classes, size, project.task, stuff_of(project))
    shapes = [shape for shape in used[0].results if shape["class"] in classes]
    kept = [
        {"class": shape["class"], **{name: shape[name] for name in TAKEN if shape.get(name) is not None}}
        for shape in shapes
    ]
    return Elected(kept, dropped=len(used[0].results) - len(shapes))
