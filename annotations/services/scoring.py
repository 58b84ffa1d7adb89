"""How far people agree: every pair of answers is counted once, and kept while both stay what they are."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from annotations.agreement.counting import Counts, Raster, compare, raster
from annotations.agreement.rasters import names_in
from annotations.agreement.report import Compared, of_image, report, score_of_image
from annotations.agreement.scores import Rule
from annotations.models import Answer, AnswerPair
from projects.media.turns import heavy
from projects.models import Asset, Project
from projects.people import person
from projects.selectors import classes_of

# Images that are counted while a project's page waits; what is left says so and comes with the next look.
MAX_AT_ONCE = 20
WORST = 100


def of_asset(asset: Asset, among: Iterable[Answer] | None = None) -> dict[str, Any]:
    """The agreement of one asset's answers that are handed in; of `among` alone, where that is given."""
    refresh(asset)
    rule = rule_of(asset.project)
    compared = _compared(_fresh(AnswerPair.objects.filter(asset=asset), asset.project))
    if among is not None:
        seen = {str(answer.user_id) for answer in among}
        compared = [each for each in compared if each.first in seen and each.second in seen]
    users = _people(compared)
    body = report(compared, list(users), rule)
    return {**_named(body, users), **of_image(compared, rule)}


def of_project(project: Project) -> dict[str, Any]:
    """The agreement of all answers of a project that are handed in, and its images, the worst first."""
    stale = _stale(project)
    for asset in Asset.objects.filter(pk__in=stale[:MAX_AT_ONCE]).select_related("project"):
        refresh(asset)
    rule = rule_of(project)
    compared = _compared(
        _fresh(AnswerPair.objects.filter(asset__project=project, asset__deleted_at=None), project)
    )
    users = _people(compared)
    body = _named(report(compared, list(users), rule), users)
    return {**body, **_worst(compared, rule), "uncounted": len(stale[MAX_AT_ONCE:])}


def headlines(project: Project, assets: Sequence[Asset]) -> dict[str, float | None]:
    """The one number of each of these assets, where it is counted already."""
    rule = rule_of(project)
    by_asset = _by_asset(_compared(_fresh(AnswerPair.objects.filter(asset__in=assets), project)))
    return {key: score_of_image(rows, rule) for key, rows in by_asset.items()}


def refresh(asset: Asset) -> None:
    """Count every pair of answers that are handed in and were not counted as they are. Each is drawn once."""
    project = asset.project
    done = list(Answer.objects.filter(asset=asset, state=Answer.State.DONE).order_by("id"))
    AnswerPair.objects.filter(asset=asset).exclude(first__in=done, second__in=done).delete()
    known = set(_fresh(AnswerPair.objects.filter(asset=asset), project).values_list("first_id", "second_id"))
    missing = [pair for pair in combinations(done, 2) if (pair[0].pk, pair[1].pk) not in known]
    if not missing:
        return
    names = names_in([answer.results for answer in done])
    size, stuff, rule = (asset.height, asset.width), stuff_of(project), _rule_name(project)
    drawn: dict[uuid.UUID, Raster] = {}
    for first, second in missing:
        with heavy:
            for answer in (first, second):
                if answer.pk not in drawn:
                    drawn[answer.pk] = raster(answer.results, names, size, project.task, stuff)
            counts = compare(drawn[first.pk], drawn[second.pk], names)
        _keep(first, second, rule, counts)


def _keep(first: Answer, second: Answer, rule: str, counts: Counts) -> None:
    values = {
        "asset_id": first.asset_id,
        "first_revision": first.revision,
        "second_revision": second.revision,
        "rule": rule,
        "counts": counts.as_json(),
    }
    # One of the two may have been withdrawn meanwhile: then there is nothing to keep.
    with suppress(IntegrityError), transaction.atomic():
        locked = Answer.objects.select_for_update().filter(pk__in=[first.pk, second.pk])
        if len(locked) == 2:
            AnswerPair.objects.update_or_create(first=first, second=second, defaults=values)


