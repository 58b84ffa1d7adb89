"""A snapshot as training reads it: its manifest, with every image on the local disk."""

from __future__ import annotations

import os
from pathlib import Path

from annotations.manifest import line, read_manifest
from annotations.models import Snapshot
from core.storage import storage

__all__ = ["manifest_path", "materialise", "read_manifest"]


def manifest_path(snapshot: Snapshot) -> Path:
    """A local file with the snapshot's manifest, images named by their storage keys."""
    return storage.path(snapshot.storage_key)


def materialise(snapshot: Snapshot, target: Path) -> Path:
    """Write the manifest with absolute local image paths; returns the file.

    `target` is the file to write, or the folder in which it becomes `manifest.jsonl`. Images are fetched
    where the storage is not local. Raises NotFound naming a stored file that is gone.
    """
    path = target / "manifest.jsonl" if target.is_dir() else target
    header, assets = read_manifest(manifest_path(snapshot))
    writing = path.with_name(f".{path.name}.writing")
    root = Path("/")
    with writing.open("wb") as file:
        for number, asset in enumerate(assets):
            image = storage.path(asset["image"]).resolve()
            if number == 0:
                root = image.parents[len(Path(asset["image"]).parts) - 1]
                file.write(line({**header, "root": str(root)}))
            file.write(line({**asset, "image": str(image)}))
    os.replace(writing, path)
    return path
