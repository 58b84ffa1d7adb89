"""Writing CVAT 1.1: `annotations.xml` for the images, and an XML a video, named after it."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from annotations.formats.cvat_shapes import ALONE, FLAGS, attribute_kind, shape_node, xml_text
from annotations.formats.extras import KEY
from annotations.formats.reckoning import is_outside
from annotations.formats.records import Export, ExportImage, Shape
from annotations.formats.writing import json_member, write_bytes, write_images

# What a label's attributes are, by label and name.
Kinds = dict[tuple[str, str], str]
_SPOOL = 4 << 20


def write(archive: zipfile.ZipFile, export: Export) -> None:
    """Write the XML files, and images and videos below `images/`."""
    kinds: Kinds = {}
    # How many images there are for what: to CVAT each split is a task of the project.
    sizes: dict[str, int] = {}
    with tempfile.SpooledTemporaryFile(_SPOOL) as body:
        videos = 0
        for number, image in enumerate(export.images()):
            if image.frames is not None:
                write_bytes(archive, f"{image.name}.xml", _video_file(export, image))
                videos += 1
                continue
            body.write(_bytes(_image(image, number, kinds)))
            sizes[_subset(image)] = sizes.get(_subset(image), 0) + 1
        if sizes or not videos:
            body.seek(0)
            _image_file(archive, export, sizes, kinds, body)
    write_images(archive, export)


def _subset(image: ExportImage) -> str:
    return image.split or "default"


def _image_file(
    archive: zipfile.ZipFile, export: Export, sizes: dict[str, int], kinds: Kinds, body: IO[bytes]
) -> None:
    meta = Element("meta")
    project = SubElement(meta, "project")
    _texts(project, name=export.title)
    tasks = SubElement(project, "tasks")
    for number, (subset, size) in enumerate(sizes.items(), 1):
        task = SubElement(tasks, "task")
        _texts(task, id=number, name=subset, size=size, mode="annotation", subset=subset, z_order="True")
    project.append(_labels(export, kinds))
    with json_member(archive, "annotations.xml") as out:
        out.write(b"<?xml version='1.0' encoding='utf-8'?>\n<annotations>\n<version>1.1</version>\n")
        out.write(_bytes(meta))
        shutil.copyfileobj(body, out, 1 << 20)
        out.write(b"</annotations>\n")


def _bytes(node: Element) -> bytes:
    indent(node)
    text: bytes = tostring(node, "utf-8")
    return text + b"\n"


def _image(image: ExportImage, number: int, kinds: Kinds) -> Element:
    node = Element(
        "image",
        id=str(number),
        name=xml_text(image.name),
        width=str(image.width),
        height=str(image.height),
    )
    node.set("subset", _subset(image))
    for shape in image.shapes:
        child = shape_node(shape, image)
        child.set("label", xml_text(shape.label))
        child.set("source", "manual")
        _note_kinds(shape, kinds)
        node.append(child)
    return node


def _note_kinds(shape: Shape, kinds: Kinds) -> None:
    for name, value in shape.attributes.items():
        if name in FLAGS:
            continue
        key, kind = (xml_text(shape.label), xml_text(name)), attribute_kind(value)
        kinds[key] = kind if kinds.get(key, kind) == kind else "text"


def _labels(export: Export, kinds: Kinds) -> Element:
    labels = Element("labels")
    for each in export.classes:
        label = SubElement(labels, "label")
        name = xml_text(each.name)
        _texts(label, name=name, color=each.color, type="any")
        for flag in ("ignore", "stuff"):
            if getattr(each, flag):
                _texts(label, **{flag: "true"})
        attributes = SubElement(label, "attributes")
        for (owner, attribute), kind in kinds.items():
            if owner == name:
                spec = SubElement(attributes, "attribute")
                _texts(spec, name=attribute, mutable="True", input_type=kind, default_value="", values="")
    return labels


def _texts(parent: Element, **values: Any) -> None:
    for name, value in values.items():
        SubElement(parent, name).text = xml_text(str(value))


def _video_file(export: Export, video: ExportImage) -> bytes:
    """A video's tracks. A shape of no track is a track that ends behind its frame, as CVAT writes it."""
    kinds: Kinds = {}
    for shape in video.shapes:
        _note_kinds(shape, kinds)
    root = Element("annotations")
    _texts(root, version="1.1")
    meta = SubElement(root, "meta")
    task = SubElement(meta, "task")
    _texts(task, name=export.title, size=video.frames or 0, mode="interpolation", overlap=0, z_order="True")
    task.append(_labels(export, kinds))
    _texts(SubElement(task, "original_size"), width=video.width, height=video.height)
    _texts(meta, source=video.name)
    for number, (track, label, keys) in enumerate(_tracks(video.shapes)):
        node = SubElement(root, "track", id=str(number), label=xml_text(label), source="manual")
        node.set(KEY, track or ALONE)
        for order, key in keys:
            node.append(_keyframe(key, video, {"order": order}))
        if track is None and (last := keys[-1][1].frame or 0) + 1 < (video.frames or 0):
            ended = replace(keys[-1][1], frame=last + 1, attributes={"outside": True})
            node.append(_keyframe(ended, video, {}))
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + _bytes(root)


def _tracks(shapes: list[Shape]) -> Iterator[tuple[str | None, str, list[tuple[int, Shape]]]]:
    """Tracks with their keyframes by frame, each with its place in painting order; a track has one label."""
    tracks: dict[tuple[str, str], list[tuple[int, Shape]]] = {}
    for order, shape in enumerate(shapes):
        key = (shape.track, shape.label) if shape.track else (f"{order}", shape.label)
        tracks.setdefault(key, []).append((order, shape))
    for (_, label), keys in tracks.items():
        keys.sort(key=lambda each: each[1].frame or 0)
        yield keys[0][1].track, label, keys


def _keyframe(shape: Shape, video: ExportImage, extra: dict[str, Any]) -> Element:
    node = shape_node(replace(shape, track=None), video, extra)
    node.set("frame", str(shape.frame or 0))
    node.set("keyframe", "1")
    node.set("outside", "1" if is_outside(shape) else "0")
    return node
