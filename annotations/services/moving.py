"""What is drawn on assets goes along when they move to another project, its history and opinions included."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from annotations.models import Annotation, AnnotationRevision, Answer, AnswerPair, Proposal
from projects.models import Asset
from projects.services.moving import carrier

AT_ONCE = 200


@carrier
def carry_shapes(assets: Sequence[Asset], classes: Mapping[str, str]) -> None:
    """Give shapes, proposals, answers and the history the classes of the other project. Nobody has drawn
    anything: revisions stay what they are.
    """
    for start in range(0, len(assets), AT_ONCE):
        some = [asset.pk for asset in assets[start : start + AT_ONCE]]
        for model in (Annotation, Proposal):
            rows = model.objects.filter(asset_id__in=some)
            for old in set(rows.order_by().values_list("label_class_id", flat=True)):
                if new := classes.get(str(old)):
                    rows.filter(label_class_id=old).update(label_class_id=uuid.UUID(new))
        _rewrite(AnnotationRevision, "changes", some, classes)
        _rewrite(Answer, "results", some, classes)
        # Counted by class: they are counted again.
        AnswerPair.objects.filter(asset_id__in=some).delete()


def _rewrite(model: Any, column: str, assets: list[uuid.UUID], classes: Mapping[str, str]) -> None:
    rows = []
    for row in model.objects.filter(asset_id__in=assets).only("pk", column).iterator(chunk_size=100):
        before = getattr(row, column)
        after = _renamed(before, classes)
        if after != before:
            setattr(row, column, after)
            rows.append(row)
    model.objects.bulk_update(rows, [column], batch_size=50)


def _renamed(value: Any, classes: Mapping[str, str]) -> Any:
    """The JSON with other ids; as text, for shapes can have very many points."""
    text: str = orjson.dumps(value).decode()
    for old, new in classes.items():
        text = text.replace(f'"class":"{old}"', f'"class":"{new}"')
    return orjson.loads(text)