def rule_of(project: Project) -> Rule:
    """What the project says about its classes."""
    classes = list(classes_of(project))
    return Rule(
        tuple(str(each.pk) for each in classes),
        frozenset(str(each.pk) for each in classes if each.ignore),
        project.unlabelled == Project.Unlabelled.BACKGROUND,
        project.task != Project.Task.SEMANTIC,
    )


def stuff_of(project: Project) -> frozenset[str]:
    """The classes that are one object however often they are drawn: in panoptic projects alone."""
    if project.task != Project.Task.PANOPTIC:
        return frozenset()
    return frozenset(str(pk) for pk in classes_of(project).filter(stuff=True).values_list("pk", flat=True))


def _rule_name(project: Project) -> str:
    """What counting depends on besides the answers; the rest is applied to the counts."""
    parts = [project.task, *sorted(stuff_of(project))]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _fresh(pairs: Any, project: Project) -> Any:
    return pairs.filter(
        first_revision=F("first__revision"),
        second_revision=F("second__revision"),
        first__state=Answer.State.DONE,
        second__state=Answer.State.DONE,
        rule=_rule_name(project),
    )


def _stale(project: Project) -> list[uuid.UUID]:
    """The assets with answers handed in that are not counted as they are."""
    done: dict[uuid.UUID, int] = {}
    rows = Answer.objects.filter(asset__project=project, asset__deleted_at=None, state=Answer.State.DONE)
    for asset_id in rows.order_by("asset_id").values_list("asset_id", flat=True):
        done[asset_id] = done.get(asset_id, 0) + 1
    pairs = AnswerPair.objects.filter(asset__project=project, asset__deleted_at=None)
    every: dict[uuid.UUID, int] = {}
    for asset_id in pairs.values_list("asset_id", flat=True):
        every[asset_id] = every.get(asset_id, 0) + 1
    fresh: dict[uuid.UUID, int] = {}
    for asset_id in _fresh(pairs, project).values_list("asset_id", flat=True):
        fresh[asset_id] = fresh.get(asset_id, 0) + 1
    return sorted(
        asset_id
        for asset_id in {*done, *every}
        if not (count := done.get(asset_id, 0)) * (count - 1) // 2
        == fresh.get(asset_id, 0)
        == every.get(asset_id, 0)
    )


def _compared(pairs: Any) -> list[Compared]:
    rows = pairs.order_by("asset_id", "first_id", "second_id")
    columns = rows.values_list("asset_id", "first__user_id", "second__user_id", "counts")
    return [
        Compared(str(asset), str(first), str(second), Counts.from_json(counts))
        for asset, first, second, counts in columns.iterator()
    ]


def _people(compared: Iterable[Compared]) -> dict[str, dict[str, str] | None]:
    """Who was compared, by name."""
    ids = {user for each in compared for user in (each.first, each.second)}
    users = sorted(User.objects.filter(pk__in=ids), key=lambda user: (user.name or user.email, str(user.pk)))
    return {str(user.pk): person(user) for user in users}


def _named(body: dict[str, Any], users: dict[str, dict[str, str] | None]) -> dict[str, Any]:
    for row in body["people"]:
        row["user"] = users[row["user"]]
    return body


def _by_asset(compared: Iterable[Compared]) -> dict[str, list[Compared]]:
    found: dict[str, list[Compared]] = {}
    for each in compared:
        found.setdefault(each.asset, []).append(each)
    return found


def _worst(compared: Iterable[Compared], rule: Rule) -> dict[str, Any]:
    """The images on which people agree least, and how many were compared at all."""
    by_asset = _by_asset(compared)
    scores = {key: score_of_image(rows, rule) for key, rows in by_asset.items()}
    worst = sorted(scores, key=lambda key: (scores[key] is None, scores[key] or 0.0, key))[:WORST]
    assets = {str(asset.pk): asset for asset in Asset.objects.filter(pk__in=worst)}
    listed = [
        {
            "asset": assets[key],
            "people": len({user for each in by_asset[key] for user in (each.first, each.second)}),
            **of_image(by_asset[key], rule),
        }
        for key in worst
        if key in assets
    ]
    return {"compared": len(by_asset), "assets": listed}
