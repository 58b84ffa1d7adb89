"""The shapes of a frame go along when the frame becomes an image."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from annotations.models import Annotation
from annotations.services import store
from annotations.tracks import OUTSIDE, shapes_at
from projects.models import Asset

KINDS = Annotation.Kind.values


def carry(video: Asset, frame: int, image: Asset) -> None:
    """Give a new image the shapes that are to be seen on the frame it was, as its first revision; their track
    tells which object of the video each is.
    """
    shapes = shapes_at(video, frame)
    if not shapes:
        return
    now = timezone.now()
    made = [_copy(image, shape, now + timedelta(microseconds=n)) for n, shape in enumerate(shapes)]
    with store.writing():
        locked = Asset.objects.select_for_update(of=("self",)).select_related("project").get(pk=image.pk)
        if locked.revision:
            # Somebody has begun to label it already.
            return
        store.apply(image.created_by, locked, store.Change(created=made))


def _copy(image: Asset, shape: dict[str, Any], at: Any) -> Annotation:
    kind = next(kind for kind in KINDS if shape.get(kind) is not None)
    return Annotation(
        id=uuid.uuid4(),
        asset=image,
        label_class_id=uuid.UUID(shape["class"]),
        kind=kind,
        geometry=shape[kind],
        bbox=shape["box"],
        area=shape["area"],
        z=shape["z"],
        track=uuid.UUID(shape["track"]) if shape["track"] else None,
        source=shape["source"],
        score=shape["score"],
        attributes={name: value for name, value in shape["attributes"].items() if name != OUTSIDE},
        created_by=image.created_by,
        created_at=at,
        updated_at=at,
    )
