"""Answers as the caller may see them: blind until one has given one's own."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.principals import Principal
from accounts.selectors import may, require
from annotations.models import Answer
from core.errors import BadInput, FieldError, NotFound
from projects.models import Asset, Project
from projects.people import person

STATES = ("open", "done", "merged")


def answers_of(asset: Asset) -> QuerySet[Answer]:
    return Answer.objects.filter(asset=asset).select_related("user").order_by("created_at", "id")


def sees_all(principal: Principal, project: Project) -> bool:
    """Whoever may review is not blind."""
    return may(principal, project.workspace_id, "review")


def visible_answers(principal: Principal, asset: Asset) -> tuple[list[Answer], int]:
    """The answers that the caller may see, and how many are hidden.

    Whoever may review sees all. Everybody else sees their own, and once it is handed in those of others that
    are handed in, too.
    """
    every = list(answers_of(asset))
    if sees_all(principal, asset.project):
        return every, 0
    me = principal.user.pk
    done = any(answer.user_id == me and answer.state == Answer.State.DONE for answer in every)
    seen = [
        answer for answer in every if answer.user_id == me or (done and answer.state == Answer.State.DONE)
    ]
    return seen, len(every) - len(seen)


def own_answer(principal: Principal, asset: Asset) -> Answer:
    """The caller's answer; one that is not saved where there is none yet."""
    found = Answer.objects.filter(asset=asset, user=principal.user).first()
    return found or Answer(asset=asset, user=principal.user)


def get_answer(principal: Principal, answer_id: uuid.UUID, action: str = "review") -> Answer:
    """The answer with its asset and project; raises NotFound or Forbidden."""
    answers = Answer.objects.select_related("asset__project", "user")
    answer = answers.filter(pk=answer_id).first()
    if answer is None:
        raise NotFound()
    require(principal, answer.asset.project.workspace_id, action)
    return answer


def asked(principal: Principal, project: Project) -> QuerySet[Answer]:
    """The answers of a project whose state the caller may know: all for who may review, else their own."""
    answers = Answer.objects.filter(asset__project=project, asset__deleted_at=None)
    if sees_all(principal, project):
        return answers
    return answers.filter(user=principal.user)


def rounds(answers: QuerySet[Answer], project: Project, person: str, state: str, me: User) -> QuerySet[Asset]:
    """The assets that have one of these answers: of `person` ("me" or an id, all where it is empty), and in
    `state` (open: some are to be given yet; done: none is; merged). Raises BadInput naming the filter."""
    answers = answers.filter(asset=OuterRef("pk"))
    if person:
        answers = answers.filter(user_id=_person(person, me))
    assets = Asset.objects.filter(Exists(answers), project=project)
    if state == "open":
        return assets.filter(Exists(answers.exclude(state=Answer.State.DONE)))
    if state == "done":
        return assets.exclude(Exists(answers.exclude(state=Answer.State.DONE)))
    if state == "merged":
        return assets.filter(Exists(answers.exclude(merged_at=None)))
    if state:
        message = f"must be one of {', '.join(STATES)}"
        raise BadInput(f"state {message}.", [FieldError("state", message)])
    return assets


def _person(person: str, me: User) -> uuid.UUID:
    if person == "me":
        return me.pk
    try:
        return uuid.UUID(person)
    except ValueError as error:
        message = "must be `me` or a person's id"
        raise BadInput(f"person {message}.", [FieldError("person", message)]) from error


def by_asset(answers: QuerySet[Answer], assets: Sequence[Asset]) -> dict[uuid.UUID, list[Answer]]:
    """The answers to each of these assets, without their shapes."""
    found: dict[uuid.UUID, list[Answer]] = {}
    rows = answers.filter(asset__in=assets).select_related("user").defer("results")
    for answer in rows.order_by("created_at", "id"):
        found.setdefault(answer.asset_id, []).append(answer)
    return found


def progress(answers: QuerySet[Answer]) -> dict[str, Any]:
    """How many answers are in each state, altogether (`total`) and of each person (`people`)."""
    none = dict.fromkeys(Answer.State.values, 0)
    total = dict(none)
    people: dict[uuid.UUID, dict[str, int]] = {}
    rows = answers.order_by().values_list("user_id", "state").annotate(count=Count("pk"))
    for user_id, state, count in rows:
        people.setdefault(user_id, dict(none))[state] = count
        total[state] += count
    users = sorted(User.objects.filter(pk__in=people), key=lambda user: (user.name or user.email).lower())
    return {"total": total, "people": [{"user": person(user), **people[user.pk]} for user in users]}
