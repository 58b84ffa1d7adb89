"""Annotation formats: a file each, registered by name, reading into and writing from the same records."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from annotations.formats import (
    cityscapes,
    cityscapes_write,
    coco,
    coco_mask,
    coco_rle,
    cvat,
    datumaro,
    labelme,
    labelme_mask,
    mask_png,
    voc,
    voc_write,
    yolo_seg,
)
from annotations.formats.records import Dataset, Export, Known
from core.notes import Notes
from projects.archives import Source

Reader = Callable[[Source, Known, Notes], Dataset]
Writer = Callable[[zipfile.ZipFile, Export], None]


@dataclass(frozen=True)
class Format:
    """A format's name, what it can, and what an export in it keeps and loses."""

    name: str
    title: str
    extensions: tuple[str, ...]
    read: Reader | None
    write: Writer | None
    # Whether an export, imported into an empty project, gives back every shape exactly.
    lossless: bool
    keeps: str
    loses: str
    # What an export holds as it is. Of videos that are not among it, the frames that were drawn on go out as
    # images, with all that is to be seen there.
    media: tuple[str, ...] = ("image",)
    # Projects whose labels it holds.
    tasks: tuple[str, ...] = ("semantic", "instance", "panoptic")


_ALL = (
    Format(
        name="cityscapes",
        title="Cityscapes",
        extensions=(".json", ".png", ".zip"),
        read=cityscapes.read,
        write=cityscapes_write.write,
        lossless=True,
        keeps="The class and object of every pixel, crowds, polygons, splits; for Tessera also holes, parts, "
        "masks, boxes, painting order, tracks, scores, attributes, the images' names; classes with their "
        "order, colours and kind.",
        loses="Who drew what and when, review states, tags. In the PNGs crowds of a class, and objects from "
        "the thousandth on or of the 65th class on, are not told apart. Images get names as in Cityscapes.",
    ),
    Format(
        name="coco",
        title="COCO",
        extensions=(".json", ".zip"),
        read=coco.read,
        write=coco.write,
        lossless=True,
        keeps="Polygons with holes and parts, masks, boxes, painting order, tracks, scores, attributes, "
        "crowds; classes with their order and colours.",
        loses="Who drew what and when, review states, tags. Files of other tools have no painting order: in "
        "semantic projects their large shapes are painted first.",
    ),
    Format(
        name="coco_mask",
        title="COCO panoptic",
        extensions=(".zip",),
        read=coco_mask.read,
        write=coco_mask.write,
        lossless=False,
        keeps="The pixels of every object that are to be seen, crowds, stuff and things; classes with their "
        "order, colours and kind.",
        loses="What lies under another shape; outlines (boxes become masks), tracks, scores and attributes. "
        "Ignored classes become void, as what is not labelled; several shapes of a class of stuff, crowds of "
        "a class and shapes of one track become one.",
    ),
    Format(
        name="coco_rle",
        title="COCO, run-length codes",
        extensions=(".json", ".zip"),
        read=coco_rle.read,
        write=coco_rle.write,
        lossless=True,
        keeps="The pixels of every shape as compressed RLE, crowds, scores, attributes; for Tessera also "
        "polygons, boxes, painting order, tracks; classes with their order, colours and kind.",
        loses="Who drew what and when, review states, tags. Other tools see masks only. Masks of Segment "
        "Anything have no class: they come in as `object`.",
    ),
    Format(
        name="cvat",
        title="CVAT 1.1",
        extensions=(".xml", ".zip"),
        read=cvat.read,
        write=cvat.write,
        lossless=True,
        keeps="Polygons with holes and parts (other tools see them as masks, on videos as one outline), "
        "masks, boxes, painting order, tracks with their keyframes, scores, attributes, splits; classes with "
        "their order, colours and kind. Videos stay videos.",
        loses="Who drew what and when, review states, tags. Of other tools' files: tags, points, polylines, "
        "cuboids and skeletons; turned boxes and ellipses become polygons, and what CVAT reckoned between "
        "keyframes is reckoned anew.",
        media=("image", "video"),
    ),
    Format(
        name="datumaro",
        title="datumaro",
        extensions=(".json", ".zip"),
        read=datumaro.read,
        write=datumaro.write,
        lossless=True,
        keeps="Polygons with holes and parts (other tools see them as masks), masks, boxes, painting order, "
        "tracks, scores, attributes, groups, splits; classes with their order, colours and kind.",
        loses="Who drew what and when, review states, tags. Of other tools' files: labels of whole images, "
        "captions, points, lines, cuboids; ellipses become polygons.",
    ),
    Format(
        name="labelme",
        title="LabelMe",
        extensions=(".json", ".xml", ".zip"),
        read=labelme.read,
        write=labelme.write,
        lossless=True,
        keeps="Polygons with holes and parts, masks, boxes, painting order, tracks, scores, attributes; "
        "names of the classes in use.",
        loses="Colours and order of classes, classes not in use, who drew what and when, review states, "
        "tags.",
    ),
    Format(
        name="labelme_mask",
        title="LabelMe, masks",
        extensions=(".json", ".xml", ".zip"),
        read=labelme_mask.read,
        write=labelme_mask.write,
        lossless=True,
        keeps="The pixels of every shape as masks, boxes, painting order, tracks, scores, attributes; for "
        "Tessera also polygons; names of the classes in use.",
        loses="Colours and order of classes, classes not in use, who drew what and when, review states, "
        "tags. Other tools see masks only.",
    ),
    Format(
        name="mask_png",
        title="PNG masks",
        extensions=(".png", ".zip"),
        read=mask_png.read,
        write=mask_png.write,
        lossless=False,
        keeps="The class of every pixel as training sees it; classes with their order and colours.",
        loses="Objects of one class run together; what lies under another shape, outlines, boxes, tracks, "
        "scores and attributes; ignored classes become one.",
        tasks=("semantic",),
    ),
    Format(
        name="voc",
        title="Pascal VOC",
        extensions=(".xml", ".zip"),
        read=voc.read,
        write=voc_write.write,
        lossless=False,
        keeps="The class of every pixel, 254 objects an image as they are to be seen, boxes, attributes, "
        "splits; classes with their order and colours.",
        loses="What lies under another shape; outlines, tracks, scores, the place of boxes in the painting "
        "order. Ignored classes become one, and so do several shapes of a class of stuff, crowds of a class "
        "and shapes of one track. Classes that are stuff are no longer known to be. Of other tools' files: "
        "parts of objects and actions.",
    ),
    Format(
        name="yolo_seg",
        title="YOLO segmentation",
        extensions=(".txt", ".zip"),
        read=yolo_seg.read,
        write=yolo_seg.write,
        lossless=False,
        keeps="The outline of every shape to a hundred-thousandth of a pixel, painting order, splits; names "
        "and order of the classes. Parts and holes hang together by cuts without width.",
        loses="Which shapes were boxes or masks, tracks, scores, attributes, colours; shapes of ignored "
        "classes; one of two images that differ in their endings only gets another name.",
    ),
)
FORMATS: dict[str, Format] = {each.name: each for each in _ALL}
