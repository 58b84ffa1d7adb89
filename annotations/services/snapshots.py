"""Freezing a project's labelled data into an immutable version."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import IO, Any, NoReturn

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.principals import Principal
from accounts.services import audit
from annotations.manifest import FORMAT, line, splits_in
from annotations.models import Annotation, Snapshot
from annotations.splitting import SPLITS, Item, Shares, assign_splits
from core.consistent import consistent_read
from core.errors import Conflict, NotFound, Unusable
from core.events import emit
from core.storage import storage
from projects.classes import class_indices
from projects.models import Asset, Project
from projects.selectors import classes_of
from projects.services.blobs import hold_blobs

CHUNK = 200
# What a snapshot's row repeats of its header.
_FROZEN = ("classes", "task", "unlabelled")


def create_snapshot(
    principal: Principal,
    project: Project,
    name: str = "",
    shares: Shares | None = None,
) -> tuple[Snapshot, bool]:
    """Freeze what is labelled now; returns the snapshot and whether it is new.

    The same state gives the snapshot that exists already. Taken are ready assets with annotations, and those
    approved without any. Assets keep the split somebody gave them; `shares` decides for the rest.
    Raises Unusable where nothing is labelled.
    """
    shares = shares or Shares()
    with tempfile.TemporaryFile() as body:
        with consistent_read():
            project = Project.objects.filter(pk=project.pk).first() or _gone()
            header, assets, digest, counts = _freeze(project, shares, body)
        known = Snapshot.objects.filter(project=project, digest=digest).first()
        if known:
            return known, False
        key = f"snapshots/{digest[:2]}/{digest}.jsonl"
        _store(key, {**header, "digest": digest}, body)
    fields = {name: header[name] for name in _FROZEN}
    fields |= {"storage_key": key, "counts": counts, "division": asdict(shares)}
    return _save(principal, project, name, digest, assets, fields)


def _gone() -> NoReturn:
    raise NotFound("The project is gone.")


def _freeze(
    project: Project, shares: Shares, body: IO[bytes]
) -> tuple[dict[str, Any], list[str], str, dict[str, int]]:
    """The header, the assets' ids, the digest and the counts; the assets' lines are written to `body`."""
    if not project.label_classes.filter(ignore=False).exists():
        raise Unusable("The project has no class to learn: add one and label with it.")
    splits = planned_splits(project, shares)
    if not splits:
        raise Unusable("No image is labelled yet: label at least two images, or import annotations.")
    header = {
        "format": FORMAT,
        "project": str(project.pk),
        "task": project.task,
        "unlabelled": project.unlabelled,
        "classes": class_header(project),
    }
    return header, list(splits), *_write(body, project, header, splits)


@transaction.atomic
def _save(
    principal: Principal,
    project: Project,
    name: str,
    digest: str,
    assets: list[str],
    fields: dict[str, Any],
) -> tuple[Snapshot, bool]:
    """Write the row. Its pictures are named by their assets until then, and by it from then on."""
    Project.objects.select_for_update().get(pk=project.pk)
    hold_blobs()
    living = {str(pk) for pk in Asset.objects.filter(project=project).values_list("pk", flat=True)}
    if not living.issuperset(assets):
        raise Conflict("Images were deleted meanwhile: make the version again.")
    fields["name"] = name or f"Version {Snapshot.objects.filter(project=project).count() + 1}"
    fields["created_by"] = principal.user
    snapshot, is_new = Snapshot.objects.get_or_create(project=project, digest=digest, defaults=fields)
    if is_new:
        detail = {"name": snapshot.name, "digest": digest}
        audit(principal, "snapshot.create", "snapshot", snapshot.pk, project.workspace_id, detail)
        emit(
            f"project:{project.pk}", "snapshot", {"snapshot": {"id": str(snapshot.pk), "name": snapshot.name}}
        )
    return snapshot, is_new


def labelled_assets(project: Project) -> QuerySet[Asset]:
    """What a snapshot made now would hold."""
    labelled = Q(annotation_count__gt=0) | Q(review=Asset.Review.APPROVED)
    return Asset.objects.filter(labelled, project=project, status=Asset.Status.READY, media="image")


def planned_splits(project: Project, shares: Shares) -> dict[str, str]:
    """The split, by its id, of every asset that a snapshot made now would hold.

    What the last snapshot with these shares placed stays where it was.
    """
    labelled = labelled_assets(project).order_by()
    shapes = Annotation.objects.filter(asset__in=labelled.values("pk"))
    classes: dict[str, list[str]] = {}
    pairs = shapes.order_by().values_list("asset_id", "label_class_id").distinct()
    for asset, label_class in pairs.iterator():
        classes.setdefault(str(asset), []).append(str(label_class))
    items = (
        Item(str(pk), digest, split, tuple(sorted(classes.get(str(pk), ()))))
        for pk, digest, split in labelled.values_list("pk", "sha256", "split").iterator()
    )
    last = Snapshot.objects.filter(project=project, division=asdict(shares)).order_by("-created_at").first()
    return assign_splits(items, shares, splits_in(storage.path(last.storage_key)) if last else None)


def class_header(project: Project) -> list[dict[str, Any]]:
    """The project's classes as a manifest's header holds them."""
    classes = list(classes_of(project))
    indices = class_indices(classes, project.unlabelled)
    return [
        {
            "id": str(each.pk),
            "name": each.name,
            "color": each.color,
            "ignore": each.ignore,
            "stuff": each.stuff,
            "index": indices[str(each.pk)],
        }
        for each in classes
    ]


def _write(
    body: IO[bytes], project: Project, header: dict[str, Any], splits: dict[str, str]
) -> tuple[str, dict[str, int]]:
    """Write the assets' lines; returns the digest of header and lines, and what was counted."""
    digest = hashlib.sha256(line(header))
    counts: Counter[str] = Counter({"assets": 0, "annotations": 0, **dict.fromkeys(SPLITS, 0)})
    known = {each["id"] for each in header["classes"]}
    for asset, shapes in _with_shapes(project, splits):
        if not known.issuperset(shape["class"] for shape in shapes):
            raise Conflict("The project's classes changed meanwhile: make the version again.")
        split = splits[str(asset.pk)]
        text = line(_row(asset, split, shapes))
        digest.update(text)
        body.write(text)
        counts.update({"assets": 1, "annotations": len(shapes), split: 1})
    return digest.hexdigest(), dict(counts)


