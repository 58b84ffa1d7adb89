"""The labels of Cityscapes, and which labels the classes of a project are.

Source: cityscapesscripts/helpers/labels.py of https://github.com/mcordts/cityscapesScripts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from annotations.formats.records import Category, KnownClass

LABELS_FILE = "labels.json"
UNLABELED = 0
VOID = 255
# An object has the value id * 1000 + n, and the PNG of objects has sixteen bits.
PER_CLASS = 1000
MAX_THING = 64
MAX_ID = 254


class Label(NamedTuple):
    """A label: `is_thing` where its objects are told apart, `ignore` where it is not judged."""

    name: str
    id: int
    train_id: int
    is_thing: bool
    ignore: bool
    color: str
    # Of a project's class, which may see it otherwise.
    is_stuff: bool | None = None


def _official(text: str) -> Label:
    color, number, train_id, kind, name = text.split(" ", 4)
    return Label(name, int(number), int(train_id), "t" in kind, "i" in kind, color)


# Colour, id, training id, whether a thing (t) or stuff (s) and ignored (i), name.
OFFICIAL = tuple(
    map(
        _official,
        (
            "#000000 0 255 si unlabeled",
            "#000000 1 255 si ego vehicle",
            "#000000 2 255 si rectification border",
            "#000000 3 255 si out of roi",
            "#000000 4 255 si static",
            "#6f4a00 5 255 si dynamic",
            "#510051 6 255 si ground",
            "#804080 7 0 s road",
            "#f423e8 8 1 s sidewalk",
            "#faaaa0 9 255 si parking",
            "#e6968c 10 255 si rail track",
            "#464646 11 2 s building",
            "#66669c 12 3 s wall",
            "#be9999 13 4 s fence",
            "#b4a5b4 14 255 si guard rail",
            "#966464 15 255 si bridge",
            "#96785a 16 255 si tunnel",
            "#999999 17 5 s pole",
            "#999999 18 255 si polegroup",
            "#faaa1e 19 6 s traffic light",
            "#dcdc00 20 7 s traffic sign",
            "#6b8e23 21 8 s vegetation",
            "#98fb98 22 9 s terrain",
            "#4682b4 23 10 s sky",
            "#dc143c 24 11 t person",
            "#ff0000 25 12 t rider",
            "#00008e 26 13 t car",
            "#000046 27 14 t truck",
            "#003c64 28 15 t bus",
            "#00005a 29 255 ti caravan",
            "#00006e 30 255 ti trailer",
            "#005064 31 16 t train",
            "#0000e6 32 17 t motorcycle",
            "#770b20 33 18 t bicycle",
            "#00008e -1 -1 si license plate",
        ),
    )
)


def categories(labels: Iterable[Label], on_demand: bool) -> list[Category]:
    """The classes that labels become."""
    return [
        Category(
            each.name,
            each.color,
            each.ignore,
            on_demand=on_demand,
            stuff=not each.is_thing if each.is_stuff is None else each.is_stuff,
        )
        for each in labels
    ]


def labels_of(classes: Sequence[KnownClass]) -> dict[str, Label]:
    """The label of each class by its name: its own where Cityscapes has it, else a free id.

    Things come before stuff: only ids up to 64 have room for objects. Without any official name, from 1 on.
    """
    official = {each.name: each for each in OFFICIAL if each.id > UNLABELED}
    own = [each for each in classes if each.name not in official]
    free = iter(range(1 if len(own) == len(classes) else 34, MAX_ID + 1))
    # What does not fit behind the official ids takes those that no class of the project has.
    rest = [each.id for each in official.values() if each.name not in {known.name for known in classes}]
    found = {}
    train_id = 19
    for each in sorted(own, key=lambda each: (each.stuff, each.ignore)):
        number = next(free, None) or rest.pop()
        found[each.name] = Label(
            each.name, number, VOID if each.ignore else train_id, not each.stuff, each.ignore, each.color
        )
        train_id += not each.ignore
    labels = {}
    for each in classes:
        label = official.get(each.name)
        label = label._replace(ignore=each.ignore, color=each.color) if label else found[each.name]
        labels[each.name] = label._replace(is_stuff=each.stuff)
    return labels


def as_row(label: Label) -> dict[str, Any]:
    """A label as `labels.json` has it, with the keys of Cityscapes."""
    return {
        "name": label.name,
        "id": label.id,
        "trainId": label.train_id,
        "hasInstances": label.is_thing,
        "ignoreInEval": label.ignore,
        "color": [int(label.color[at : at + 2], 16) for at in (1, 3, 5)],
        "stuff": label.is_stuff is True,
    }


def from_row(row: Any) -> Label | None:
    """The label of such a row, None where it is broken."""
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or type(row.get("id")) is not int:
        return None
    color = row.get("color")
    good = (
        isinstance(color, list) and len(color) == 3 and all(type(c) is int and 0 <= c <= 255 for c in color)
    )
    text = "#{:02x}{:02x}{:02x}".format(*color) if isinstance(color, list) and good else ""
    train_id = row.get("trainId")
    return Label(
        row["name"],
        row["id"],
        train_id if type(train_id) is int else VOID,
        row.get("hasInstances") is True,
        row.get("ignoreInEval") is True,
        text or "#808080",
        row["stuff"] if isinstance(row.get("stuff"), bool) else None,
    )
