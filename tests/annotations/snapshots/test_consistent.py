"""A snapshot is of one moment, whatever is written while it is made."""

import threading

import pytest
from django.db import connection

from annotations.manifest import read_manifest
from annotations.models import Snapshot
from annotations.services import snapshots
from annotations.snapshots import manifest_path
from core.errors import Conflict


@pytest.mark.django_db(transaction=True)
def test_what_is_written_meanwhile_is_of_the_next_one(principal, project, photo, draw, monkeypatch):
    first, second = photo("a.png", 1), photo("b.png", 2)
    draw(first)
    draw(second)
    write = snapshots._write

    def another() -> None:
        from annotations.services import store
        from projects.models import Asset
        from projects.services.classes import create_class

        made = create_class(principal, project, name="late")
        asset = Asset.objects.get(pk=first.pk)
        shape = {"class": made.pk, "bbox": [1, 2, 5, 4]}
        store.patch(principal, asset, asset.revision, create=[shape], update=[], delete=[])
        Asset.objects.filter(pk=second.pk).update(name="zzz.png")
        connection.close()

    def meanwhile(*args):
        thread = threading.Thread(target=another)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        return write(*args)

    monkeypatch.setattr(snapshots, "_write", meanwhile)
    snapshot, _ = snapshots.create_snapshot(principal, project)
    header, rows = read_manifest(manifest_path(snapshot))
    rows = list(rows)
    known = {each["id"] for each in header["classes"]}
    assert {shape["class"] for row in rows for shape in row["annotations"]} <= known
    assert [row["name"] for row in rows] == ["a.png", "b.png"]
    monkeypatch.setattr(snapshots, "_write", write)
    after, is_new = snapshots.create_snapshot(principal, project)
    assert is_new
    assert after.counts["annotations"] == 3


@pytest.mark.django_db
def test_a_shape_whose_class_the_header_lacks_stops_it(principal, project, photo, draw, monkeypatch):
    draw(photo("a.png", 1))
    monkeypatch.setattr(snapshots, "class_header", lambda project: [])
    with pytest.raises(Conflict):
        snapshots.create_snapshot(principal, project)
    assert not Snapshot.objects.exists()