def _with_shapes(project: Project, splits: dict[str, str]) -> Iterator[tuple[Asset, list[dict[str, Any]]]]:
    """Assets by name, each with its shapes in painting order; a few hundred assets in memory at a time."""
    keys = [str(pk) for pk in labelled_assets(project).order_by("name", "id").values_list("pk", flat=True)]
    keys = [key for key in keys if key in splits]
    for start in range(0, len(keys), CHUNK):
        found = Asset.objects.in_bulk(keys[start : start + CHUNK])
        assets = sorted(found.values(), key=lambda each: (each.name, str(each.pk)))
        shapes = shapes_of(assets)
        for asset in assets:
            yield asset, shapes.get(str(asset.pk), [])


def shapes_of(assets: Sequence[Asset]) -> dict[str, list[dict[str, Any]]]:
    """The shapes of some assets by asset, as a manifest holds them, in painting order."""
    rows = Annotation.objects.filter(asset__in=assets).order_by("z", "created_at", "id")
    found: dict[str, list[dict[str, Any]]] = {}
    for asset, key, label_class, kind, geometry, z, track, frame, score, attributes in rows.values_list(
        "asset_id", "pk", "label_class_id", "kind", "geometry", "z", "track", "frame", "score", "attributes"
    ).iterator():
        shape = {"id": str(key), "class": str(label_class), kind: geometry, "z": z}
        if track is not None:
            shape["track"] = str(track)
        if frame is not None:
            shape["frame"] = frame
        if score is not None:
            shape["score"] = score
        if attributes:
            shape["attributes"] = attributes
        found.setdefault(str(asset), []).append(shape)
    return found


def _row(asset: Asset, split: str, shapes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "asset": str(asset.pk),
        "name": asset.name,
        "sha256": asset.sha256,
        "width": asset.width,
        "height": asset.height,
        "orientation": asset.orientation,
        "split": split,
        "image": asset.storage_key,
        "annotations": shapes,
    }


def _store(key: str, header: dict[str, Any], body: IO[bytes]) -> None:
    with tempfile.TemporaryFile() as whole:
        whole.write(line(header))
        body.seek(0)
        shutil.copyfileobj(body, whole, 1 << 20)
        whole.seek(0)
        storage.put(key, whole)
