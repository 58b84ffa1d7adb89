"""Rows written in bulk are what the model's own way of writing makes of them."""

import uuid

import orjson
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.models import Annotation
from core.bulk_rows import insert_rows, update_rows
from core.events import emit_each, replay
from projects.models import Asset, LabelClass, Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(workspace):
    project = Project.objects.create(workspace=workspace, name="P")
    return Asset.objects.create(project=project, name="a.png", width=3, height=2)


def shape(asset, **fields):
    label, _ = LabelClass.objects.get_or_create(project=asset.project, name="c", color="#000000", position=0)
    geometry = [{"exterior": [[0.1, 1], [2, 3e-7], [4, 5]], "holes": []}]
    return Annotation(asset=asset, label_class=label, kind="polygons", geometry=geometry, **fields)


def values(row):
    skipped = ("id", "updated_at", "created_at", "_state")
    return {name: value for name, value in vars(row).items() if name not in skipped}


def test_as_bulk_create_does(asset, owner):
    fields = {"attributes": {"ä": [1, None]}, "score": 0.25, "track": uuid.uuid4(), "frame": 3, "area": 1.5}
    ours, theirs = (shape(asset, created_by=owner, **fields) for _ in range(2))
    theirs.frame = None
    insert_rows([ours])
    Annotation.objects.bulk_create([theirs])
    found, other = (Annotation.objects.get(pk=each.pk) for each in (ours, theirs))
    assert {**values(found), "frame": None} == values(other)
    assert abs((found.created_at - other.created_at).total_seconds()) < 60
    assert found.updated_at is not None


def test_what_is_encoded_already(asset):
    row = shape(asset)
    plain = row.geometry
    row.geometry = orjson.Fragment(orjson.dumps(plain))
    insert_rows([row])
    assert Annotation.objects.get().geometry == plain


def test_updates_name_their_rows_and_columns(asset):
    other = Asset.objects.create(project=asset.project, name="b.png")
    asset.tags, asset.revision, asset.name = ["x"], 7, "never written"
    asset.updated_at = timezone.now()
    update_rows([asset], ("tags", "revision", "updated_at"))
    asset.refresh_from_db()
    other.refresh_from_db()
    assert (asset.name, asset.tags, asset.revision) == ("a.png", ["x"], 7)
    assert (other.tags, other.revision) == ([], 0)


def test_nothing_is_nothing():
    insert_rows([])
    update_rows([], ("revision",))
    emit_each("x", {})


def test_the_databases_rules_hold(asset):
    track = uuid.uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows([shape(asset, track=track, frame=1), shape(asset, track=track, frame=1)])


def test_events_of_many_topics():
    emit_each("first", {"asset:1": {"n": 1}, "asset:2": {"n": 2}})
    emit_each("second", {"asset:2": {"n": 3}})
    assert [(each.seq, each.type, each.payload) for each in replay("asset:2")] == [
        (1, "first", {"n": 2}),
        (2, "second", {"n": 3}),
    ]
    assert [each.seq for each in replay("asset:1")] == [1]
