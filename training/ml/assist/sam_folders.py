"""Where models of the SAM family lie: in TESSERA_WEIGHTS_DIR, in the hub's layout. Imports no torch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The type that a repository's config.json names, and the family it is of here: a video model's image half is
# the image model.
FAMILIES = {"sam": "sam", "sam2": "sam2", "sam2_video": "sam2", "sam_hq": "sam_hq"}
# Known by their names, and why they do not run.
UNUSABLE = {
    "edgetam": "EdgeTAM needs timm, which needs torchvision; Tessera runs without either.",
    "edgetam_video": "EdgeTAM needs timm, which needs torchvision; Tessera runs without either.",
}
WEIGHTS = ("model.safetensors", "model.safetensors.index.json")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
PATTERNS = ("*/config.json", "*/*/config.json", "models--*/snapshots/*/config.json")


@dataclass(frozen=True)
class Folder:
    """A model's folder; `trouble` says why it cannot be used."""

    path: Path
    name: str
    family: str
    bytes: int
    trouble: str = ""


def folders(root: str) -> list[Folder]:
    """The models of the family under `root`, by name."""
    found = {each.name: each for each in _found(Path(root))} if root else {}
    return sorted(found.values(), key=lambda each: each.name)


def _found(root: Path) -> Iterator[Folder]:
    seen: set[Path] = set()
    for pattern in PATTERNS:
        for file in sorted(root.glob(pattern)):
            folder = file.parent
            if folder.resolve() in seen:
                continue
            seen.add(folder.resolve())
            kind = model_type(file)
            if kind in FAMILIES or kind in UNUSABLE:
                yield _described(folder, _name(folder), kind)


def model_type(file: Path) -> str:
    """The type that a config.json names; empty where it cannot be read."""
    try:
        return str(json.loads(file.read_text(encoding="utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _described(folder: Path, name: str, kind: str) -> Folder:
    if kind in UNUSABLE:
        return Folder(folder, name, "edgetam", 0, UNUSABLE[kind])
    family = FAMILIES[kind]
    if any((folder / each).is_file() for each in WEIGHTS):
        size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
        return Folder(folder, name, family, size)
    if any((folder / each).is_file() for each in PICKLES):
        return Folder(folder, name, family, 0, f"{folder} holds pickled weights only, which are not loaded.")
    return Folder(folder, name, family, 0, f"{folder} holds no model.safetensors.")


def _name(folder: Path) -> str:
    """The repository's short name; that of the hub's cache is two levels up."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.rpartition("--")[2]
    return folder.name
