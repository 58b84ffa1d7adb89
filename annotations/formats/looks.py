"""What a file looks like, from names and first bytes, for somebody who chose the wrong format."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from core.errors import TesseraError
from projects.archives import Source

# So much of a file's start and end is looked at, of so many files, none of them larger.
_HEAD = 64 << 10
_MOST_FILES = 5
_MOST_BYTES = 256 << 20
# Formats that read each other's files.
_KIN = (frozenset({"coco", "coco_rle"}), frozenset({"labelme", "labelme_mask"}))
_ROOT = re.compile(rb"<([A-Za-z_]\w*)")


def looks_like(source: Source, chosen: str) -> str | None:
    """The format that the file seems to be in; None where it cannot be told, or is the chosen one."""
    try:
        found = _by_names(source.names) or _by_content(source)
    except (TesseraError, OSError):
        return None
    if found is None or found == chosen or any({found, chosen} <= kin for kin in _KIN):
        return None
    return found


def _by_names(names: list[str]) -> str | None:
    """By folders and files that one format only has."""
    folders = {part.lower() for name in names for part in PurePosixPath(name).parts[:-1]}
    files = {PurePosixPath(name).name.lower() for name in names}
    if "gtfine" in folders or any(name.endswith("_labelids.png") for name in files):
        return "cityscapes"
    if {"segmentationclass", "imagesets"} & folders:
        return "voc"
    has_lists = {"data.yaml", "data.yml", "obj.names", "obj.data", "classes.txt"} & files
    if has_lists and any(name.endswith(".txt") and name not in has_lists for name in files):
        return "yolo_seg"
    if "panoptic" in " ".join(sorted(folders)) and any(name.endswith(".json") for name in files):
        return "coco_mask"
    return None


def _by_content(source: Source) -> str | None:
    texts = source.ending_in(".xml", ".json") if source.is_archive else source.names
    for name in texts[:_MOST_FILES]:
        if source.size(name) > _MOST_BYTES and source.is_archive:
            continue
        if found := _of_text(*_ends(source, name)):
            return found
    if source.is_archive and not texts and (masks := source.ending_in(".png")):
        folders = {part.lower() for name in masks for part in PurePosixPath(name).parts[:-1]}
        return "mask_png" if folders & {"mask", "masks", "labels", "annotations"} else None
    return None


def _ends(source: Source, name: str) -> tuple[bytes, bytes]:
    path = source.local(name)
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _HEAD))
        return head.removeprefix(b"\xef\xbb\xbf").lstrip(), file.read()


def _of_text(head: bytes, tail: bytes) -> str | None:
    if head[:1] == b"<":
        return _of_xml(head)
    if head[:1] != b"{":
        return "yolo_seg" if re.match(rb"\d+( +[\d.]+){4,}\s", head) else None
    ends = head + b"\n" + tail

    def has(*keys: str) -> bool:
        return all(f'"{key}"'.encode() in ends for key in keys)

    if has("shapes") and (has("imagePath") or has("shape_type")):
        return "labelme"
    if has("imgHeight", "objects"):
        return "cityscapes"
    if has("items", "categories") and (has("dm_format_version") or has("label_groups")):
        return "datumaro"
    if has("segments_info"):
        return "coco_mask"
    if has("annotations") and (has("image_id") or has("images") or has("segmentation")):
        return "coco"
    return None


def _of_xml(head: bytes) -> str | None:
    root = _ROOT.search(head)
    tag = root.group(1) if root else b""
    if tag == b"annotations":
        return "cvat"
    if tag != b"annotation":
        return None
    return "labelme" if b"<imagesize>" in head or b"<sourceImage>" in head else "voc"
