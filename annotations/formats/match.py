"""Which file an annotation file means: by its path, or by its name where that is unambiguous."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from core.errors import Unusable

# Folders that say what kind of file they hold, and nothing of which one is meant.
IMAGE_FOLDERS = frozenset(("image", "images", "img", "imgs", "jpegimages", "photos"))
MASK_FOLDERS = frozenset(
    ("mask", "masks", "label", "labels", "annotation", "annotations", "segmentationclass", "gt", "indexlabel")
)

# Folders and subsets that say what their images are for.
SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}


class NameIndex:
    """Finds among paths the one that an annotation file means."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: set[str] = set()
        self._by_base: dict[str, list[str]] = {}
        self._by_stem: dict[str, list[str]] = {}
        for name in names:
            self._names.add(name)
            base = base_name(name)
            self._by_base.setdefault(base.lower(), []).append(name)
            self._by_stem.setdefault(_without_ending(base).lower(), []).append(name)

    @property
    def is_empty(self) -> bool:
        return not self._names

    def find(self, wanted: str, origin: str = "", by_stem: bool = False) -> str | None:
        """The path that is meant, None where there is none. Raises Unusable where several could be.

        `origin` is the file that names it. In order: the same path; the path beside `origin`; one that ends
        in the wanted one (or the other way round); the same name; of several, one in the folder that `origin`
        lies in or is named after (`instances_train.json` and `train/`).
        """
        wanted = wanted.replace("\\", "/").lstrip("/").removeprefix("./")
        beside = str(PurePosixPath(origin).parent / wanted)
        if not by_stem:
            for path in (wanted, beside):
                if path in self._names:
                    return path
        base = base_name(wanted).lower()
        same = self._by_stem.get(base, []) if by_stem else []
        same = same or self._by_base.get(base, [])
        for choose in (_ending_alike, _beside, _named_alike):
            if len(same) > 1:
                same = choose(same, wanted, origin, by_stem) or same
        if len(same) > 1:
            raise Unusable(f"{len(same)} images have this name: {', '.join(sorted(same)[:3])}")
        return same[0] if same else None


def without(members: list[str], names: set[str]) -> list[str]:
    """The members but for those that are, or lie somewhere as, one of the names."""
    return [member for member in members if not names or not _ends_in(member, names)]


def _ends_in(member: str, names: set[str]) -> bool:
    parts = PurePosixPath(member).parts
    return any("/".join(parts[at:]) in names for at in range(len(parts)))


def base_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _without_ending(name: str) -> str:
    return PurePosixPath(name).stem


def _ending_alike(names: list[str], wanted: str, origin: str, by_stem: bool) -> list[str]:
    """Those that agree with the wanted path in the most folders, counted from the end."""

    def agreement(name: str) -> int:
        folders = zip(_folders(name)[::-1], _folders(wanted)[::-1], strict=False)
        count = 0
        for ours, theirs in folders:
            if ours != theirs:
                break
            count += 1
        return count

    most = max(map(agreement, names))
    return [name for name in names if agreement(name) == most] if most else names


def _beside(names: list[str], wanted: str, origin: str, by_stem: bool) -> list[str]:
    """Those below the folder of the file that names them."""
    here = _folders(origin)
    return [name for name in names if here and _folders(name)[: len(here)] == here]


def _named_alike(names: list[str], wanted: str, origin: str, by_stem: bool) -> list[str]:
    """Those in a folder that the file is named after: `instances_train.json` and `train/`."""
    word = PurePosixPath(origin).stem.rpartition("_")[2].lower()
    return [name for name in names if word in _folders(name)]


def _folders(path: str) -> list[str]:
    parts = (part.lower() for part in PurePosixPath(path.replace("\\", "/")).parts[:-1])
    return [part for part in parts if part not in IMAGE_FOLDERS and part not in MASK_FOLDERS]
