"""Writing many shapes on many assets at once: what the store does for one asset, in bulk.

A batch is one transaction that holds all shapes an import has for its assets, so a crash leaves whole images,
and a second try finds them. A shape that an asset has already is not added again.
"""

from __future__ import annotations

import itertools
import re
import secrets
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from annotations.models import Annotation, AnnotationRevision
from annotations.selectors import as_dict
from annotations.services.store import MAX_SHAPES
from core.bulk_rows import insert_rows, update_rows
from core.events import emit_each, emit_many
from projects.models import Asset, AssetEvent, Project
from projects.services import review

_WHOLE = re.compile(rb"\.0(?=[],])")
_COLUMNS = ("asset_id", "label_class_id", "kind", "geometry", "frame", "track")


@dataclass(slots=True)
class Draft:
    """A shape that was checked against its image and only needs to be written."""

    label_class: uuid.UUID
    kind: str
    geometry: Any
    bbox: list[float]
    area: float
    z: int
    track: str | None
    score: float | None
    attributes: dict[str, Any]
    frame: int | None = None


class Landed(NamedTuple):
    """How many shapes are new, and what there was no place for."""

    created: int
    # Names of assets that can hold no more.
    full: list[str]
    # Videos by name with a frame on which a track of theirs has another keyframe.
    clashes: list[tuple[str, int]]


def land(project: Project, user: User | None, batch: Sequence[tuple[uuid.UUID, list[Draft]]]) -> Landed:
    """Add the shapes that are new."""
    full: list[str] = []
    clashes: list[tuple[str, int]] = []
    with transaction.atomic():
        keys = [key for key, _ in batch]
        locked = Asset.objects.select_for_update(of=("self",)).filter(project=project, pk__in=keys)
        people = locked.select_related("assignee", "reviewer")
        assets = {asset.pk: asset for asset in people.order_by("pk")}
        drawn_on = [asset for asset in assets.values() if asset.annotation_count]
        known, keyframes = _known(drawn_on), _keyframes(drawn_on)
        now = timezone.now()
        ids = _ids(now)
        created: dict[uuid.UUID, list[Annotation]] = {}
        for key, drafts in batch:
            asset = assets.get(key)
            if asset is None:  # deleted meanwhile
                continue
            new = []
            for draft in drafts:
                if _taken(known, key, draft):
                    continue
                if _clashes(keyframes, key, draft):
                    clashes.append((asset.name, draft.frame or 0))
                    continue
                new.append(draft)
            if not new:
                continue
            shapes = created.setdefault(key, [])
            if asset.annotation_count + len(shapes) + len(new) > MAX_SHAPES:
                full.append(asset.name)
                continue
            for draft in new:
                shapes.append(_annotation(next(ids), asset, user, draft, len(shapes), now))
        written = [(assets[key], shapes) for key, shapes in created.items() if shapes]
        _write(project, user, written, now)
    return Landed(sum(len(shapes) for _, shapes in written), full, clashes)


def _known(assets: Sequence[Asset]) -> Counter[bytes]:
    rows = Annotation.objects.filter(asset__in=assets).values_list(*_COLUMNS)
    return Counter(_fingerprint(*row) for row in rows.iterator())


def _taken(known: Counter[bytes], asset: uuid.UUID, draft: Draft) -> bool:
    """Whether the asset has the shape; each one it has answers for one of the file."""
    row = asset, draft.label_class, draft.kind, draft.geometry, draft.frame, draft.track
    key = _fingerprint(*row) if known else b""
    if not known[key]:
        return False
    known[key] -= 1
    return True


def _keyframes(assets: Sequence[Asset]) -> set[tuple[uuid.UUID, str, int]]:
    videos = [asset for asset in assets if asset.media == Asset.Media.VIDEO]
    rows = Annotation.objects.filter(asset__in=videos, track__isnull=False, frame__isnull=False)
    columns = rows.values_list("asset_id", "track", "frame") if videos else []
    return {(asset, str(track), frame or 0) for asset, track, frame in columns}


