"""What a client asks of a prediction: the query of `POST /models/{id}/predict`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployments.server.problems import BadInput
from training.ml.bundle import Label

OUTPUTS = ("polygons", "mask", "png", "overlay")
PICTURES = ("png", "overlay")
TILES = ("off", "on", "auto")
AUGMENT = ("off", "flip", "scales")
FLAGS = ("false", "true")
PARAMETERS = ("output", "threshold", "classes", "tiles", "overlap", "augment", "uncertainty", "regions")
OVERLAP = 0.25
MOST_OVERLAP = 0.5

Errors = list[tuple[str, str]]
Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Options:
    """What to answer with, and how to look at the image.

    `outputs` of OUTPUTS; predictions scoring under `threshold` are left out; `classes` are ids, None means
    all of them. `tiles` of TILES, neighbours sharing `overlap` of a side; `augment` of AUGMENT;
    `uncertainty` says how unsure the model is of the image; `regions` makes each of a class a prediction.
    """

    outputs: tuple[str, ...] = ("polygons", "mask")
    threshold: float | None = None
    classes: frozenset[str] | None = None
    tiles: str = "off"
    overlap: float = OVERLAP
    augment: str = "off"
    uncertainty: bool = False
    regions: bool = False


def parse(query: Query, labels: Iterable[Label]) -> Options:
    """The options in a query; classes are named by id, name or index. Raises BadInput naming what is
    wrong.
    """
    errors: Errors = [(name, "Unknown parameter.") for name in query if name not in PARAMETERS]
    outputs = _items(query.get("output", ()))
    errors += [
        ("output", f"{item!r} is none of {', '.join(OUTPUTS)}.") for item in outputs if item not in OUTPUTS
    ]
    wanted = _items(query.get("classes", ()))
    options = Options(
        outputs=tuple(dict.fromkeys(outputs)) or Options.outputs,
        threshold=_number(query, "threshold", 1.0, errors),
        classes=None if not wanted else _ids(wanted, list(labels), errors),
        tiles=_choice(query, "tiles", TILES, errors),
        overlap=_overlap(query, errors),
        augment=_choice(query, "augment", AUGMENT, errors),
        uncertainty=_choice(query, "uncertainty", FLAGS, errors) == "true",
        regions=_choice(query, "regions", FLAGS, errors) == "true",
    )
    if errors:
        raise BadInput("; ".join(f"{field}: {message}" for field, message in errors[:3]), errors)
    return options


def _items(values: Sequence[str]) -> list[str]:
    return [item.strip() for value in values for item in value.split(",") if item.strip()]


def _last(query: Query, name: str) -> str:
    values = query.get(name, ())
    return values[-1].strip() if values else ""


def _number(query: Query, name: str, most: float, errors: Errors) -> float | None:
    text = _last(query, name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if 0.0 <= number <= most:
        return number
    errors.append((name, f"A number from 0 to {most:g}."))
    return None


def _overlap(query: Query, errors: Errors) -> float:
    overlap = _number(query, "overlap", MOST_OVERLAP, errors)
    return OVERLAP if overlap is None else overlap


def _choice(query: Query, name: str, choices: Sequence[str], errors: Errors) -> str:
    value = _last(query, name) or choices[0]
    if value not in choices:
        errors.append((name, f"{value!r} is none of {', '.join(choices)}."))
    return value


def _ids(wanted: list[str], labels: list[Label], errors: Errors) -> frozenset[str]:
    found: set[str] = set()
    for item in wanted:
        matches = {label.id for label in labels if label.id and item in (label.id, label.name)}
        matches = matches or {label.id for label in labels if label.id and item == str(label.index)}
        if not matches:
            names = ", ".join(label.name for label in labels if label.id)
            errors.append(("classes", f"The model has no class {item!r}; it has {names}."))
        found |= matches
    return frozenset(found)
