"""Writing Pascal VOC."""

from __future__ import annotations

import tempfile
import zipfile
from collections import Counter
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import IO

import numpy as np
import numpy.typing as npt

from annotations.formats.pixels import packed, write_png
from annotations.formats.records import Export, ExportImage
from annotations.formats.visible import visible
from annotations.formats.voc_names import VOID_COLOR, palette
from annotations.formats.voc_xml import Row, write_xml
from annotations.formats.writing import json_member, write_bytes, write_images
from projects.classes import VOID, unlabelled_value

# 255 is void, 0 is nothing.
MAX_OBJECTS = 254
_LISTS = ("train", "val", "trainval", "test")
_KINDS = ("Main", "Segmentation")
_IGNORED = "ignored"


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write XMLs, the PNGs of classes and objects, `ImageSets`, `labelmap.txt` and the images."""
    names, colors = _names(export), _colors(export)
    write_bytes(archive, "labelmap.txt", _label_map(export, names, colors).encode())
    stems = Counter(_stem(name) for name in export.names())
    with ExitStack() as stack:
        lists = {key: stack.enter_context(tempfile.SpooledTemporaryFile(4 << 20)) for key in _LISTS}
        for image in export.images():
            # Of images that differ in their endings only, the ids keep these.
            key = image.name if stems[_stem(image.name)] > 1 else _stem(image.name)
            _write_image(archive, export, image, key, names, colors)
            for each in _lists_of(image):
                lists[each].write(f"{key}\n".encode())
        for each, file in lists.items():
            _write_list(archive, each, file)
    write_images(archive, export, "JPEGImages")


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _lists_of(image: ExportImage) -> tuple[str, ...]:
    """The lists of an image. Without a split it is in `trainval` alone: all that is not for testing."""
    if image.split == "test":
        return ("test",)
    return (image.split, "trainval") if image.split in ("train", "val") else ("trainval",)


def _write_list(archive: zipfile.ZipFile, name: str, file: IO[bytes]) -> None:
    if not file.tell():
        return
    for kind in _KINDS:
        file.seek(0)
        with json_member(archive, f"ImageSets/{kind}/{name}.txt") as out:
            while block := file.read(1 << 20):
                out.write(block)


def _write_image(
    archive: zipfile.ZipFile,
    export: Export,
    image: ExportImage,
    key: str,
    names: dict[str, str],
    colors: npt.NDArray[np.uint8],
) -> None:
    values = _values(export)
    stuff = {each.name for each in export.classes if each.stuff}
    boxes = [shape for shape in image.shapes if "bbox" in shape.geometry]
    areas = [shape for shape in image.shapes if "bbox" not in shape.geometry]
    canvas, objects = visible(image, areas, stuff)
    of_class = np.full(int(canvas.max()) + 1, unlabelled_value(export.unlabelled), np.uint8)
    of_object = of_class.copy()
    rows: list[Row] = []
    for each in objects:
        value = values[each.shape.label]
        of_class[each.number] = value
        of_object[each.number] = VOID if value == VOID else 0
        if value != VOID and len(rows) < MAX_OBJECTS:
            rows.append((names[each.shape.label], each.shape, each.box))
            of_object[each.number] = len(rows)
    rows += [(names[shape.label], shape, shape.geometry["bbox"]) for shape in boxes]
    write_bytes(archive, f"Annotations/{key}.xml", write_xml(image, export.title, rows, bool(objects)))
    write_bytes(archive, f"SegmentationClass/{key}.png", write_png(of_class[canvas], colors), packed=False)
    write_bytes(
        archive, f"SegmentationObject/{key}.png", write_png(of_object[canvas], palette()), packed=False
    )


def _names(export: Export) -> dict[str, str]:
    """The classes' names as a line of `labelmap.txt` can hold them, no two the same."""
    names: dict[str, str] = {}
    for each in export.classes:
        name = base = " ".join(each.name.replace(":", "_").replace("#", "_").split())
        while name in names.values():
            name += "_"
        names[each.name] = name if base else "_"
    return names


def _values(export: Export) -> dict[str, int]:
    """The classes' values: from 1 on in their order, for 0 is background whether a project has one or not."""
    plain = [each.name for each in export.classes if not each.ignore]
    return {each.name: VOID for each in export.classes} | {name: n for n, name in enumerate(plain, 1)}


def _colors(export: Export) -> npt.NDArray[np.uint8]:
    """The classes' colours by value, changed a little where two have the same: readers go by them."""
    colors = palette()
    colors[VOID] = VOID_COLOR
    taken = {0, int(packed(colors[VOID]))}
    values = _values(export)
    for each in export.classes:
        if each.ignore:
            continue
        code = int(each.color[1:], 16)
        while code in taken:
            code = (code + 0x030507) & 0xFFFFFF
        taken.add(code)
        colors[values[each.name]] = [code >> 16, code >> 8 & 255, code & 255]
    return colors


def _label_map(export: Export, names: dict[str, str], colors: npt.NDArray[np.uint8]) -> str:
    values = _values(export)
    rows = [("background", 0)]
    rows += [(names[each.name], values[each.name]) for each in export.classes if not each.ignore]
    # All that is ignored has one colour, and one name.
    ignored = [names[each.name] for each in export.classes if each.ignore]
    if ignored or export.unlabelled == "ignore":
        rows.append((ignored[0] if ignored else _IGNORED, VOID))
    lines = [f"{name}:{','.join(map(str, colors[value].tolist()))}::" for name, value in rows]
    return "\n".join(["# label:color_rgb:parts:actions", *lines, ""])