def _clashes(keyframes: set[tuple[uuid.UUID, str, int]], asset: uuid.UUID, draft: Draft) -> bool:
    """Whether the shape's track has a keyframe on this frame already; if not, it has from now on."""
    if draft.frame is None or draft.track is None:
        return False
    key = asset, draft.track, draft.frame
    if key in keyframes:
        return True
    keyframes.add(key)
    return False


def _fingerprint(
    asset: uuid.UUID,
    label_class: uuid.UUID,
    kind: str,
    geometry: Any,
    frame: int | None,
    track: uuid.UUID | str | None,
) -> bytes:
    # On an image a track says nothing of which shape it is.
    where = None if frame is None else [frame, str(track)]
    text = orjson.dumps([asset, label_class, kind, geometry, where], option=orjson.OPT_SORT_KEYS)
    # 3 and 3.0 are the same place.
    return _WHOLE.sub(b"", text)


def _ids(now: datetime) -> Iterator[uuid.UUID]:
    """Ids in order (RFC 9562, version 7, counting on from a random number): at random places of an index
    hundreds of thousands of rows would cost it a page each.
    """
    fixed = int(now.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62
    for number in itertools.count(secrets.randbits(73)):
        high, low = number >> 62, number & ((1 << 62) - 1)
        yield uuid.UUID(int=fixed | high << 64 | low)


def _annotation(
    key: uuid.UUID, asset: Asset, user: User | None, draft: Draft, number: int, now: datetime
) -> Annotation:
    return Annotation(
        id=key,
        asset_id=asset.pk,
        label_class_id=draft.label_class,
        kind=draft.kind,
        geometry=draft.geometry,
        bbox=draft.bbox,
        area=draft.area,
        z=draft.z,
        track=draft.track,
        frame=draft.frame,
        source=Annotation.Source.IMPORT,
        score=draft.score,
        attributes=draft.attributes,
        created_by_id=user.pk if user else None,
        # The order of the file is the painting order.
        created_at=now + timedelta(microseconds=number),
        updated_at=now,
        revision=asset.revision + 1,
    )


def _write(
    project: Project, user: User | None, written: Sequence[tuple[Asset, list[Annotation]]], now: datetime
) -> None:
    """One revision an asset, as if each had been saved through the store."""
    actor = str(user.pk) if user else None
    every = [shape for _, shapes in written for shape in shapes]
    for shape in every:
        # Written twice, into its row and into the history: encoded once.
        shape.geometry = orjson.Fragment(orjson.dumps(shape.geometry))
    insert_rows(every)
    revisions: list[AnnotationRevision] = []
    news: list[tuple[str, dict[str, Any], int | None]] = []
    steps: list[AssetEvent] = []
    for asset, shapes in written:
        asset.revision += 1
        asset.annotation_count += len(shapes)
        asset.class_ids = sorted({*asset.class_ids, *(str(shape.label_class_id) for shape in shapes)})
        asset.updated_at = now
        steps += review.edited(asset, user, True)
        changes = {"created": [as_dict(shape) for shape in shapes], "updated": [], "deleted": []}
        revisions.append(
            AnnotationRevision(asset=asset, revision=asset.revision, actor=user, changes=changes)
        )
        summary = {
            "id": str(asset.pk),
            "revision": asset.revision,
            "annotation_count": asset.annotation_count,
            "status": asset.status,
            "review": asset.review,
        }
        news.append(("asset", {"asset": summary}, None))
    counters = ("revision", "annotation_count", "class_ids", "review", "updated_at")
    update_rows([asset for asset, _ in written], counters)
    insert_rows(revisions)
    review.keep(steps)
    # Too much to send to every open editor: each reads the asset again.
    reloads = {f"asset:{each.asset_id}": {"revision": each.revision, "actor": actor} for each in revisions}
    emit_each("reload", reloads)
    emit_many(f"project:{project.pk}", news)
