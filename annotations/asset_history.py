"""Everything that happened to an asset as one list: its shapes, its review, whose work it was, what was said.

The rows lie in three tables; each gives its newest behind the cursor, and the newest of these are the page.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, Func, IntegerField, Q, QuerySet

from annotations.models import AnnotationRevision, Comment
from projects.models import Asset, AssetEvent
from projects.people import person


class Length(Func):
    """How many items a list in the JSON column `changes` has, without reading them: a change can be of
    thousands of shapes.
    """

    output_field = IntegerField()

    def __init__(self, key: str) -> None:
        super().__init__(F("changes"), key=key)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "JSON_ARRAY_LENGTH(%(expressions)s, '$.%(key)s')"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "JSONB_ARRAY_LENGTH(%(expressions)s -> '%(key)s')"
        return self.as_sql(compiler, connection, template=template, **extra)


class Place(NamedTuple):
    """Where a page begins: behind the row of this time and id."""

    at: datetime
    id: uuid.UUID


CHANGES = ("created", "updated", "deleted")
COUNTS = {f"{name}_count": Length(name) for name in CHANGES}


def page(asset: Asset, behind: Place | None, limit: int) -> tuple[list[dict[str, Any]], Place | None]:
    """At most `limit` entries behind a place, newest first, and where the next page begins, if one does."""
    rows: list[Any] = []
    for found in (
        asset.revisions.select_related("actor").defer("changes", "refused").annotate(**COUNTS),
        AssetEvent.objects.filter(asset=asset).select_related("actor"),
        asset.comments.select_related("author"),
    ):
        rows += _behind(found, behind).order_by("-created_at", "-id")[: limit + 1]
    rows.sort(key=lambda row: (row.created_at, row.pk), reverse=True)
    shown = rows[:limit]
    more = Place(shown[-1].created_at, shown[-1].pk) if len(rows) > limit else None
    return [_entry(row) for row in shown], more


def _behind(rows: QuerySet[Any], behind: Place | None) -> QuerySet[Any]:
    if behind is None:
        return rows
    older = Q(created_at__lt=behind.at) | Q(created_at=behind.at, id__lt=behind.id)
    return rows.filter(created_at__lte=behind.at).filter(older)


def _entry(row: AnnotationRevision | AssetEvent | Comment) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": str(row.pk), "at": row.created_at}
    if isinstance(row, Comment):
        return {**entry, "kind": "comment", "actor": person(row.author), "text": row.text, "note": None}
    entry["actor"] = person(row.actor)
    if isinstance(row, AssetEvent):
        return {**entry, "kind": row.kind, **row.detail}
    counts = {name: getattr(row, f"{name}_count") for name in CHANGES}
    return {
        **entry,
        "kind": "annotations",
        "revision": row.revision,
        **counts,
        "restored": row.restored,
    }
