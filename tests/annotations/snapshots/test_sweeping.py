"""Pictures go with the last project that names them."""

import pytest

from annotations.services import snapshots
from core.errors import Conflict
from core.storage import storage
from projects.models import Asset
from projects.services.projects import create_project, delete_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(principal, workspace):
    return create_project(principal, workspace, name="Other")


@pytest.fixture
def delete(principal, run_jobs, django_capture_on_commit_callbacks):
    def make(project) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            delete_project(principal, project)
        return run_jobs()

    return make


def test_pictures_versions_and_thumbnails_go_with_their_project(principal, project, photo, draw, delete):
    kept_by_version, plain = photo("a.png", 101), photo("b.png", 102)
    draw(kept_by_version)
    snapshot, _ = snapshots.create_snapshot(principal, project)
    kept_by_version.delete()
    assert delete(project) == 1
    for asset in (kept_by_version, plain):
        assert not storage.exists(asset.storage_key)
        assert not list(storage.keys(f"derived/{asset.sha256[:2]}/{asset.sha256}"))
    assert not storage.exists(snapshot.storage_key)


def test_what_another_project_names_stays(principal, project, other, photo, draw, delete):
    shared, frozen, gone = photo("a.png", 103), photo("b.png", 104), photo("c.png", 105)
    for asset in (shared, frozen):
        Asset.objects.create(
            project=other,
            name=asset.name,
            width=30,
            height=20,
            sha256=asset.sha256,
            storage_key=asset.storage_key,
            review=Asset.Review.APPROVED,
        )
    other.label_classes.create(name="x", color="#ff0000", position=0)
    snapshots.create_snapshot(principal, other)
    Asset.objects.filter(project=other, name="b.png").delete()
    delete(project)
    assert storage.exists(shared.storage_key)
    assert storage.exists(frozen.storage_key)
    assert not storage.exists(gone.storage_key)


def test_a_picture_that_goes_while_it_is_taken_in_is_stored_again(principal, other, photo, monkeypatch):
    from projects.services import assets

    hold = assets.hold_blobs
    key = photo("a.png", 106).storage_key
    content = storage.read(key)

    def swept() -> None:
        hold()
        storage.delete(key)

    monkeypatch.setattr(assets, "hold_blobs", swept)
    assets.add_asset(other, "a.png", content, created_by=principal.user)
    assert storage.read(key) == content


def test_a_version_of_images_deleted_meanwhile_is_not_made(principal, project, photo, draw, monkeypatch):
    asset = photo("a.png", 107)
    draw(asset)
    store = snapshots._store

    def deleting(*args):
        Asset.objects.filter(pk=asset.pk).delete()
        return store(*args)

    monkeypatch.setattr(snapshots, "_store", deleting)
    with pytest.raises(Conflict):
        snapshots.create_snapshot(principal, project)
