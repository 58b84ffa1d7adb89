"""A trash is emptied after thirty days, and bytes go where nothing names them any more."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Annotation
from annotations.services.emptying import empty_trashes
from core.storage import storage
from projects.models import Asset, LabelClass

pytestmark = pytest.mark.django_db


@pytest.fixture
def trashed(project):
    """`trashed(days, content)`: an asset that has been in the trash so long."""

    def make(days, content):
        key = f"assets/zz/{content}"
        storage.put(key, io.BytesIO(content.encode()))
        return Asset.everything.create(
            project=project,
            name="a.jpg",
            width=9,
            height=9,
            sha256=content,
            storage_key=key,
            deleted_at=timezone.now() - timedelta(days=days),
        )

    return make


def test_old_ones_go_with_their_bytes_and_shapes(
    trashed, project, run_jobs, django_capture_on_commit_callbacks
):
    asset = trashed(31, "old")
    label = LabelClass.objects.create(project=project, name="x", color="#000000", position=0)
    Annotation.objects.create(asset=asset, label_class=label, kind="bbox", geometry=[0, 0, 1, 1])

    with django_capture_on_commit_callbacks(execute=True):
        assert empty_trashes() == 1
    run_jobs()

    assert not Asset.everything.exists()
    assert not Annotation.objects.exists()
    assert not storage.exists(asset.storage_key)


def test_younger_ones_stay(trashed):
    trashed(29, "young")

    assert empty_trashes() == 0
    assert Asset.everything.count() == 1


def test_bytes_stay_that_another_asset_in_a_trash_names(
    trashed, run_jobs, django_capture_on_commit_callbacks
):
    asset = trashed(31, "shared")
    trashed(1, "shared")
    with django_capture_on_commit_callbacks(execute=True):
        empty_trashes()
    run_jobs()

    assert storage.exists(asset.storage_key)
