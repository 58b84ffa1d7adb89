"""Whose turn it is: queues of work, and how far everybody is. What cannot be read is nobody's work."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from accounts.models import User
from projects.models import Asset, AssetEvent, Project
from projects.people import person

Review = Asset.Review
# What comes first for who annotates: what came back, then what is begun.
TURNS = {Review.REJECTED: 0, Review.IN_PROGRESS: 1, Review.TODO: 2}


def queue(project: Project, user: User, role: str) -> QuerySet[Asset]:
    """The person's open work, in the order in which to do it."""
    mine = Asset.objects.filter(project=project, status=Asset.Status.READY, **{f"{role}_id": user.pk})
    mine = mine.select_related("assignee", "reviewer")
    if role == "reviewer":
        # Since it was handed in: a comment on it does not send it to the end.
        handed_in = AssetEvent.objects.filter(asset=OuterRef("pk"), detail__to=Review.IN_REVIEW)
        handed_in = handed_in.filter(kind=AssetEvent.Kind.REVIEW).order_by("-created_at")
        since = Coalesce(Subquery(handed_in.values("created_at")[:1]), F("updated_at"))
        return mine.filter(review=Review.IN_REVIEW).order_by(since, "pk")
    # Among its like, what teaches a model most.
    order = ("turn", F("uncertainty").desc(nulls_last=True), "created_at", "pk")
    cases = [When(review=state, then=Value(turn)) for state, turn in TURNS.items()]
    turn = Case(*cases, output_field=IntegerField())
    return mine.filter(review__in=TURNS).annotate(turn=turn).order_by(*order)


def counts(project: Project, user: User, role: str) -> dict[str, int]:
    """How many assets of the person are in each state."""
    mine = _readable(project).filter(**{f"{role}_id": user.pk})
    return _by_state(mine.order_by().values_list("review").annotate(count=Count("pk")))


def progress(project: Project) -> dict[str, Any]:
    """`{"total", "unassigned", "people": [{"user", "assignee": counts, "reviewer": counts}]}`."""
    assets = _readable(project).order_by()
    rows: dict[Any, dict[str, dict[str, int]]] = {}
    for role in ("assignee", "reviewer"):
        by_person = assets.exclude(**{f"{role}_id": None}).values_list(f"{role}_id", "review")
        for user_id, state, count in by_person.annotate(count=Count("pk")):
            rows.setdefault(user_id, {}).setdefault(role, {})[state] = count
    people = sorted(User.objects.filter(pk__in=rows), key=lambda user: (user.name or user.email).lower())
    return {
        "total": _by_state(assets.values_list("review").annotate(count=Count("pk"))),
        "unassigned": assets.filter(assignee=None).count(),
        "people": [
            {
                "user": person(user),
                **{role: _by_state(rows[user.pk].get(role, {}).items()) for role in ("assignee", "reviewer")},
            }
            for user in people
        ],
    }


def _readable(project: Project) -> QuerySet[Asset]:
    return Asset.objects.filter(project=project).exclude(status=Asset.Status.REJECTED)


def _by_state(found: Any) -> dict[str, int]:
    return {**dict.fromkeys(Review.values, 0), **dict(found)}
