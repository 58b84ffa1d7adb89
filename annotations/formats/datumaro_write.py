"""Writing datumaro's own format: a JSON for every split, and the images."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import IO, Any

import orjson

from annotations.formats.extras import KEY, extras_of, frame_extras
from annotations.formats.records import Export, ExportImage, Shape
from annotations.formats.writing import json_member, rle_of_shape, write_images

VERSION = "1.0"
# What datumaro calls media that are images.
MEDIA_IMAGE = 2
DEFAULT_SUBSET = "default"


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write a JSON for every subset, and the images."""
    ids = {each.name: number for number, each in enumerate(export.classes)}
    spools: dict[str, IO[bytes]] = {}
    try:
        for image in export.images():
            subset = _subset(image)
            if subset not in spools:
                spools[subset] = tempfile.SpooledTemporaryFile(4 << 20)  # noqa: SIM115  closed below
            spool = spools[subset]
            spool.write((b",\n" if spool.tell() else b"\n") + orjson.dumps(_item(image, ids)))
        for subset, spool in spools.items():
            _write_subset(archive, export, subset, spool)
    finally:
        for spool in spools.values():
            spool.close()
    write_images(archive, export, path_of=lambda image: f"images/{_subset(image)}/{image.name}")


def _write_subset(archive: zipfile.ZipFile, export: Export, subset: str, spool: IO[bytes]) -> None:
    head = {
        "dm_format_version": VERSION,
        "media_type": MEDIA_IMAGE,
        "infos": {},
        "categories": _written_categories(export),
    }
    with json_member(archive, f"annotations/{subset}.json") as out:
        out.write(orjson.dumps(head)[:-1] + b',"items":[')
        spool.seek(0)
        while block := spool.read(1 << 20):
            out.write(block)
        out.write(b"]}\n")


def _subset(image: ExportImage) -> str:
    return image.split or DEFAULT_SUBSET


def _written_categories(export: Export) -> dict[str, Any]:
    labels, colors = [], []
    for number, each in enumerate(export.classes):
        row: dict[str, Any] = {"name": each.name, "parent": "", "attributes": []}
        if flags := {flag: True for flag in ("ignore", "stuff") if getattr(each, flag)}:
            row[KEY] = flags
        labels.append(row)
        red, green, blue = (int(each.color[at : at + 2], 16) for at in (1, 3, 5))
        colors.append({"label_id": number, "r": red, "g": green, "b": blue})
    return {
        "label": {"labels": labels, "label_groups": [], "attributes": []},
        "mask": {"colormap": colors, "attributes": []},
    }


def _item(image: ExportImage, ids: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": str(PurePosixPath(image.name).with_suffix("")),
        "annotations": [
            _annotation(shape, image, ids, number) for number, shape in enumerate(image.shapes, 1)
        ],
        "image": {"path": image.name, "size": [image.height, image.width]},
        KEY: frame_extras(image),
    }


def _annotation(shape: Shape, image: ExportImage, ids: Mapping[str, int], number: int) -> dict[str, Any]:
    attributes = dict(shape.attributes)
    group = attributes.get("group")
    if type(group) is not int or group < 1:
        group = 0
    else:
        del attributes["group"]
    row: dict[str, Any] = {"id": number, "attributes": attributes, "group": group}
    row |= {"label_id": ids[shape.label], "z_order": shape.z}
    polygons = shape.geometry.get("polygons") or []
    exact = False
    if "bbox" in shape.geometry:
        row |= {"type": "bbox", "bbox": shape.geometry["bbox"]}
    elif len(polygons) == 1 and not polygons[0]["holes"]:
        row |= {"type": "polygon", "points": [value for point in polygons[0]["exterior"] for value in point]}
    else:
        row |= {"type": "mask", "rle": rle_of_shape(shape, image)}
        exact = bool(polygons)
    extras = extras_of(shape, exact=exact).get(KEY, {})
    extras.pop("z", None)
    if shape.score is not None:
        extras["score"] = shape.score
    return {**row, KEY: extras} if extras else row
