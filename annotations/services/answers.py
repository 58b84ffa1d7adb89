"""Giving one's own answer to an image: saved whole, kept apart, handed in once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Answer
from annotations.selectors import as_dict
from annotations.services.shapes import Drafts, geometries_of
from annotations.services.store import MAX_SHAPES, writing
from core.errors import BadInput, Conflict, FieldError, StaleRevision, Unusable
from core.events import emit
from projects.models import Asset, LabelClass
from projects.people import person

# What of a shape says when and by whom it was written, not what it is.
UNSEEN = ("id", "revision", "created_at", "updated_at", "created_by")


def save(
    principal: Principal, asset: Asset, revision: int, shapes: list[dict[str, Any]], done: bool = False
) -> Answer:
    """Make the caller's answer exactly these shapes, and hand it in where `done` says so.

    Raises StaleRevision where it was saved from elsewhere since (another tab), Conflict where it is handed in
    already, BadInput naming each bad field as `results.0.polygons`.
    """
    check(asset)
    _look(Answer.objects.filter(asset=asset, user=principal.user).first(), revision)
    results = _checked(principal, asset, revision + 1, shapes)
    with writing():
        Answer.objects.get_or_create(asset=asset, user=principal.user)
        answer = Answer.objects.select_for_update(of=("self",)).get(asset=asset, user=principal.user)
        _look(answer, revision)
        before = answer.state
        if _seen(results) != _seen(answer.results):
            answer.results, answer.shape_count = results, len(results)
            answer.revision += 1
            answer.state = Answer.State.IN_PROGRESS
        if done:
            answer.state, answer.done_at = Answer.State.DONE, timezone.now()
        answer.save()
        if answer.state != before:
            tell(answer, asset)
    return answer


def reopen(principal: Principal, answer: Answer) -> Answer:
    """Give an answer back to its person, who can go on with it; nobody sees others' through it until it is
    handed in again. Raises Conflict where it is open."""
    with writing():
        answer = _locked(answer)
        if answer.state != Answer.State.DONE:
            raise Conflict("This answer is not handed in: its person can still change it.")
        answer.state, answer.done_at, answer.merged_at = Answer.State.IN_PROGRESS, None, None
        answer.save(update_fields=["state", "done_at", "merged_at", "updated_at"])
        _audit(principal, "answer.reopen", answer)
        tell(answer, answer.asset)
    return answer


def withdraw(principal: Principal, answer: Answer) -> None:
    """Remove an answer, given or only asked for."""
    with writing():
        answer = _locked(answer)
        _audit(principal, "answer.withdraw", answer)
        asset = answer.asset
        told = {"asset": str(asset.pk), "user": person(answer.user), "state": None}
        answer.delete()
        emit(f"project:{asset.project_id}", "answer", told)


def reclassify(label_class: LabelClass, other: LabelClass) -> None:
    """Give the shapes of a class in everybody's answers to another one, as the annotations' are. Call it in
    the transaction that removes the class; it is a new revision of each answer, so open editors read anew.
    """
    rows = Answer.objects.filter(asset__project=label_class.project_id, shape_count__gt=0)
    before, after = str(label_class.pk), str(other.pk)
    for answer in rows.select_for_update().order_by("pk").iterator(chunk_size=100):
        if not any(shape["class"] == before for shape in answer.results):
            continue
        answer.results = [
            {**shape, "class": after} if shape["class"] == before else shape for shape in answer.results
        ]
        answer.revision += 1
        answer.save(update_fields=["results", "revision", "updated_at"])


def check(asset: Asset) -> None:
    """Raises Unusable where nobody can give an answer to the asset."""
    if asset.status != Asset.Status.READY:
        raise Unusable(f"{asset.name} is {asset.status}: it cannot be annotated.")
    if asset.media != Asset.Media.IMAGE:
        raise Unusable(f"{asset.name} is a video: several people's answers are for images; take frames out.")


def tell(answer: Answer, asset: Asset) -> None:
    told = {"asset": str(asset.pk), "user": person(answer.user), "state": answer.state}
    emit(f"project:{asset.project_id}", "answer", told)


def _locked(answer: Answer) -> Answer:
    rows = Answer.objects.select_for_update(of=("self",)).select_related("asset__project", "user")
    return rows.get(pk=answer.pk)


def _look(answer: Answer | None, revision: int) -> None:
    if answer is not None and answer.state == Answer.State.DONE:
        raise Conflict("You have handed this answer in: ask a reviewer to give it back to you.")
    current = answer.revision if answer else 0
    if current != revision:
        raise StaleRevision(
            f"Your answer is at revision {current}, you sent {revision}: it was saved from elsewhere. "
            "Read it again and apply your change to what is there now."
        )


def _checked(
    principal: Principal, asset: Asset, revision: int, shapes: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The shapes as the API shows them, in painting order; raises BadInput."""
    if len(shapes) > MAX_SHAPES:
        message = f"can hold at most {MAX_SHAPES} shapes"
        raise BadInput(f"An answer {message}.", [FieldError("results", message)])
    geometries = geometries_of(asset, [(f"results.{index}", body) for index, body in enumerate(shapes)])
    drafts = Drafts(asset, principal.user, geometries)
    made = [drafts.create(body, f"results.{index}", {}) for index, body in enumerate(shapes)]
    drafts.raise_problems()
    results = []
    for shape in made:
        assert shape is not None
        shape.revision = revision
        results.append(as_dict(shape))
    return sorted(results, key=lambda shape: shape["z"])


def _seen(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in shape.items() if name not in UNSEEN} for shape in results]


def _audit(principal: Principal, action: str, answer: Answer) -> None:
    detail = {"asset": str(answer.asset_id), "user": str(answer.user_id)}
    audit(principal, action, "answer", answer.pk, answer.asset.project.workspace_id, detail)
