"""Index or colour PNGs, one an image, with `classes.txt` or a colour map.

In an index PNG the value i is line i (from 0) of `classes.txt` (or entry i where it is one line with commas);
a line `background` is not annotated; 255 is void. Without a list the project's own mask values hold. A colour
PNG needs a colour map, or the colours of the project. Each class of an image becomes one mask.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from annotations.formats.colour_map import BACKGROUND, VOID, Labels, labels_in
from annotations.formats.match import IMAGE_FOLDERS, MASK_FOLDERS
from annotations.formats.pixels import Pixels, packed, read_png, write_png
from annotations.formats.records import (
    Category,
    Dataset,
    Export,
    ExportImage,
    Known,
    KnownClass,
    Record,
    Shape,
)
from annotations.formats.writing import write_bytes, write_images
from annotations.geometry import mask_to_rle, paint
from core.errors import TesseraError, Unusable
from core.notes import Notes
from projects.archives import Source

MAX_FILE = 256 << 20
_MASK_ENDINGS = ("annot", "_mask", "_masks", "_label", "_labels")
_STEM_ENDINGS = ("_mask", "-mask", "_label", "_labels", "_gt", "_seg")
DEFAULT_VOID = "void"


def read(source: Source, known: Known, notes: Notes) -> Dataset:
    """Tell masks from images and find the list of classes. Raises Unusable where there is no mask."""
    masks, images = _sorted_out(source, notes)
    if not masks:
        raise Unusable(
            "There is no mask: put the PNG masks into a folder `masks`, with the file names of their images."
        )
    labels = labels_in(source, known)
    void = void_of(labels, known)
    return Dataset(
        labels.categories, images, len(masks), partial(_records, source, masks, labels, void, notes)
    )


def void_of(labels: Labels, known: Known) -> str:
    """What the value 255 becomes: an ignored class; nothing where what is unlabelled is ignored anyway."""
    ignored = [each.name for each in labels.categories if each.ignore]
    ignored += [each.name for each in known.classes if each.ignore]
    if not ignored and known.unlabelled == "ignore":
        return BACKGROUND
    if not ignored:
        labels.categories.append(Category(DEFAULT_VOID, ignore=True, on_demand=True))
    return ignored[0] if ignored else DEFAULT_VOID


def _sorted_out(source: Source, notes: Notes) -> tuple[list[str], list[str]]:
    """Masks and images, told apart by their folders; without such folders, by PNGs beside their images."""
    pngs, others = source.ending_in(".png"), source.images()
    if not source.is_archive:
        return source.names, []
    masks = [name for name in pngs if _in_mask_folder(name)]
    if not masks:
        stems = {PurePosixPath(name).with_suffix("") for name in others if name not in pngs}
        masks = [name for name in pngs if PurePosixPath(name).with_suffix("") in stems] or (
            pngs if not stems else []
        )
    rest = [name for name in others if name not in set(masks)]
    inside = [name for name in rest if _folders(name) & IMAGE_FOLDERS]
    left = set(rest) - set(inside) if inside else set()
    for folder in sorted({str(PurePosixPath(name).parent) for name in left}):
        notes.add(folder, "its pictures are neither in a folder of images nor of masks: they were left out")
    return masks, inside or rest


def _folders(name: str) -> set[str]:
    return {part.lower() for part in PurePosixPath(name).parts[:-1]}


def _in_mask_folder(name: str) -> bool:
    return any(folder in MASK_FOLDERS or folder.endswith(_MASK_ENDINGS) for folder in _folders(name))


def _records(
    source: Source, masks: Sequence[str], labels: Labels, void: str, notes: Notes
) -> Iterator[Record]:
    unknown: dict[Any, int] = {}
    for name in masks:
        try:
            pixels = read_png(source.read(name, MAX_FILE))
        except (ValueError, TesseraError) as error:
            notes.add(name, str(error))
            continue
        height, width = pixels.values.shape[:2]
        shapes = list(_shapes(pixels, labels, void, name, unknown))
        yield Record(_image_of(name), shapes, width, height, name, by_stem=True)
    for value, count in unknown.items():
        notes.add(f"value {value}", f"is no class of the list: left out in {count} masks")


def _image_of(name: str) -> str:
    """The image's path without its ending: the mask's, without the folder of masks."""
    path = PurePosixPath(name)
    folders = [
        part
        for part in path.parts[:-1]
        if part.lower() not in MASK_FOLDERS and not part.lower().endswith(_MASK_ENDINGS)
    ]
    stem = path.stem
    for ending in _STEM_ENDINGS:
        stem = stem.removesuffix(ending)
    return "/".join([*folders, stem])


def _shapes(pixels: Pixels, labels: Labels, void: str, name: str, unknown: dict[Any, int]) -> Iterator[Shape]:
    """One mask for each class in a PNG, in the order of the list."""
    values, by_value = indexed(pixels, labels)
    for value in np.unique(values).tolist():
        label = by_value.get(value)
        if label is None and value == VOID and values.dtype == np.uint8:
            label = void
        if label is None:
            key = f"#{value:06x}" if values.dtype == np.uint32 else value
            unknown[key] = unknown.get(key, 0) + 1
        elif label != BACKGROUND:
            item = f"class {label!r} in {PurePosixPath(name).name}"
            yield Shape(label, {"mask": mask_to_rle(values == value)}, item)


def indexed(pixels: Pixels, labels: Labels) -> tuple[npt.NDArray[Any], dict[int, str]]:
    """Values [h, w] and the class of each: indices as they are, colours as 0xRRGGBB in uint32."""
    values = pixels.values
    if values.ndim == 2 and (labels.by_index or pixels.palette is None):
        return values, labels.by_index
    if values.ndim == 2 and pixels.palette is not None:
        codes = packed(pixels.palette)
        padded = np.zeros(256, np.uint32)
        padded[: len(codes)] = codes
        return padded[values], labels.by_color
    grey = (values[..., 0] == values[..., 1]).all() and (values[..., 1] == values[..., 2]).all()
    if grey and labels.by_index:
        return values[..., 0], labels.by_index
    return packed(values), labels.by_color


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write `masks/`, `classes.txt`, `colors.json` and the images."""
    values = {each.name: each.value for each in export.classes}
    palette = _palette(export.classes)
    fill = VOID if export.unlabelled == "ignore" else 0
    stems = Counter(_stem(name) for name in export.names())
    for image in export.images():
        # Of images that differ in their endings only, the masks keep these.
        name = image.name if stems[_stem(image.name)] > 1 else _stem(image.name)
        mask = _painted(image, values, fill)
        write_bytes(archive, f"masks/{name}.png", write_png(mask, palette), packed=False)
    write_bytes(archive, "classes.txt", _class_list(export).encode())
    colors = {each.name: {"color": each.color, "value": each.value} for each in export.classes}
    write_bytes(archive, "colors.json", orjson.dumps(colors, option=orjson.OPT_INDENT_2))
    write_images(archive, export)


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(""))


def _painted(image: ExportImage, values: dict[str, int], fill: int) -> npt.NDArray[np.uint8]:
    items = ((shape.geometry, values[shape.label]) for shape in image.shapes)
    return paint(items, image.height, image.width, fill)


def _class_list(export: Export) -> str:
    lines = [] if export.unlabelled == "ignore" else [BACKGROUND]
    lines += [each.name for each in export.classes if not each.ignore]
    return "\n".join(lines) + "\n"


def _palette(classes: Sequence[KnownClass]) -> npt.NDArray[np.uint8]:
    palette = np.zeros((256, 3), np.uint8)
    palette[VOID] = 128
    for each in classes:
        palette[each.value] = [int(each.color[at : at + 2], 16) for at in (1, 3, 5)]
    return palette
