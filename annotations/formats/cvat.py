"""CVAT 1.1: one XML of images with their shapes, or of a video with its tracks.

A track's elements are keyframes of one object; those that CVAT reckoned (`keyframe="0"`) are passed over.
Turned boxes and ellipses become polygons. Tags, points, polylines, cuboids and skeletons cover no area and
are left out. Tracks land on the video that the file calls its source, or else on pictures of its frames.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from xml.etree.ElementTree import Element

from annotations.formats.cvat_meta import Meta, read_meta
from annotations.formats.cvat_shapes import ALONE, order_of, read_shape, track_name
from annotations.formats.cvat_write import write as write
from annotations.formats.extras import KEY
from annotations.formats.match import SPLITS
from annotations.formats.records import Dataset, Known, Record, Shape
from annotations.formats.xml_stream import children
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import IMAGE_ENDINGS, Source

ROOT = "annotations"
VIDEO_ENDINGS = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".flv", ".ogv")
_FRAME = re.compile(r"frame_(\d+)")


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Look through the XML files. Raises Unusable where none of them is CVAT's."""
    names = source.ending_in(".xml") if source.is_archive else source.names
    if not names:
        raise Unusable("There is no XML file in the ZIP: CVAT's annotations are an XML file.")
    files: list[tuple[str, Meta]] = []
    subsets: dict[str, str] = {}
    total = 0
    for name in names:
        try:
            meta, count = _look_through(source, name, subsets)
        except TesseraError as error:
            if not source.is_archive:
                raise
            notes.add(name, f"{error.detail} It was left out.")
            continue
        files.append((name, meta))
        total += count
    if not files:
        raise Unusable("No XML file in the ZIP is one of CVAT's.")
    images = source.ending_in(*IMAGE_ENDINGS, *VIDEO_ENDINGS) if source.is_archive else []
    categories = {each.name: each for _, meta in files for each in meta.categories}
    return Dataset(
        categories=list(categories.values()),
        images=images,
        total=total,
        records=partial(_records, source, files, notes),
        splits={
            member: SPLITS[subset]
            for member in images
            if (subset := next((subsets[end] for end in _ends(member) if end in subsets), None))
        },
    )


def _look_through(source: Source, name: str, subsets: dict[str, str]) -> tuple[Meta, int]:
    """What the file says of itself, and how many records it has.

    Images whose subset is a split are added to `subsets`, by their names with and without the subset.
    """
    meta, count, sources = Meta(), 0, set()
    seen = False
    with source.local(name).open("rb") as file:
        for node in children(file, name, ROOT):
            if node.tag == "meta":
                meta = read_meta(node)
                seen = True
            elif node.tag == "image":
                count, seen = count + 1, True
                image, subset = node.get("name", "").lower(), node.get("subset", "").lower()
                if subset in SPLITS:
                    subsets[f"{subset}/{image}"] = subset
                    subsets.setdefault(image, subset)
            elif node.tag == "track":
                sources.add(meta.source_of(node))
                seen = True
    if not seen:
        raise Unusable(f"{name} is no CVAT file: it has neither images nor tracks.")
    return meta, count + len(sources)


def _records(source: Source, files: list[tuple[str, Meta]], notes: Notes) -> Iterator[Record]:
    inside = _endings(source.images()) if source.is_archive else set()
    for name, meta in files:
        tracks: dict[str, list[tuple[int, Shape]]] = {}
        with source.local(name).open("rb") as file:
            for node in children(file, name, ROOT):
                if node.tag == "image":
                    yield _image(node, name, meta, notes, inside)
                elif node.tag == "track":
                    tracks.setdefault(meta.source_of(node), []).extend(_track(node, meta, notes))
        for video, shapes in tracks.items():
            # Written by us they say in which order they are painted.
            in_order = [shape for _, shape in sorted(shapes, key=lambda each: each[0])]
            yield Record(video, in_order, meta.width, meta.height, name, video=video)


def _endings(names: list[str]) -> set[str]:
    return {end for name in names for end in _ends(name)}


def _ends(name: str) -> list[str]:
    """A path with its folders cut off from the left, one after the other."""
    parts = PurePosixPath(name.lower()).parts
    return ["/".join(parts[at:]) for at in range(len(parts))]


def _image(node: Element, origin: str, meta: Meta, notes: Notes, inside: set[str]) -> Record:
    name = node.get("name") or f"image {node.get('id')}"
    # In a project the same name may be in every subset.
    if f"{node.get('subset')}/{name}".lower() in inside:
        name = f"{node.get('subset')}/{name}"
    width, height = _side(node.get("width")), _side(node.get("height"))
    suffix = PurePosixPath(name).suffix.lower()
    record = Record(name, [], width, height, origin, by_stem=suffix not in IMAGE_ENDINGS)
    if (frame := _FRAME.fullmatch(PurePosixPath(name).stem)) and (video := meta.source_of(node)):
        record.video, record.frame = video, int(frame.group(1))
    for number, child in enumerate(node, 1):
        item = f"{child.tag} {number}"
        shape = read_shape(child, child.get("label", ""), item, meta, (height, width))
        if isinstance(shape, str):
            notes.add(f"{item} of {name}", shape)
        else:
            record.shapes.append(shape)
    return record


def _side(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else None


def _track(node: Element, meta: Meta, notes: Notes) -> Iterator[tuple[int, Shape]]:
    """The keyframes of a track with their places in painting order, which only files of ours tell.

    A shape that is on its one frame only has no track.
    """
    label, alone = node.get("label", ""), node.get(KEY) == ALONE
    name = None if alone else track_name(node)
    frames: set[int] = set()
    for child in node:
        if child.tag == "attribute" or child.get("keyframe") == "0" or (alone and frames):
            continue
        frame = child.get("frame", "")
        item = f"{child.tag} of track {node.get('id')} on frame {frame}"
        if not frame.isdecimal():
            notes.add(item, "has no number of a frame")
            continue
        shape = read_shape(child, label, item, meta, (meta.height, meta.width))
        if isinstance(shape, str):
            notes.add(item, shape)
        elif int(frame) in frames:
            notes.add(item, "the track has two keyframes on this frame: the first was taken")
        else:
            frames.add(int(frame))
            shape.frame = int(frame)
            shape.track = name
            yield order_of(child), shape
