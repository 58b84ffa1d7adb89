"""The manifest in a run's folder: every image a local file."""

from pathlib import Path

import pytest

from annotations.models import Snapshot
from annotations.snapshots import materialise, read_manifest
from core.errors import NotFound
from core.storage import storage
from training.ml.manifest import read_manifest as read_for_training

pytestmark = pytest.mark.django_db


def test_images_are_local_files(api, url, photo, draw, tmp_path):
    asset = draw(photo("a.png", 1))
    draw(photo("b.png", 2), "dog")
    api.post(url)
    path = materialise(Snapshot.objects.get(), tmp_path)
    assert path == tmp_path / "manifest.jsonl"
    header, lines = read_manifest(path)
    lines = list(lines)
    assert Path(lines[0]["image"]).read_bytes() == storage.read(asset.storage_key)
    assert all(Path(each["image"]).is_relative_to(header["root"]) for each in lines)
    assert materialise(Snapshot.objects.get(), tmp_path / "other.jsonl") == tmp_path / "other.jsonl"


def test_training_reads_it(api, url, photo, draw, tmp_path):
    draw(photo("a.png", 1))
    draw(photo("b.png", 2), "void")
    api.post(url)
    manifest = read_for_training(materialise(Snapshot.objects.get(), tmp_path))
    assert [label.name for label in manifest.labels] == ["background", "cat", "dog"]
    assert len(manifest.split("train")) == len(manifest.split("val")) == 1


def test_a_lost_image_is_named(api, url, photo, draw, tmp_path):
    asset = draw(photo("a.png", 1))
    api.post(url)
    storage.delete(asset.storage_key)
    with pytest.raises(NotFound, match=asset.sha256):
        materialise(Snapshot.objects.get(), tmp_path)
