"""What every format is read into and written from: images with shapes, in painting order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple


@dataclass(frozen=True)
class Category:
    """A class as a file names it. `color` is `#rrggbb`; one `on_demand` is made where a shape needs it."""

    name: str
    color: str | None = None
    ignore: bool = False
    on_demand: bool = False
    # Of no countable objects, such as sky.
    stuff: bool = False


@dataclass(slots=True)
class Shape:
    """One shape of a class, given by name. `geometry` holds exactly one of "polygons", "mask", "bbox"."""

    label: str
    geometry: dict[str, Any]
    # What its file calls it, such as `annotation 7`.
    item: str = ""
    z: int = 0
    # A UUID: shapes of one are one object; on a video they are its keyframes.
    track: str | None = None
    score: float | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    # Of a video.
    frame: int | None = None
    # Reckoned from keyframes: part of the picture, and no keyframe of its own.
    reckoned: bool = False


@dataclass(slots=True)
class Record:
    """The shapes that a file has for one image, for one frame of a video, or for a whole video.

    Of a whole video every shape names its frame, and `image` is the video's name as `video` is.
    """

    image: str
    shapes: list[Shape]
    # Size of the image as the file tells it; None where it does not.
    width: int | None = None
    height: int | None = None
    # The member of the archive that says so: images beside it are meant before others of the same name.
    origin: str = ""
    # Whether `image` comes without its ending.
    by_stem: bool = False
    # Whether the order of the shapes is that of painting; COCO's is that in which somebody saved them.
    painted: bool = True
    # Whether coordinates are shares of the image's width and height, not pixels.
    relative: bool = False
    # The video that `image` is a frame of, and which one it is; None as the number for a whole video.
    video: str | None = None
    frame: int | None = None


class KnownClass(NamedTuple):
    """A class of the project, with its value in masks."""

    name: str
    color: str
    ignore: bool
    value: int
    stuff: bool = False


@dataclass(frozen=True)
class Known:
    """What the project says, for formats that leave it out."""

    classes: Sequence[KnownClass] = ()
    unlabelled: str = "background"
    # Names of its videos: frames of these need not come along as pictures.
    videos: frozenset[str] = frozenset()


@dataclass
class Dataset:
    """A file that has been looked at. `records` reads it, and adds to the notes on the way."""

    categories: list[Category]
    # Members of the archive that become assets.
    images: list[str]
    # How many records there are, for progress.
    total: int
    records: Callable[[], Iterator[Record]]
    # What members are called as assets, where not as their files; and their splits, where not by folders.
    names: Mapping[str, str] = field(default_factory=dict)
    splits: Mapping[str, str] = field(default_factory=dict)


class ExportImage(NamedTuple):
    """An image that goes out, with the shapes of one class each in painting order.

    For formats that know videos it may be a whole one (`frames` says how many it has): its shapes name their
    frames, and between keyframes of one track the object is reckoned. For the others a frame on which
    something was drawn is an image (`video` and `frame` say of which, and its number).
    """

    name: str
    width: int
    height: int
    # Where its bytes are; None where they stay out of the file.
    storage_key: str | None
    shapes: list[Shape]
    split: str | None = None
    frames: int | None = None
    frame_rate: float | None = None
    video: str | None = None
    frame: int | None = None
    # Keyframes from which on their objects are not to be seen: no part of the picture.
    hidden: Sequence[Shape] = ()


@dataclass(frozen=True)
class Export:
    """What goes out. The functions may be called again and stream their answer."""

    title: str
    classes: Sequence[KnownClass]
    unlabelled: str
    images: Callable[[], Iterator[ExportImage]]
    # The images whose bytes go along, without their shapes; none where bytes stay out of the file.
    files: Callable[[], Iterator[ExportImage]]
    # The images' names alone, cheaply.
    names: Callable[[], Iterator[str]]
    # A file of the storage, opened.
    open_image: Callable[[str], IO[bytes]]
